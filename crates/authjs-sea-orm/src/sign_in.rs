//! Whole sign-ins, all or nothing, in the order of the trait `SignIn`.

use authjs_adapter::{
    EmailSignIn, NewAccount, NewUser, ProviderAccount, Session, SessionToken, SignInWithEmail,
    SignUp, SignedUp, Unique, User, UserId, truncate_to_millis,
};
use chrono::{DateTime, Utc};

use crate::accounts::{self, COLUMNS};
use crate::change::Change;
use crate::dialect::Dialect;
use crate::facts::SchemaFacts;
use crate::linked_accounts::may_try_again;
use crate::row::{self, Reader};
use crate::run::{Attempt, Run};
use crate::sql::Sql;
use crate::{sessions, users, verification_tokens};

/// The statements of this file.
#[derive(Debug)]
pub(crate) enum SignInStatements {
    /// PostgreSQL: one data-modifying statement for each operation.
    Whole { sign_up: Sql, with_email: Sql },
    /// The others: the steps of a transaction.
    Steps(Box<Steps>),
}

/// The steps of a sign-in with an address.
#[derive(Debug)]
pub(crate) struct Steps {
    take: Change,
    verify: Verify,
    create: Change,
}

/// How a person who is there is marked as verified and gets a session.
#[derive(Debug)]
enum Verify {
    /// SQLite returns the person whom it updates.
    Returning(Sql),
    /// MariaDB and MySQL do not: the insert of the session returns the person too.
    ThenStart { verify: Sql, start: Change },
}

impl SignInStatements {
    pub(crate) fn new(dialect: Dialect, facts: &SchemaFacts) -> Self {
        let columns = row::user(dialect, "");
        if dialect == Dialect::Postgres {
            return Self::Whole {
                sign_up: Sql::new(dialect, whole_sign_up()),
                with_email: Sql::new(dialect, whole_sign_in(facts.is_unique("users", &["email"]))),
            };
        }
        let person = "SELECT id FROM users WHERE email = $4 ORDER BY id LIMIT 1";
        let taken = format!(
            "{}, {}, ({person})",
            dialect.time("expires"),
            dialect.is_after("expires", "$3")
        );
        Self::Steps(Box::new(Steps {
            take: Change::delete(
                dialect,
                "verification_token WHERE identifier = $1 AND token = $2",
                &taken,
            ),
            verify: verify(dialect, &columns),
            create: Change::insert(
                dialect,
                "INSERT INTO users (email, \"emailVerified\") VALUES ($1, $2)",
                &columns,
                "users",
            ),
        }))
    }
}

fn verify(dialect: Dialect, columns: &str) -> Verify {
    let verify = "UPDATE users SET \"emailVerified\" = $2 WHERE id = $1";
    if dialect == Dialect::Sqlite {
        return Verify::Returning(Sql::new(dialect, format!("{verify} RETURNING {columns}")));
    }
    let start = "INSERT INTO sessions (\"userId\", expires, \"sessionToken\") VALUES ($1, $2, $3)";
    Verify::ThenStart {
        // Somebody may have changed the address since it was looked up.
        verify: Sql::new(dialect, format!("{verify} AND email = $3")),
        start: match dialect {
            Dialect::MySql => Change::ByNumber {
                insert: Sql::new(dialect, start),
                read: Sql::new(
                    dialect,
                    format!(
                        "SELECT {} FROM sessions s JOIN users u ON u.id = s.\"userId\" \
                         WHERE s.id = $1",
                        sessions::joined(dialect)
                    ),
                ),
            },
            _ => Change::Returning(Sql::new(
                dialect,
                format!(
                    "{start} RETURNING {}, {}",
                    row::session(dialect, ""),
                    of_the_sessions_user(dialect)
                ),
            )),
        },
    }
}

