//! Whole sign-ins, with a rule broken.

use authjs_adapter::{
    AccountTokens, Adapter as _, Email, EmailSignIn, Error, ErrorKind, Field, NewSession, NewUser,
    Operation, Patch, Result, Session, SignIn, SignInSession, SignInWithEmail, SignUp, SignedUp,
    Unique, User, UserId, UserPatch, VerificationToken, async_trait,
};

use crate::mutant::Mutant;
use crate::rule::Rule;
use crate::sessions::shown;
use crate::verification_tokens::find;

#[async_trait]
impl SignIn for Mutant {
    async fn sign_up(&self, mut new: SignUp<NewUser>) -> Result<SignedUp<User, Session>> {
        let operation = Operation::SignUp;
        new.user = self.bend_user(operation, new.user)?;
        new.session = self.bend_sign_in_session(new.session);
        let account = self.inner.get_account(new.account.key()).await?;
        let known = match &new.user.email {
            Some(email) => self.inner.get_user_by_email(email).await?,
            None => None,
        };
        match self.rule() {
            Some(Rule::SignUpNeedsAnAddress) if new.user.email.is_none() => {
                let field = Field::Email;
                return Err(Error::new(operation, ErrorKind::InvalidInput { field }));
            }
            Some(Rule::SignUpChecksTheAccountFirst) if account.is_some() => {
                return Err(Error::new(operation, ErrorKind::Conflict(Unique::Account)));
            }
            Some(Rule::RefusesEndedSessions) if new.session.expires <= self.now() => {
                let field = Field::Expires;
                return Err(Error::new(operation, ErrorKind::InvalidInput { field }));
            }
            Some(Rule::SignUpDropsTheTokens) => new.account.tokens = AccountTokens::default(),
            Some(Rule::SignsUpInThreeSteps) => {
                new.user.email = new.user.email.map(|email| email.to_lowercase());
                return step_by_step(self, new, None).await.map_err(of(operation));
            }
            Some(Rule::SignUpCutsTheAddress) => {
                let address = new.user.email.as_deref();
                new.user.email = address.and_then(normal).or(new.user.email);
            }
            Some(Rule::SignUpLinksByAddress) if known.is_some() => {
                return step_by_step(self, new, known).await.map_err(of(operation));
            }
            Some(Rule::AddressesAsTheyCome) if new.user.email.as_deref().is_some_and(is_odd) => {
                return step_by_step(self, new, None).await.map_err(of(operation));
            }
            Some(Rule::ChecksThenSignsUp) if known.is_none() => {
                self.pause().await;
                let result = self.inner.sign_up(new.clone()).await;
                let conflict = ErrorKind::Conflict(Unique::Email);
                if result.as_ref().is_err_and(|error| error.kind() == conflict) {
                    new.user.email = None;
                    new.account.provider_account_id += new.session.session_token.expose();
                    return self.inner.sign_up(new).await;
                }
                return result;
            }
            _ => {}
        }
        let mut signed_up = self.inner.sign_up(new).await?;
        signed_up.session = shown(self, signed_up.session);
        Ok(signed_up)
    }

    async fn sign_in_with_email(
        &self,
        mut click: SignInWithEmail,
    ) -> Result<EmailSignIn<User, Session>> {
        let operation = Operation::SignInWithEmail;
        click.session = self.bend_sign_in_session(click.session);
        let Some(mut link) = find_link(self, &click)? else {
            return self.inner.sign_in_with_email(click).await;
        };
        if self.breaks(Rule::RoundsTheTime) && !self.is_live(link.expires) {
            link.expires = self.now();
        }
        click.identifier.clone_from(&link.identifier);
        click.token = link.token.clone();
        let known = match normal(&click.email) {
            Some(email) => self.inner.get_user_by_email(&email).await?,
            None => None,
        };
        match self.rule() {
            Some(Rule::SignInKeepsExpiredTokens) if link.expires <= self.now() => {
                return Ok(EmailSignIn::Expired);
            }
            Some(Rule::RoundsTheTime) if link.expires <= self.now() => {
                self.inner
                    .use_verification_token(&link.identifier, &link.token)
                    .await?;
                return Ok(EmailSignIn::Expired);
            }
            Some(Rule::RemembersFormerAddresses) if known.is_none() => {
                let former = self
                    .former()
                    .iter()
                    .find(|(email, _)| *email == click.email)
                    .cloned();
                if let Some((_, id)) = former {
                    let patch = UserPatch {
                        email_verified: Patch::Set(self.now()),
                        ..UserPatch::default()
                    };
                    let user = self.inner.update_user(&id, patch).await?;
                    return four_steps(self, click, Some(user))
                        .await
                        .map_err(of(operation));
                }
            }
            Some(Rule::AddressesAsTheyCome) if is_odd(&click.email) => {
                return four_steps(self, click, None).await.map_err(of(operation));
            }
            Some(Rule::SignInConsumesFirst) => {
                self.inner
                    .use_verification_token(&link.identifier, &link.token)
                    .await?;
                self.inner.create_verification_token(link.clone()).await?;
                let result = self.inner.sign_in_with_email(click).await;
                if result.is_err() {
                    self.inner
                        .use_verification_token(&link.identifier, &link.token)
                        .await?;
                }
                return result;
            }
            Some(Rule::FindsTheTokenThenSignsIn) if link.expires > self.now() => {
                self.pause().await;
                let known = self.inner.get_user_by_email(&click.email).await?;
                return four_steps(self, click, known).await.map_err(of(operation));
            }
            Some(Rule::FindsThenCreatesTheUser) if known.is_none() => {
                // Twice as long as who creates the user waits, so that they come in between.
                self.pause().await;
                self.pause().await;
                if self.inner.get_user_by_email(&click.email).await?.is_some() {
                    return Err(Error::new(operation, ErrorKind::Conflict(Unique::Email)));
                }
            }
            _ => {}
        }
        let answer = self.inner.sign_in_with_email(click).await?;
        self.bend_answer(answer, known, link).await
    }
}

