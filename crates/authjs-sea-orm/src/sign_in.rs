//! Whole sign-ins, all or nothing, in the order of the trait `SignIn`.

mod statements;

use authjs_adapter::{
    EmailSignIn, NewAccount, NewUser, ProviderAccount, Session, SessionToken, SignInWithEmail,
    SignUp, SignedUp, Unique, User, UserId, truncate_to_millis,
};
use chrono::{DateTime, Utc};

use crate::accounts;
use crate::linked_accounts::{may_try_again, was_taken};
use crate::row::Reader;
use crate::run::{Attempt, Problem, Run};
use crate::{sessions, users, verification_tokens};

pub(crate) use self::statements::SignInStatements;
use self::statements::Verify;

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
            .apply_to_profile(address)
            .map_err(|invalid| run.invalid(invalid))?;
        user.email = Some(email);
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
        return Err(run.no_row().into());
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
        && let Some(welcomed) = welcome(run, id, &sign_in).await?
    {
        return Ok(signed_in(welcomed, false));
    }
    match receive(run, &sign_in).await {
        Ok(received) => Ok(signed_in(received, true)),
        Err(problem) => match welcome_newcomer(run, &sign_in, &problem).await? {
            Some(welcomed) => Ok(signed_in(welcomed, false)),
            None => Err(problem),
        },
    }
}

fn signed_in((user, session): (User, Session), created: bool) -> EmailSignIn<User, Session> {
    EmailSignIn::SignedIn {
        user,
        session,
        created,
    }
}

/// Welcomes the person whom somebody else created while this transaction did, if that is why
/// creating them failed. The server has taken back the one statement, and a read that locks
/// sees what others have committed, at each isolation level.
///
/// Only in the caller's transaction: on the pool the sign-in begins anew.
async fn welcome_newcomer(
    run: Run<'_>,
    sign_in: &SignInWithEmail,
    problem: &Problem,
) -> Attempt<Option<(User, Session)>> {
    let plan = run.plan().await?;
    let SignInStatements::Steps(steps) = &plan.sign_in else {
        return Ok(None);
    };
    let Verify::ThenStart { newcomer, .. } = &steps.verify else {
        return Ok(None);
    };
    if !run.is_callers() || !was_taken(run, &plan.facts, problem, Unique::Email) {
        return Ok(None);
    }
    let rows = run
        .all(newcomer, vec![sign_in.email.as_str().into()])
        .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let id: i32 = Reader::new(row, plan.dialect).get()?;
    welcome(run, id, sign_in).await
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
        Verify::ThenStart { verify, start, .. } => {
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
async fn receive(run: Run<'_>, sign_in: &SignInWithEmail) -> Attempt<(User, Session)> {
    let plan = run.plan().await?;
    let SignInStatements::Steps(steps) = &plan.sign_in else {
        return Err(run.unexpected("plan").into());
    };
    let values = vec![sign_in.email.as_str().into(), run.now().into()];
    let rows = run.change(&steps.create, values).await?;
    let Some(user) = users::one(&rows, plan.dialect)? else {
        return Err(run.unexpected("no-row").into());
    };
    let expires = truncate_to_millis(sign_in.session.expires);
    let token = sign_in.session.session_token.clone();
    let session = start(run, &user.id, token, expires).await?;
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
