//! Whole sign-ins, all or nothing, in the order of the trait `SignIn`.

use authjs_adapter::{
    EmailSignIn, NewAccount, NewUser, ProviderAccount, Session, SessionToken, SignInWithEmail,
    SignUp, SignedUp, Unique, User, UserId, truncate_to_millis,
};
use chrono::{DateTime, Utc};
use sea_orm::Value;

use crate::accounts::{self, COLUMNS};
use crate::dialect::Dialect;
use crate::facts::SchemaFacts;
use crate::linked_accounts::is_outdated;
use crate::row::{self, Reader};
use crate::run::{Outcome, Run};
use crate::{sessions, users, verification_tokens};

/// The statements of this file.
#[derive(Debug)]
pub(crate) enum SignInStatements {
    /// PostgreSQL: one data-modifying statement for each operation.
    Whole { sign_up: String, with_email: String },
    /// SQLite: the steps of a transaction.
    Steps {
        take: String,
        verify: String,
        create: String,
    },
}

impl SignInStatements {
    pub(crate) fn new(dialect: Dialect, facts: &SchemaFacts) -> Self {
        let columns = row::user(dialect, "");
        match dialect {
            Dialect::Postgres => Self::Whole {
                sign_up: whole_sign_up(),
                with_email: whole_sign_in(facts.is_unique("users", &["email"])),
            },
            Dialect::Sqlite => Self::Steps {
                take: format!(
                    "DELETE FROM verification_token WHERE identifier = $1 AND token = $2 \
                     RETURNING {}, {}, (SELECT id FROM users WHERE email = $4 ORDER BY id LIMIT 1)",
                    dialect.time("expires"),
                    dialect.is_after("expires", "$3")
                ),
                verify: format!(
                    "UPDATE users SET \"emailVerified\" = $2 WHERE id = $1 RETURNING {columns}"
                ),
                create: format!(
                    "INSERT INTO users (email, \"emailVerified\") VALUES ($1, $2) \
                     RETURNING {columns}"
                ),
            },
        }
    }
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
) -> Outcome<SignedUp<User, Session>> {
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
) -> Outcome<EmailSignIn<User, Session>> {
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
    match sign_in_once(run, sign_in.clone()).await {
        // As for `upsert_account`: the constraint came or went, and nothing was applied.
        Err(problem) if run.connection.is_pool() && is_outdated(run, &problem, Unique::Email) => {
            run.shared.forget_plan();
            sign_in_once(run, sign_in).await
        }
        result => result,
    }
}

async fn sign_in_once(
    run: Run<'_>,
    sign_in: SignInWithEmail,
) -> Outcome<EmailSignIn<User, Session>> {
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

/// The steps of the transaction; the database has one writer, so that nobody comes between.
async fn sign_in_by_steps(
    run: Run<'_>,
    sign_in: SignInWithEmail,
) -> Outcome<EmailSignIn<User, Session>> {
    let plan = run.plan().await?;
    let SignInStatements::Steps {
        take,
        verify,
        create,
    } = &plan.sign_in
    else {
        return Err(run.unexpected("plan").into());
    };
    let now = run.now();
    let values = vec![
        sign_in.identifier.into(),
        sign_in.token.expose().into(),
        now.into(),
        sign_in.email.as_str().into(),
    ];
    let rows = run.all(take, values).await?;
    let Some(row) = rows.first() else {
        return Ok(EmailSignIn::Unknown);
    };
    let mut reader = Reader::new(row, plan.dialect);
    // Read although it is not needed: a time in another form cannot be compared.
    reader.time()?;
    if !reader.get::<bool>()? {
        return Ok(EmailSignIn::Expired);
    }
    let present: Option<i32> = reader.get()?;
    let values: Vec<Value> = match present {
        Some(id) => vec![id.into(), now.into()],
        None => vec![sign_in.email.into(), now.into()],
    };
    let rows = run
        .all(if present.is_some() { verify } else { create }, values)
        .await?;
    let Some(user) = users::one(&rows, plan.dialect)? else {
        return Err(run.unexpected("no-row").into());
    };
    let expires = truncate_to_millis(sign_in.session.expires);
    let session = start(run, &user.id, sign_in.session.session_token, expires).await?;
    Ok(EmailSignIn::SignedIn {
        user,
        session,
        created: present.is_none(),
    })
}

async fn link(
    run: Run<'_>,
    user_id: &UserId,
    account: ProviderAccount,
) -> Outcome<authjs_adapter::Account> {
    let account: NewAccount = account.of_user(user_id.clone());
    accounts::link_account(run, account).await
}

async fn start(
    run: Run<'_>,
    user_id: &UserId,
    session_token: SessionToken,
    expires: DateTime<Utc>,
) -> Outcome<Session> {
    let session = authjs_adapter::NewSession {
        session_token,
        user_id: user_id.clone(),
        expires,
    };
    sessions::create_session(run, session).await
}