/// The verification token that the mutant takes for the one of the link.
fn find_link(m: &Mutant, click: &SignInWithEmail) -> Result<Option<VerificationToken>> {
    let found = find(
        m,
        Operation::SignInWithEmail,
        &click.identifier,
        &click.token,
    )?;
    if m.breaks(Rule::SignsInByIdentifierOnly) {
        let mut rows = m.rows().verification_tokens.into_iter();
        return Ok(rows.find(|row| row.identifier == click.identifier));
    }
    let is_exact = |row: &VerificationToken| {
        m.breaks(Rule::FoldsKeys)
            || (row.identifier == click.identifier && row.token == click.token)
    };
    Ok(found.filter(is_exact))
}

impl Mutant {
    /// What the mutant does after the sign-in, and what it answers.
    async fn bend_answer(
        &self,
        answer: EmailSignIn<User, Session>,
        known: Option<User>,
        link: VerificationToken,
    ) -> Result<EmailSignIn<User, Session>> {
        let EmailSignIn::SignedIn {
            mut user,
            session,
            created,
        } = answer
        else {
            return Ok(answer);
        };
        match self.rule() {
            Some(Rule::SignInVerifiesNothing) => {
                let patch = UserPatch {
                    email_verified: known.and_then(|user| user.email_verified).into(),
                    ..UserPatch::default()
                };
                user = self.inner.update_user(&user.id, patch).await?;
            }
            Some(Rule::SignInVerifiesTheLaterTime) if !created => {
                let old = known.and_then(|user| user.email_verified);
                let patch = UserPatch {
                    email_verified: old.map(|old| old.max(self.now())).into(),
                    ..UserPatch::default()
                };
                user = self.inner.update_user(&user.id, patch).await?;
            }
            Some(Rule::SignInClearsTheProfile) => {
                let patch = UserPatch {
                    name: Patch::Clear,
                    image: Patch::Clear,
                    ..UserPatch::default()
                };
                user = self.inner.update_user(&user.id, patch).await?;
            }
            Some(Rule::SignInKeepsTheToken) => {
                self.inner.create_verification_token(link).await?;
            }
            _ => {}
        }
        Ok(EmailSignIn::SignedIn {
            user,
            session: shown(self, session),
            created,
        })
    }
}

/// Uses the token, finds or creates the user, and starts the session, whoever was faster.
async fn four_steps(
    m: &Mutant,
    click: SignInWithEmail,
    known: Option<User>,
) -> Result<EmailSignIn<User, Session>> {
    m.inner
        .use_verification_token(&click.identifier, &click.token)
        .await?;
    let created = known.is_none();
    let user = match known {
        Some(user) => user,
        None => m.inner.create_user(verified(m, click.email)).await?,
    };
    let session = m
        .inner
        .create_session(of_user(click.session, user.id.clone()))
        .await?;
    Ok(EmailSignIn::SignedIn {
        user,
        session,
        created,
    })
}

/// Creates the user, if none is known, links the account and starts the session.
async fn step_by_step(
    m: &Mutant,
    new: SignUp<NewUser>,
    known: Option<User>,
) -> Result<SignedUp<User, Session>> {
    let user = match known {
        Some(user) => user,
        None => m.inner.create_user(new.user).await?,
    };
    let account = m
        .inner
        .link_account(new.account.of_user(user.id.clone()))
        .await?;
    let session = m
        .inner
        .create_session(of_user(new.session, user.id.clone()))
        .await?;
    Ok(SignedUp {
        user,
        account,
        session,
    })
}

fn verified(m: &Mutant, email: String) -> NewUser {
    NewUser {
        email: Some(email),
        email_verified: Some(m.now()),
        ..NewUser::default()
    }
}

fn of_user(session: SignInSession, user_id: UserId) -> NewSession {
    NewSession {
        session_token: session.session_token,
        user_id,
        expires: session.expires,
    }
}

/// The same error, of this operation.
pub(crate) fn of(operation: Operation) -> impl Fn(Error) -> Error {
    move |error| Error::new(operation, error.kind())
}

fn normal(email: &str) -> Option<String> {
    Email::authjs(email).ok().map(Email::into_string)
}

/// Whether the address has a normal form that differs.
fn is_odd(email: &str) -> bool {
    normal(email).is_some_and(|normal| normal != email)
}