/// The columns of the user of a new session, for [`Reader::user`].
fn of_the_sessions_user(dialect: Dialect) -> String {
    let verified = dialect.time("u.\"emailVerified\"");
    ["u.id", "u.name", "u.email", &verified, "u.image"]
        .map(|column| format!("(SELECT {column} FROM users u WHERE u.id = sessions.\"userId\")"))
        .join(", ")
}

/// Each part selects from the one before, so that the first conflict is that of the e-mail
/// address, then of the account, then of the session token.
fn whole_sign_up() -> String {
    let dialect = Dialect::Postgres;
    format!(
        "WITH person AS (INSERT INTO users (name, email, \"emailVerified\", image) \
         VALUES ($1, $2, $3, $4) RETURNING {}), \
         account AS (INSERT INTO accounts (\"userId\", {COLUMNS}) \
         SELECT id, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14 FROM person RETURNING {}), \
         session AS (INSERT INTO sessions (\"userId\", expires, \"sessionToken\") \
         SELECT \"userId\", $15, $16 FROM account RETURNING {}) \
         SELECT person.*, account.*, session.* FROM person, account, session",
        row::user(dialect, ""),
        row::account(""),
        row::session(dialect, "")
    )
}

/// Consumes the token, and if it is live updates the person with the lowest id or creates one,
/// and starts the session.
///
/// The update comes first, so that a sign-in does not consume a value of the `SERIAL`. With
/// the unique constraint a person who is created meanwhile is found by ON CONFLICT; without
/// it there is no such target, and two simultaneous first sign-ins may both create one.
fn whole_sign_in(is_unique: bool) -> String {
    let dialect = Dialect::Postgres;
    let on_conflict = if is_unique {
        "ON CONFLICT (email) DO UPDATE SET \"emailVerified\" = excluded.\"emailVerified\""
    } else {
        ""
    };
    format!(
        "WITH taken AS (DELETE FROM verification_token WHERE identifier = $1 AND token = $2 \
         RETURNING expires), \
         live AS (SELECT 1 FROM taken WHERE expires > $3 LIMIT 1), \
         present AS (SELECT u.id FROM users u, live WHERE u.email = $4 \
         ORDER BY u.id LIMIT 1 FOR UPDATE OF u), \
         found AS (UPDATE users u SET \"emailVerified\" = $3 FROM present \
         WHERE u.id = present.id RETURNING {}, false), \
         created AS (INSERT INTO users (email, \"emailVerified\") SELECT $4, $3 FROM live \
         WHERE NOT EXISTS (SELECT 1 FROM present) {on_conflict} RETURNING {}, xmax = 0), \
         person (id, name, email, verified, image, is_new) AS \
         (SELECT * FROM found UNION ALL SELECT * FROM created), \
         session AS (INSERT INTO sessions (\"userId\", expires, \"sessionToken\") \
         SELECT id, $5, $6 FROM person RETURNING {}) \
         SELECT EXISTS (SELECT 1 FROM taken), EXISTS (SELECT 1 FROM live), person.is_new, \
         person.id, person.name, person.email, person.verified, person.image, session.* \
         FROM (VALUES (1)) AS always LEFT JOIN (person CROSS JOIN session) ON true",
        row::user(dialect, "u."),
        row::user(dialect, ""),
        row::session(dialect, "")
    )
}

