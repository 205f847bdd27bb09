//! A person's first months with an application, with what each step cost.

use std::path::{Path, PathBuf};

use authjs_migration::Migrator;
use authjs_migration::sea_orm_migration::MigratorTrait as _;
use authjs_sea_orm::{
    AccountKey, Adapter as _, Clock as _, ConnectOptions, EmailSignIn, HashedToken,
    Housekeeping as _, ManualClock, NewSession, NewUser, Pool, ProviderAccount, SeaOrmAdapter,
    SessionAdmin as _, SessionToken, SignIn as _, SignInSession, SignInWithEmail, SignUp, UserId,
    VerificationToken,
};
use chrono::{DateTime, TimeDelta, TimeZone as _, Utc};

use crate::Problem;
use crate::lookup::{describe, time};

/// How long a session lasts without being used: Auth.js' default.
const MAX_AGE: TimeDelta = TimeDelta::days(30);

/// Tells the story, on a temporary file or on one that stays.
pub(crate) async fn tell(keep: Option<PathBuf>, now: Option<DateTime<Utc>>) -> Result<(), Problem> {
    let temporary = tempfile::tempdir()?;
    let path = keep
        .clone()
        .unwrap_or_else(|| temporary.path().join("quickstart.db"));
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    if folder.is_some_and(|folder| !folder.is_dir()) {
        return Err(Problem::new(
            "the folder to keep the database in does not exist",
        ));
    }
    if path.exists() {
        return Err(Problem::new(
            "the file to keep the database in exists already",
        ));
    }
    let begin = now.map_or_else(first_of_january, Ok)?;
    let story = Story::open(&path, begin).await?;
    println!(
        "The data layer of Auth.js on SQLite. The story begins on {}.\n",
        time(begin)
    );

    let (ada, laptop) = story.first_sign_in().await?;
    story.who_is_this(&laptop).await?;
    story.rolling_extension(&laptop).await?;
    story.magic_link().await?;
    story.devices(&ada).await?;
    story.sign_out_everywhere(&ada, &laptop).await?;
    story.purge().await?;
    let token = story.second_sign_in().await?;

    match keep {
        Some(path) => story.invite(&path, &token),
        None => println!("The database was temporary; --keep PATH keeps it."),
    }
    Ok(())
}

fn first_of_january() -> Result<DateTime<Utc>, Problem> {
    Utc.with_ymd_and_hms(2020, 1, 1, 9, 0, 0)
        .single()
        .ok_or_else(|| Problem::new("2020 has no first of January"))
}

struct Story {
    adapter: SeaOrmAdapter,
    clock: ManualClock,
}

impl Story {
    /// Creates the tables and opens the adapter.
    async fn open(path: &Path, begin: DateTime<Utc>) -> Result<Self, Problem> {
        let url = format!("sqlite://{}?mode=rwc", path.display());
        let pool = Pool::connect(ConnectOptions::from_url(&url)?).await?;
        Migrator::up(pool.connection(), None)
            .await
            .map_err(|_| Problem::new("the tables could not be created"))?;
        let clock = ManualClock::new(begin);
        let adapter = SeaOrmAdapter::shared_with_authjs(pool).with_clock(clock.clone());
        // Reads the schema now, so that it is no part of what a step costs.
        adapter.inspect().await?;
        Ok(Self { adapter, clock })
    }

    /// User, account and session at once: no half-made sign-up can lock the person out.
    async fn first_sign_in(&self) -> Result<(UserId, SessionToken), Problem> {
        let mut cost = self.step("Ada signs in with GitHub for the first time");

        let mut account = ProviderAccount::new("oauth", "github", "583231");
        account.tokens.access_token = Some("gho_an-access-token".into());
        let token = SessionToken::generate()?;
        let signed_up = self
            .adapter
            .sign_up(SignUp {
                user: NewUser {
                    name: Some("Ada Lovelace".to_owned()),
                    email: Some("Ada@Example.com".to_owned()),
                    ..NewUser::default()
                },
                account,
                session: self.session(&token),
            })
            .await?;

        println!("   {}", describe(&signed_up.user));
        cost.part(5, "BEGIN, user, account, session, COMMIT; 1 on PostgreSQL")?;
        cost.tell();
        Ok((signed_up.user.id, token))
    }

