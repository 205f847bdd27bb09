//! `MemoryAdapter` with one rule broken.

use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use authjs_adapter::{
    Account, AccountKey, Adapter, Clock as _, Error, ErrorKind, Field, HashedToken, ManualClock,
    MemoryAdapter, NewAccount, NewSession, NewUser, Operation, Result, Session, SessionPatch,
    SessionToken, Snapshot, User, UserId, UserPatch, VerificationToken, async_trait,
    is_possible_key,
};
use authjs_conformance::{Harness, MemoryHarness};
use chrono::{DateTime, SubsecRound as _, Utc};

use crate::rule::Rule;
use crate::{accounts, sessions, users, verification_tokens};

/// How long a mutant looks away between two steps that should be one.
const PAUSE: Duration = Duration::from_millis(2);

/// An adapter that differs from the executable specification in one rule.
#[derive(Debug)]
pub(crate) struct Mutant {
    pub(crate) inner: MemoryAdapter,
    clock: ManualClock,
    database_clock: ManualClock,
    rule: Option<Rule>,
    /// Rows that the specification would not have: twins and orphans.
    ghosts: Arc<Mutex<Snapshot>>,
    /// Addresses that people had before.
    former: Arc<Mutex<Vec<(String, UserId)>>>,
}

impl Mutant {
    /// Whether this is the rule that is broken.
    pub(crate) fn breaks(&self, rule: Rule) -> bool {
        self.rule == Some(rule)
    }

    pub(crate) fn rule(&self) -> Option<Rule> {
        self.rule
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The earlier of the two clocks, which decides about the purge.
    pub(crate) fn earlier_now(&self) -> DateTime<Utc> {
        self.now().min(self.database_clock.now())
    }

    pub(crate) async fn pause(&self) {
        tokio::time::sleep(PAUSE).await;
    }

    /// Lets another thread run, as a store that waits for its database does: the callers of a
    /// race meet at once, and the matrix is done sooner.
    pub(crate) fn give_way() {
        thread::yield_now();
    }

    pub(crate) fn ghosts(&self) -> MutexGuard<'_, Snapshot> {
        self.ghosts.lock().unwrap()
    }

    pub(crate) fn former(&self) -> MutexGuard<'_, Vec<(String, UserId)>> {
        self.former.lock().unwrap()
    }

    pub(crate) fn rows(&self) -> Snapshot {
        self.inner.snapshot()
    }

    /// The id that the mutant looks for.
    pub(crate) fn id(&self, operation: Operation, id: &UserId) -> Result<UserId> {
        Self::give_way();
        if self.breaks(Rule::ParsesIdsLoosely) {
            return Ok(parse_int(id));
        }
        let refuses = matches!(operation, Operation::UpdateUser | Operation::DeleteUser);
        if self.breaks(Rule::MalformedIdsAreErrors)
            && refuses
            && id.as_str().parse::<i32>().is_err()
        {
            return Err(Error::new(operation, ErrorKind::Internal));
        }
        Ok(id.clone())
    }

    /// The key that the mutant looks for, among the keys that are stored.
    pub(crate) fn key(
        &self,
        operation: Operation,
        field: Field,
        key: &str,
        stored: impl IntoIterator<Item = String>,
    ) -> Result<String> {
        Self::give_way();
        if self.breaks(Rule::ImpossibleKeysAreErrors) && !is_possible_key(field, key) {
            return Err(Error::new(operation, ErrorKind::Internal));
        }
        let is_read = operation.as_str().starts_with("get_");
        let mut stored = stored.into_iter();
        let found = match self.rule {
            Some(Rule::FoldsKeys) => stored.find(|other| fold(other) == fold(key)),
            Some(Rule::LooksUpWithoutCondition) if is_read => {
                let stored: Vec<_> = stored.collect();
                let exact = stored.iter().find(|other| *other == key).cloned();
                exact.or_else(|| stored.into_iter().next())
            }
            _ => None,
        };
        Ok(found.unwrap_or_else(|| key.to_owned()))
    }

    /// The session token that the mutant looks for.
    pub(crate) fn token(&self, operation: Operation, token: &SessionToken) -> Result<SessionToken> {
        let stored = self.rows().sessions.into_iter();
        let stored = stored.map(|row| row.session_token.expose().to_owned());
        let key = self.key(operation, Field::SessionToken, token.expose(), stored)?;
        Ok(SessionToken::new(key))
    }

    /// The stored session with this token, live or expired.
    pub(crate) fn session(&self, token: &SessionToken) -> Option<Session> {
        let sessions = self.rows().sessions;
        sessions.into_iter().find(|row| row.session_token == *token)
    }

    /// Whether the mutant takes a row that ends then for live.
    pub(crate) fn is_live(&self, expires: DateTime<Utc>) -> bool {
        match self.rule {
            Some(Rule::ExpiryIgnored) => true,
            Some(Rule::LiveAtTheEnd) => expires >= self.now(),
            Some(Rule::RoundsTheTime) => expires > self.now().round_subsecs(0),
            _ => expires > self.now(),
        }
    }

    /// What a delete answers.
    pub(crate) fn removed<T>(&self, operation: Operation, row: Option<T>) -> Result<Option<T>> {
        match self.rule {
            Some(Rule::DeletesReturnNothing) => Ok(None),
            Some(Rule::DeletingNothingFails) if row.is_none() => {
                Err(Error::new(operation, ErrorKind::NotFound))
            }
            _ => Ok(row),
        }
    }
}

