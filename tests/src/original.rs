//! The published `@auth/pg-adapter` under the same races and outages as ours.
//!
//! What goes wrong there is counted for the report and asserted nowhere.

mod driver;
mod trials;

use std::path::Path;
use std::time::{Duration, Instant};

use self::driver::Driver;
use self::trials::{TRIALS, Trial};
use crate::PostgresDatabase;

/// As many connections as ours have at most in the same races.
const POOL: u32 = 32;

/// A trial that ran out of time has at least this many rounds.
const MIN_ROUNDS: u64 = 3;

/// What the original did in one trial.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The name of our trial of the same kind.
    pub name: &'static str,
    /// What went wrong, how often.
    pub text: String,
}

/// Fires all trials at the original, on a database of its own with the stock schema. `node` is
/// the program that runs it; its packages are installed in `tests/original`.
pub async fn try_original(
    node: &Path,
    time: Duration,
    wants: impl Fn(&str) -> bool,
) -> Vec<Finding> {
    let database = PostgresDatabase::empty().await;
    sqlx::raw_sql(include_str!("../fixtures/stock_postgres.sql"))
        .execute(&mut database.connect().await)
        .await
        .expect("the stock schema can be made");
    let mut rows = database.connect().await;
    let mut driver = Driver::start(node, &database.url(), POOL);
    let mut findings = Vec::new();
    let trials: Vec<&Trial> = TRIALS.iter().filter(|trial| wants(trial.name)).collect();
    let began = Instant::now();
    for (index, trial) in (1_u32..).zip(&trials) {
        let share = u32::try_from(trials.len()).expect("a few trials");
        let until = began + time * index / share;
        let (mut rounds, mut wrong) = (0, 0);
        while rounds < trial.rounds && (rounds < MIN_ROUNDS || Instant::now() < until) {
            rounds += 1;
            wrong += u64::from(trial.goes_wrong(&mut driver, &mut rows, rounds).await);
        }
        findings.push(Finding {
            name: trial.name,
            text: format!("{} in {wrong} of {rounds} rounds", trial.what),
        });
    }
    if wants(OUTAGE) {
        findings.push(outage(node).await);
    }
    findings
}

/// The name of the trial in which nobody listens on the server's port.
pub const OUTAGE: &str = "lookups_while_down";

/// Asks a server that is not there.
async fn outage(node: &Path) -> Finding {
    let mut driver = Driver::start(node, &closed_port(), 1);
    let calls = trials::lookups();
    let methods: Vec<&str> = calls.iter().map(|(method, _)| *method).collect();
    let answers = driver.call(&calls).await;
    let nobody = methods
        .iter()
        .zip(&answers)
        .filter(|(_, answer)| answer.is_null());
    let nobody: Vec<&str> = nobody.map(|(method, _)| *method).collect();
    let text = if nobody.is_empty() {
        format!("an error from each of {}", methods.len())
    } else {
        format!(
            "{} of {} say \"none\": {}",
            nobody.len(),
            methods.len(),
            nobody.join(", ")
        )
    };
    Finding { name: OUTAGE, text }
}

/// The URL of a PostgreSQL server on a port of this machine on which nobody listens.
#[must_use]
pub fn closed_port() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    format!("postgres://nobody@{address}/nothing")
}
