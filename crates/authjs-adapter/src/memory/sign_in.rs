//! Whole sign-ins.

use chrono::{DateTime, Utc};

use super::MemoryAdapter;
use super::rows::{Refusal, Rows};
use crate::{
    EmailRule, EmailSignIn, NewSession, NewUser, Operation, Patch, Result, Session, SignIn,
    SignInSession, SignInWithEmail, SignUp, SignedUp, User, UserId, UserPatch, async_trait,
};

impl Rows {
    /// The conflicts come in the order of the inserts.
    fn sign_up(
        &mut self,
        sign_up: SignUp<NewUser>,
        rule: EmailRule,
    ) -> Result<SignedUp<User, Session>, Refusal> {
        let SignUp {
            mut user,
            account,
            session,
        } = sign_up;
        if let Some(email) = &user.email {
            user.email = Some(rule.apply_to_profile(email)?);
        }
        user.check()?;
        account.check()?;
        session.check()?;
        self.all_or_nothing(|rows| {
            let user = rows.create_user(user)?;
            let account = rows.link_account(account.of_user(user.id.clone()))?;
            let session = rows.create_session(of_user(session, user.id.clone()))?;
            Ok(SignedUp {
                user,
                account,
                session,
            })
        })
    }

    /// "Expired" is an answer like "signed in": only a refusal brings the token back.
    fn sign_in_with_email(
        &mut self,
        sign_in: SignInWithEmail,
        rule: EmailRule,
        now: DateTime<Utc>,
    ) -> Result<EmailSignIn<User, Session>, Refusal> {
        let email = rule.apply(&sign_in.email)?.into_string();
        sign_in.session.check()?;
        self.all_or_nothing(|rows| {
            let token = rows.use_verification_token(&sign_in.identifier, &sign_in.token);
            let Some(token) = token else {
                return Ok(EmailSignIn::Unknown);
            };
            if token.expires <= now {
                return Ok(EmailSignIn::Expired);
            }
            let known = rows.get_user_by_email(&email);
            let created = known.is_none();
            let user = match known {
                Some(user) => rows.update_user(&user.id, verified(now))?,
                None => rows.create_user(NewUser {
                    email: Some(email),
                    email_verified: Some(now),
                    ..NewUser::default()
                })?,
            };
            let session = rows.create_session(of_user(sign_in.session, user.id.clone()))?;
            Ok(EmailSignIn::SignedIn {
                user,
                session,
                created,
            })
        })
    }
}

fn of_user(session: SignInSession, user_id: UserId) -> NewSession {
    NewSession {
        session_token: session.session_token,
        user_id,
        expires: session.expires,
    }
}

fn verified(now: DateTime<Utc>) -> UserPatch {
    UserPatch {
        email_verified: Patch::Set(now),
        ..UserPatch::default()
    }
}

#[async_trait]
impl SignIn for MemoryAdapter {
    async fn sign_up(&self, sign_up: SignUp<NewUser>) -> Result<SignedUp<User, Session>> {
        self.run(Operation::SignUp, |rows| {
            rows.sign_up(sign_up, self.email_rule)
        })
    }

    async fn sign_in_with_email(
        &self,
        sign_in: SignInWithEmail,
    ) -> Result<EmailSignIn<User, Session>> {
        let now = self.now();
        self.run(Operation::SignInWithEmail, |rows| {
            rows.sign_in_with_email(sign_in, self.email_rule, now)
        })
    }
}