/// What JavaScript's `parseInt` makes of the text.
fn parse_int(id: &UserId) -> UserId {
    let text = id.as_str().trim();
    let text = text.strip_prefix('+').unwrap_or(text);
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    digits
        .parse::<i32>()
        .map_or_else(|_| id.clone(), UserId::from)
}

/// What the default collations of MySQL and MariaDB compare.
pub(crate) fn fold(text: &str) -> String {
    let folded = text.trim_end().to_lowercase();
    folded.replace('\u{e1}', "a").replace('\u{e9}', "e")
}

#[async_trait]
impl Adapter for Mutant {
    type User = User;
    type Session = Session;
    type NewUser = NewUser;

    async fn create_user(&self, user: NewUser) -> Result<User> {
        users::create_user(self, user).await
    }

    async fn get_user(&self, id: &UserId) -> Result<Option<User>> {
        users::get_user(self, id).await
    }

    async fn get_user_by_email(&self, email: &str) -> Result<Option<User>> {
        users::get_user_by_email(self, email).await
    }

    async fn get_user_by_account(&self, account: AccountKey<'_>) -> Result<Option<User>> {
        accounts::get_user_by_account(self, account).await
    }

    async fn update_user(&self, id: &UserId, patch: UserPatch) -> Result<User> {
        users::update_user(self, id, patch).await
    }

    async fn delete_user(&self, id: &UserId) -> Result<Option<User>> {
        users::delete_user(self, id).await
    }

    async fn link_account(&self, account: NewAccount) -> Result<Account> {
        accounts::link_account(self, account).await
    }

    async fn unlink_account(&self, account: AccountKey<'_>) -> Result<Option<Account>> {
        accounts::unlink_account(self, account).await
    }

    async fn get_account(&self, account: AccountKey<'_>) -> Result<Option<Account>> {
        accounts::get_account(self, account).await
    }

    async fn create_session(&self, session: NewSession) -> Result<Session> {
        sessions::create_session(self, session).await
    }

    async fn get_session_and_user(&self, token: &SessionToken) -> Result<Option<(Session, User)>> {
        sessions::get_session_and_user(self, token).await
    }

    async fn update_session(
        &self,
        token: &SessionToken,
        patch: SessionPatch,
    ) -> Result<Option<Session>> {
        sessions::update_session(self, token, patch).await
    }

    async fn delete_session(&self, token: &SessionToken) -> Result<Option<Session>> {
        sessions::delete_session(self, token).await
    }

    async fn create_verification_token(
        &self,
        token: VerificationToken,
    ) -> Result<VerificationToken> {
        verification_tokens::create_verification_token(self, token).await
    }

    async fn use_verification_token(
        &self,
        identifier: &str,
        token: &HashedToken,
    ) -> Result<Option<VerificationToken>> {
        verification_tokens::use_verification_token(self, identifier, token).await
    }
}

/// The mutant of one rule, on a store of its own.
pub(crate) struct MutantHarness {
    memory: MemoryHarness,
    store: Mutant,
}

impl MutantHarness {
    pub(crate) fn new(rule: Option<Rule>) -> Self {
        let memory = MemoryHarness::default();
        let store = Mutant {
            inner: memory.store().clone(),
            clock: memory.clock().clone(),
            database_clock: memory.database_clock().clone(),
            rule,
            ghosts: Arc::default(),
            former: Arc::default(),
        };
        Self { memory, store }
    }
}

#[async_trait]
impl Harness for MutantHarness {
    type Store = Mutant;

    async fn fresh() -> Self {
        Self::new(None)
    }

    fn store(&self) -> &Mutant {
        &self.store
    }

    fn clock(&self) -> &ManualClock {
        self.memory.clock()
    }

    async fn snapshot(&self) -> Snapshot {
        let mut rows = self.memory.snapshot().await;
        let ghosts = self.store.ghosts().clone();
        rows.users.extend(ghosts.users);
        rows.accounts.extend(ghosts.accounts);
        rows.sessions.extend(ghosts.sessions);
        rows.verification_tokens.extend(ghosts.verification_tokens);
        rows.authenticators.extend(ghosts.authenticators);
        rows
    }
}