    /// What an API does on every request.
    async fn who_is_this(&self, token: &SessionToken) -> Result<(), Problem> {
        let mut cost = self.step("A request comes with Ada's session cookie: who is this?");

        let found = self.adapter.get_session_and_user(token).await?;
        cost.part(1, "1 for her cookie")?;
        let forged = self
            .adapter
            .get_session_and_user(&SessionToken::generate()?)
            .await?;
        cost.part(1, "1 for a forged token")?;

        match found {
            Some((session, user)) => {
                println!("   {}, until {}", describe(&user), time(session.expires));
            }
            None => return Err(Problem::new("Ada's session is gone")),
        }
        println!(
            "   a forged token: {}",
            if forged.is_none() {
                "nobody"
            } else {
                "somebody"
            }
        );
        cost.tell();
        Ok(())
    }

    /// A session that is used does not end; `touch_session` never shortens it.
    async fn rolling_extension(&self, token: &SessionToken) -> Result<(), Problem> {
        self.clock.advance(TimeDelta::days(10));
        let cost = self.step("Ten days later she is back: the session is extended");

        let touched = self
            .adapter
            .touch_session(token, self.clock.now() + MAX_AGE)
            .await?;

        match touched {
            Some(session) => println!("   it now ends on {}", time(session.expires)),
            None => return Err(Problem::new("the session was not there to extend")),
        }
        cost.tell();
        Ok(())
    }

    /// The link works once, whoever clicks first: a mail scanner or Ada.
    async fn magic_link(&self) -> Result<(), Problem> {
        let mut cost =
            self.step("On her phone she asks for a magic link, asks again, and clicks twice");

        self.mail("hash-of-a-link-that-went-to-spam").await?;
        let token = self.mail("hash-of-what-she-clicks").await?;
        cost.part(2, "2 to store the links")?;
        let first = self.click(&token).await?;
        cost.part(
            5,
            "5 for the first click: BEGIN, link, user, session, COMMIT",
        )?;
        let second = self.click(&token).await?;
        cost.part(3, "3 for the second")?;

        for (click, outcome) in [("first", first), ("second", second)] {
            match outcome {
                EmailSignIn::SignedIn { user, created, .. } => println!(
                    "   {click} click: signed in, {}; {}",
                    if created {
                        "a new user"
                    } else {
                        "the same user"
                    },
                    describe(&user)
                ),
                EmailSignIn::Expired => println!("   {click} click: the link has expired"),
                EmailSignIn::Unknown => println!("   {click} click: refused, the link was used"),
            }
        }
        cost.tell();
        Ok(())
    }

    /// Stores the hash of what is mailed.
    async fn mail(&self, hash: &str) -> Result<HashedToken, Problem> {
        let link = VerificationToken {
            identifier: "ada@example.com".to_owned(),
            expires: self.clock.now() + TimeDelta::hours(24),
            token: HashedToken::new(hash),
        };
        Ok(self.adapter.create_verification_token(link).await?.token)
    }

    async fn click(
        &self,
        token: &HashedToken,
    ) -> Result<EmailSignIn<authjs_sea_orm::User, authjs_sea_orm::Session>, Problem> {
        let sign_in = SignInWithEmail {
            identifier: "ada@example.com".to_owned(),
            token: token.clone(),
            email: "ada@example.com".to_owned(),
            session: self.session(&SessionToken::generate()?),
        };
        Ok(self.adapter.sign_in_with_email(sign_in).await?)
    }

    /// A page that lists devices never holds a token.
    async fn devices(&self, ada: &UserId) -> Result<(), Problem> {
        let cost = self.step("She looks at her list of devices");

        for session in self.adapter.list_sessions(ada).await? {
            println!(
                "   session {:.12}… until {}",
                session.handle.as_str(),
                time(session.expires)
            );
        }
        cost.tell();
        Ok(())
    }

