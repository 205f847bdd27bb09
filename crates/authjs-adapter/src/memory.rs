//! The executable specification: every operation on plain collections, behind one lock.
//!
//! What an operation means stands in the file of its model, in the order of the trait. All of
//! an operation runs under one lock, so that no call sees another one half done.

mod accounts;
mod authenticators;
mod housekeeping;
mod rows;
mod sessions;
mod sign_in;
mod users;
mod verification_tokens;

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

use self::rows::{Refusal, Rows};
use crate::{
    Account, AccountKey, Adapter, Authenticator, Clock, EmailRule, HashedToken, NewAccount,
    NewSession, NewUser, Operation, Result, Session, SessionPatch, SessionToken, SystemClock, User,
    UserId, UserPatch, VerificationToken, async_trait, truncate_to_millis,
};

/// Keeps everything in memory; says in plain code what each operation means.
///
/// Clones share their rows. Ids are serial numbers, as in the PostgreSQL schema of Auth.js.
/// Each look-up reads all rows of a table: it is made for tests, examples and as the measure
/// of other adapters, not for speed.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{Adapter, ManualClock, MemoryAdapter, NewUser, UserId};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> authjs_adapter::Result<()> {
/// let clock = ManualClock::new("2020-01-01T00:00:00Z".parse().unwrap());
/// let adapter = MemoryAdapter::new(clock.clone());
/// let user = adapter.create_user(NewUser::default()).await?;
///
/// assert_eq!(user.id, UserId::from(1));
/// assert_eq!(adapter.snapshot().users, [user]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct MemoryAdapter {
    clock: Arc<dyn Clock>,
    database_clock: Arc<dyn Clock>,
    email_rule: EmailRule,
    rows: Arc<Mutex<Rows>>,
}

/// All rows of a store, for backdoor reads in tests.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{MemoryAdapter, Snapshot};
///
/// assert_eq!(MemoryAdapter::default().snapshot(), Snapshot::default());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// `users`, by id.
    pub users: Vec<User>,
    /// `accounts`, by id.
    pub accounts: Vec<Account>,
    /// `sessions`, by id, with the token as it is stored.
    pub sessions: Vec<Session>,
    /// `verification_token`, by identifier and token.
    pub verification_tokens: Vec<VerificationToken>,
    /// `authenticators`, by credential id.
    pub authenticators: Vec<Authenticator>,
}

impl MemoryAdapter {
    /// An empty store that takes the time from `clock`, for itself and for its "database".
    #[must_use]
    pub fn new(clock: impl Clock + 'static) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(clock);
        Self {
            database_clock: Arc::clone(&clock),
            clock,
            email_rule: EmailRule::default(),
            rows: Arc::default(),
        }
    }

    /// The same store with another clock for its "database", which the purge looks at too.
    #[must_use]
    pub fn with_database_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.database_clock = Arc::new(clock);
        self
    }

    /// The same store with another rule for the addresses that `SignIn` is given.
    #[must_use]
    pub fn with_email_rule(mut self, rule: EmailRule) -> Self {
        self.email_rule = rule;
        self
    }

    /// All rows, read past the contract.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.with_rows(|rows| rows.snapshot())
    }

    /// The time that decides what is expired.
    fn now(&self) -> DateTime<Utc> {
        truncate_to_millis(self.clock.now())
    }

    /// Runs one operation, alone, and names it in its error.
    fn run<T>(
        &self,
        operation: Operation,
        act: impl FnOnce(&mut Rows) -> Result<T, Refusal>,
    ) -> Result<T> {
        self.with_rows(act).map_err(|refusal| refusal.of(operation))
    }

    fn with_rows<T>(&self, act: impl FnOnce(&mut Rows) -> T) -> T {
        // No code of a caller runs under the lock, so that nothing can panic half-way.
        act(&mut self.rows.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Default for MemoryAdapter {
    fn default() -> Self {
        Self::new(SystemClock)
    }
}

#[async_trait]
impl Adapter for MemoryAdapter {
    type User = User;
    type Session = Session;
    type NewUser = NewUser;

    async fn create_user(&self, user: NewUser) -> Result<User> {
        self.run(Operation::CreateUser, |rows| rows.create_user(user))
    }

    async fn get_user(&self, id: &UserId) -> Result<Option<User>> {
        Ok(self.with_rows(|rows| rows.get_user(id)))
    }

    async fn get_user_by_email(&self, email: &str) -> Result<Option<User>> {
        Ok(self.with_rows(|rows| rows.get_user_by_email(email)))
    }

    async fn get_user_by_account(&self, account: AccountKey<'_>) -> Result<Option<User>> {
        Ok(self.with_rows(|rows| rows.get_user_by_account(account)))
    }

    async fn update_user(&self, id: &UserId, patch: UserPatch) -> Result<User> {
        self.run(Operation::UpdateUser, |rows| rows.update_user(id, patch))
    }

    async fn delete_user(&self, id: &UserId) -> Result<Option<User>> {
        Ok(self.with_rows(|rows| rows.delete_user(id)))
    }

    async fn link_account(&self, account: NewAccount) -> Result<Account> {
        self.run(Operation::LinkAccount, |rows| rows.link_account(account))
    }

    async fn unlink_account(&self, account: AccountKey<'_>) -> Result<Option<Account>> {
        Ok(self.with_rows(|rows| rows.unlink_account(account)))
    }

    async fn get_account(&self, account: AccountKey<'_>) -> Result<Option<Account>> {
        Ok(self.with_rows(|rows| rows.get_account(account)))
    }

    async fn create_session(&self, session: NewSession) -> Result<Session> {
        self.run(Operation::CreateSession, |rows| {
            rows.create_session(session)
        })
    }

    async fn get_session_and_user(&self, token: &SessionToken) -> Result<Option<(Session, User)>> {
        let now = self.now();
        Ok(self.with_rows(|rows| rows.get_session_and_user(token, now)))
    }

    async fn update_session(
        &self,
        token: &SessionToken,
        patch: SessionPatch,
    ) -> Result<Option<Session>> {
        self.run(Operation::UpdateSession, |rows| {
            rows.update_session(token, &patch)
        })
    }

    async fn delete_session(&self, token: &SessionToken) -> Result<Option<Session>> {
        Ok(self.with_rows(|rows| rows.delete_session(token)))
    }

    async fn create_verification_token(
        &self,
        token: VerificationToken,
    ) -> Result<VerificationToken> {
        self.run(Operation::CreateVerificationToken, |rows| {
            rows.create_verification_token(token)
        })
    }

    async fn use_verification_token(
        &self,
        identifier: &str,
        token: &HashedToken,
    ) -> Result<Option<VerificationToken>> {
        Ok(self.with_rows(|rows| rows.use_verification_token(identifier, token)))
    }
}