pub(crate) async fn sign_up(
    run: Run<'_>,
    sign_up: SignUp<NewUser>,
) -> Attempt<SignedUp<User, Session>> {
    let SignUp {
        mut user,
        account,
        session,
    } = sign_up;
    if let Some(address) = &user.email {
        let email = run
            .shared
            .email_rule
            .apply(address)
            .map_err(|invalid| run.invalid(invalid))?;
        user.email = Some(email.into_string());
    }
    user.check().map_err(|invalid| run.invalid(invalid))?;
    account.check().map_err(|invalid| run.invalid(invalid))?;
    session.check().map_err(|invalid| run.invalid(invalid))?;
    let plan = run.plan().await?;
    let expires = truncate_to_millis(session.expires);
    let SignInStatements::Whole { sign_up, .. } = &plan.sign_in else {
        let new_session = session;
        return run
            .atomically(move |run| {
                Box::pin(async move {
                    let user = users::create_user(run, user).await?;
                    let account = link(run, &user.id, account).await?;
                    let token = new_session.session_token;
                    let session = start(run, &user.id, token, expires).await?;
                    Ok(SignedUp {
                        user,
                        account,
                        session,
                    })
                })
            })
            .await;
    };
    let mut values = users::values(user);
    // The user's id is the first value of an account's row; here the statement knows it.
    values.extend(
        accounts::values(0, account.of_user(UserId::from(0)))
            .into_iter()
            .skip(1),
    );
    values.push(expires.into());
    values.push(run.stored(&session.session_token).into());
    let rows = run.all(sign_up, values).await?;
    let Some(row) = rows.first() else {
        return Err(run.unexpected("no-row").into());
    };
    let mut reader = Reader::new(row, plan.dialect);
    Ok(SignedUp {
        user: reader.user()?,
        account: reader.account()?,
        session: reader.session(session.session_token)?,
    })
}

pub(crate) async fn sign_in_with_email(
    run: Run<'_>,
    sign_in: SignInWithEmail,
) -> Attempt<EmailSignIn<User, Session>> {
    let email = run
        .shared
        .email_rule
        .apply(&sign_in.email)
        .map_err(|invalid| run.invalid(invalid))?;
    let sign_in = SignInWithEmail {
        email: email.into_string(),
        ..sign_in
    };
    sign_in
        .session
        .check()
        .map_err(|invalid| run.invalid(invalid))?;
    if !verification_tokens::is_possible(&sign_in.identifier, &sign_in.token) {
        return Ok(EmailSignIn::Unknown);
    }
    let plan = run.plan().await?;
    match sign_in_once(run, sign_in.clone()).await {
        // As for `upsert_account`: the constraint came or went, or somebody else created the
        // person meanwhile, and nothing was applied.
        Err(problem) if may_try_again(run, &plan.facts, &problem, Unique::Email) => {
            sign_in_once(run, sign_in).await
        }
        result => result,
    }
}

async fn sign_in_once(
    run: Run<'_>,
    sign_in: SignInWithEmail,
) -> Attempt<EmailSignIn<User, Session>> {
    let plan = run.plan().await?;
    let SignInStatements::Whole { with_email, .. } = &plan.sign_in else {
        return run
            .atomically(move |run| Box::pin(async move { sign_in_by_steps(run, sign_in).await }))
            .await;
    };
    let token = sign_in.session.session_token;
    let values = vec![
        sign_in.identifier.into(),
        sign_in.token.expose().into(),
        run.now().into(),
        sign_in.email.into(),
        truncate_to_millis(sign_in.session.expires).into(),
        run.stored(&token).into(),
    ];
    let rows = run.all(with_email, values).await?;
    let Some(row) = rows.first() else {
        return Err(run.unexpected("no-row").into());
    };
    let mut reader = Reader::new(row, plan.dialect);
    let (is_taken, is_live): (bool, bool) = (reader.get()?, reader.get()?);
    if !is_live {
        return Ok(if is_taken {
            EmailSignIn::Expired
        } else {
            EmailSignIn::Unknown
        });
    }
    let created = reader.get()?;
    Ok(EmailSignIn::SignedIn {
        user: reader.user()?,
        session: reader.session(token)?,
        created,
    })
}