    async fn sign_out_everywhere(
        &self,
        ada: &UserId,
        laptop: &SessionToken,
    ) -> Result<(), Problem> {
        let mut cost = self.step("She signs out everywhere but here");

        let ended = self.adapter.revoke_all(ada, Some(laptop)).await?;
        cost.part(1, "1 to end them")?;
        let left = self.adapter.list_sessions(ada).await?.len();
        cost.part(1, "1 to list what is left")?;

        println!("   {ended} ended, {left} left");
        cost.tell();
        Ok(())
    }

    /// Expired rows are never returned; the purge removes them.
    async fn purge(&self) -> Result<(), Problem> {
        self.clock.advance(TimeDelta::days(60));
        let mut cost = self.step("Two months later the expired rows are purged");

        let purged = self.adapter.purge_expired(1000).await?;
        cost.part(2, "1 for each table")?;

        println!(
            "   removed: sessions {}, verification tokens {}",
            purged.sessions, purged.verification_tokens
        );
        cost.tell();
        Ok(())
    }

    /// The provider names the account; nothing is changed but that a session begins.
    async fn second_sign_in(&self) -> Result<SessionToken, Problem> {
        let mut cost = self.step("Ada signs in with GitHub again");

        let account = AccountKey {
            provider: "github",
            provider_account_id: "583231",
        };
        let Some(user) = self.adapter.get_user_by_account(account).await? else {
            return Err(Problem::new("Ada's account is gone"));
        };
        cost.part(1, "1 to find her by her account")?;
        let token = SessionToken::generate()?;
        let session = self
            .adapter
            .create_session(NewSession {
                session_token: token.clone(),
                user_id: user.id.clone(),
                expires: self.clock.now() + MAX_AGE,
            })
            .await?;
        cost.part(1, "1 for the session")?;

        println!("   {}, until {}", describe(&user), time(session.expires));
        cost.tell();
        Ok(token)
    }

    /// Shows the token, which belongs to an invented person, with something to try it on.
    fn invite(&self, path: &Path, token: &SessionToken) {
        println!(
            "The database is kept in {}. Ask it who holds the token of Ada's last session:\n\n\
             cargo run -p quickstart -- --database-url {} --session-token {} --now {}",
            path.display(),
            quoted(&format!("sqlite://{}", path.display())),
            token.expose(),
            time(self.clock.now())
        );
    }

    fn session(&self, token: &SessionToken) -> SignInSession {
        SignInSession {
            session_token: token.clone(),
            expires: self.clock.now() + MAX_AGE,
        }
    }

    fn step(&self, title: &str) -> Cost<'_> {
        println!("{} {title}", self.clock.now().format("%Y-%m-%d"));
        Cost {
            adapter: &self.adapter,
            before: self.adapter.statements_sent(),
            told: 0,
            parts: Vec::new(),
        }
    }
}

/// Counts the statements of a step, `BEGIN` and `COMMIT` included.
struct Cost<'s> {
    adapter: &'s SeaOrmAdapter,
    before: u64,
    /// How many of them `parts` explain.
    told: u64,
    parts: Vec<&'static str>,
}

impl Cost<'_> {
    /// Says what the statements since the part before were for; fails if there were not `count`.
    fn part(&mut self, count: u64, purpose: &'static str) -> Result<(), Problem> {
        let sent = self.count() - self.told;
        if sent != count {
            return Err(Problem::new(format!(
                "{sent} statements were sent, not {count} ({purpose})"
            )));
        }
        self.told += count;
        self.parts.push(purpose);
        Ok(())
    }

    fn tell(self) {
        let statements = match self.count() {
            1 => "1 statement".to_owned(),
            count => format!("{count} statements"),
        };
        if self.parts.is_empty() {
            println!("   {statements}\n");
        } else {
            println!("   {statements} ({})\n", self.parts.join("; "));
        }
    }

    fn count(&self) -> u64 {
        self.adapter.statements_sent() - self.before
    }
}

/// `word` as a POSIX shell reads it back, in quotes where it needs them.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/:._-".contains(c);
    if word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
