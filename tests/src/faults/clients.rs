//! A client that is killed while it works (F13): what it acknowledged is there, and nothing is
//! half done.

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use authjs_adapter::{Adapter as _, ManualClock, NewUser, ProviderAccount, SessionToken};
use authjs_adapter::{SignIn as _, SignInSession, SignUp, Snapshot};
use authjs_conformance::start;
use authjs_sea_orm::{ConnectOptions, Pool, SeaOrmAdapter};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::ledger::{Fate, Ledger, Person};
use super::lives::in_days;
use crate::{TestDatabase, URL_VARIABLE};

/// Calls of a client at once.
const AT_ONCE: usize = 4;
/// Within which a server has ended what a client that is gone had begun.
const PATIENCE: Duration = Duration::from_secs(5);

/// What was seen while clients were killed.
#[derive(Clone, Debug, Default)]
pub struct KilledClients {
    /// Clients.
    pub killed: u64,
    /// People whose sign-up was acknowledged.
    pub acknowledged: u64,
    /// What is lost, or half there, in words.
    pub violations: Vec<String>,
}

impl KilledClients {
    /// Kills clients until the time is over, at least one.
    pub async fn until<D: TestDatabase>(program: &Path, end: Instant) -> Self {
        let database = D::migrated().await;
        let witness = adapter(&database.url()).await;
        let mut seen = Self::default();
        let mut ledger = Ledger::default();
        while seen.killed == 0 || Instant::now() < end {
            seen.killed += 1;
            // Not at the same place each time.
            let patience = usize::try_from(seen.killed * 7 % 31).unwrap_or_default();
            let told = kill_one(program, &database.url(), seen.killed, patience).await;
            seen.acknowledged += told.len() as u64;
            for email in told {
                ledger
                    .people
                    .insert(email.clone(), person(&email, Fate::Stored));
            }
            seen.violations.extend(settle(&database, &mut ledger).await);
            let after = NewUser::default();
            if let Err(error) = witness.create_user(after).await {
                seen.violations
                    .push(format!("somebody else was kept from writing: {error}"));
            }
        }
        seen
    }
}

/// Signs people up until it is killed; says who, one line each, when it was acknowledged.
pub async fn sign_up_until_killed(number: u64) {
    let url = std::env::var(URL_VARIABLE).expect("a child is told where the database is");
    let store = adapter(&url).await;
    let mut tasks = JoinSet::new();
    for task in 0..AT_ONCE {
        let store = store.clone();
        tasks.spawn(async move {
            for round in 0_u64.. {
                let email = format!("up-{number}-{task}-{round}@example.com");
                if store.sign_up(sign_up(&email)).await.is_err() {
                    continue;
                }
                // One write per line: it is there wholly or not at all.
                let line = format!("{email}\n");
                let mut output = std::io::stdout().lock();
                if output.write_all(line.as_bytes()).is_err() || output.flush().is_err() {
                    return;
                }
            }
        });
    }
    while tasks.join_next().await.is_some() {}
}

fn sign_up(email: &str) -> SignUp<NewUser> {
    SignUp {
        user: NewUser {
            email: Some(email.to_owned()),
            ..NewUser::default()
        },
        account: ProviderAccount::new("oauth", "github", email),
        session: SignInSession {
            session_token: SessionToken::new(email),
            expires: in_days(30),
        },
    }
}

/// Starts a client, kills it after so many lines and a moment, and returns all its lines.
async fn kill_one(program: &Path, url: &str, number: u64, patience: usize) -> Vec<String> {
    let mut process = Command::new(program)
        .args(["client", &number.to_string()])
        .env(URL_VARIABLE, url)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("a client can be started");
    let output = process.stdout.take().expect("its output is piped");
    let mut lines = BufReader::new(output).lines();
    let mut told = Vec::new();
    while told.len() <= patience {
        let line = lines.next_line().await.expect("the client writes text");
        told.push(line.expect("the client works until it is killed"));
    }
    process.kill().await.expect("the client is ours");
    while let Some(line) = lines.next_line().await.expect("the client wrote text") {
        told.push(line);
    }
    told
}

/// What is lost or half there when all that was begun has ended.
async fn settle<D: TestDatabase>(database: &D, ledger: &mut Ledger) -> Vec<String> {
    let began = Instant::now();
    loop {
        let stored = database.snapshot().await;
        allow_unacknowledged(&stored, ledger);
        let violations = ledger.violations(&stored);
        if violations.is_empty() || began.elapsed() > PATIENCE {
            return violations;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Who is there without an acknowledgement may be, but whole.
fn allow_unacknowledged(stored: &Snapshot, ledger: &mut Ledger) {
    for email in stored.users.iter().filter_map(|user| user.email.as_deref()) {
        if !ledger.people.contains_key(email) {
            ledger
                .people
                .insert(email.to_owned(), person(email, Fate::Either));
        }
    }
}

fn person(email: &str, fate: Fate) -> Person {
    Person {
        fate,
        with_account: true,
        session: email.to_owned(),
    }
}

async fn adapter(url: &str) -> SeaOrmAdapter {
    let options = ConnectOptions::from_url(url).expect("the URL is ours");
    let pool = Pool::connect(options.max_connections(4))
        .await
        .expect("the database is there");
    SeaOrmAdapter::shared_with_authjs(pool).with_clock(ManualClock::new(start()))
}