/// The steps of the transaction. SQLite has one writer, so that nobody comes between; on MariaDB
/// and MySQL the unique constraint on the address, or the address in the update, tells if
/// somebody did.
async fn sign_in_by_steps(
    run: Run<'_>,
    sign_in: SignInWithEmail,
) -> Attempt<EmailSignIn<User, Session>> {
    let plan = run.plan().await?;
    let SignInStatements::Steps(steps) = &plan.sign_in else {
        return Err(run.unexpected("plan").into());
    };
    let values = vec![
        sign_in.identifier.as_str().into(),
        sign_in.token.expose().into(),
        run.now().into(),
        sign_in.email.as_str().into(),
    ];
    let rows = run.change(&steps.take, values).await?;
    let Some(row) = rows.first() else {
        return Ok(EmailSignIn::Unknown);
    };
    let mut reader = Reader::new(row, plan.dialect);
    // Read although it is not needed: a time in another form cannot be compared.
    reader.time()?;
    if !reader.get::<bool>()? {
        return Ok(EmailSignIn::Expired);
    }
    if let Some(id) = reader.get::<Option<i32>>()?
        && let Some((user, session)) = welcome(run, id, &sign_in).await?
    {
        return Ok(EmailSignIn::SignedIn {
            user,
            session,
            created: false,
        });
    }
    let (user, session) = receive(run, sign_in).await?;
    Ok(EmailSignIn::SignedIn {
        user,
        session,
        created: true,
    })
}

/// Marks a person who is there as verified and starts the session; `None` if they are gone or
/// have another address by now.
async fn welcome(
    run: Run<'_>,
    id: i32,
    sign_in: &SignInWithEmail,
) -> Attempt<Option<(User, Session)>> {
    let plan = run.plan().await?;
    let SignInStatements::Steps(steps) = &plan.sign_in else {
        return Err(run.unexpected("plan").into());
    };
    let token = &sign_in.session.session_token;
    let expires = truncate_to_millis(sign_in.session.expires);
    match &steps.verify {
        Verify::Returning(verify) => {
            let rows = run.all(verify, vec![id.into(), run.now().into()]).await?;
            let Some(user) = users::one(&rows, plan.dialect)? else {
                return Ok(None);
            };
            let session = start(run, &user.id, token.clone(), expires).await?;
            Ok(Some((user, session)))
        }
        Verify::ThenStart { verify, start } => {
            let values = vec![id.into(), run.now().into(), sign_in.email.as_str().into()];
            if run.execute(verify, values).await? == 0 {
                return Ok(None);
            }
            let values = vec![id.into(), expires.into(), run.stored(token).into()];
            let rows = run.change(start, values).await?;
            let Some(row) = rows.first() else {
                return Err(run.unexpected("no-row").into());
            };
            let mut reader = Reader::new(row, plan.dialect);
            let session = reader.session(token.clone())?;
            Ok(Some((reader.user()?, session)))
        }
    }
}

/// Creates a person and starts the session.
async fn receive(run: Run<'_>, sign_in: SignInWithEmail) -> Attempt<(User, Session)> {
    let plan = run.plan().await?;
    let SignInStatements::Steps(steps) = &plan.sign_in else {
        return Err(run.unexpected("plan").into());
    };
    let values = vec![sign_in.email.into(), run.now().into()];
    let rows = run.change(&steps.create, values).await?;
    let Some(user) = users::one(&rows, plan.dialect)? else {
        return Err(run.unexpected("no-row").into());
    };
    let expires = truncate_to_millis(sign_in.session.expires);
    let session = start(run, &user.id, sign_in.session.session_token, expires).await?;
    Ok((user, session))
}

async fn link(
    run: Run<'_>,
    user_id: &UserId,
    account: ProviderAccount,
) -> Attempt<authjs_adapter::Account> {
    let account: NewAccount = account.of_user(user_id.clone());
    accounts::link_account(run, account).await
}

async fn start(
    run: Run<'_>,
    user_id: &UserId,
    session_token: SessionToken,
    expires: DateTime<Utc>,
) -> Attempt<Session> {
    let session = authjs_adapter::NewSession {
        session_token,
        user_id: user_id.clone(),
        expires,
    };
    sessions::create_session(run, session).await
}
