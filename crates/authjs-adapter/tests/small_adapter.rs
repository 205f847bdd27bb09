//! A complete adapter in one screen or two, and the suite that runs on it.
//!
//! The documentation of `Adapter` shows this file.

use std::sync::{Mutex, MutexGuard, PoisonError};

use authjs_adapter::{
    Account, AccountKey, Adapter, Clock, Error, ErrorKind, HashedToken, InvalidInput, ManualClock,
    NewAccount, NewSession, NewUser, Operation, Result, Session, SessionPatch, SessionToken,
    Snapshot, Unique, User, UserId, UserPatch, VerificationToken, async_trait, truncate_to_millis,
};
use authjs_conformance::{Harness, conformance_suite, start};

/// All tables behind one lock, which makes every operation atomic.
struct SmallAdapter {
    clock: ManualClock,
    rows: Mutex<Rows>,
}

#[derive(Default)]
struct Rows {
    last_id: i32,
    tables: Snapshot,
}

impl SmallAdapter {
    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rows {
    fn next_id(&mut self) -> i32 {
        self.last_id += 1;
        self.last_id
    }

    fn user(&self, is_it: impl Fn(&User) -> bool) -> Option<User> {
        self.tables.users.iter().find(|user| is_it(user)).cloned()
    }

    fn account(&self, key: AccountKey<'_>) -> Option<Account> {
        let mut accounts = self.tables.accounts.iter();
        accounts.find(|account| account.key() == key).cloned()
    }

    fn session(&mut self, token: &SessionToken) -> Option<&mut Session> {
        let mut sessions = self.tables.sessions.iter_mut();
        sessions.find(|session| session.session_token == *token)
    }
}

fn check(operation: Operation, input: Result<(), InvalidInput>) -> Result<()> {
    input.map_err(|invalid| Error::invalid(operation, invalid))
}

fn deny<T>(operation: Operation, kind: ErrorKind) -> Result<T> {
    Err(Error::new(operation, kind))
}

fn take<Row>(rows: &mut Vec<Row>, is_it: impl Fn(&Row) -> bool) -> Option<Row> {
    let index = rows.iter().position(is_it)?;
    Some(rows.remove(index))
}

#[async_trait]
impl Adapter for SmallAdapter {
    type User = User;
    type Session = Session;
    type NewUser = NewUser;

    async fn create_user(&self, user: NewUser) -> Result<User> {
        check(Operation::CreateUser, user.check())?;
        let mut rows = self.rows();
        if user.email.is_some() && rows.user(|other| other.email == user.email).is_some() {
            return deny(Operation::CreateUser, ErrorKind::Conflict(Unique::Email));
        }
        let user = User {
            id: UserId::from(rows.next_id()),
            name: user.name,
            email: user.email,
            email_verified: user.email_verified.map(truncate_to_millis),
            image: user.image,
        };
        rows.tables.users.push(user.clone());
        Ok(user)
    }

    async fn get_user(&self, id: &UserId) -> Result<Option<User>> {
        Ok(self.rows().user(|user| user.id == *id))
    }

    async fn get_user_by_email(&self, email: &str) -> Result<Option<User>> {
        Ok(self
            .rows()
            .user(|user| user.email.as_deref() == Some(email)))
    }

    async fn get_user_by_account(&self, account: AccountKey<'_>) -> Result<Option<User>> {
        let rows = self.rows();
        let account = rows.account(account);
        Ok(account.and_then(|account| rows.user(|user| user.id == account.user_id)))
    }

    async fn update_user(&self, id: &UserId, patch: UserPatch) -> Result<User> {
        check(Operation::UpdateUser, patch.check())?;
        let mut rows = self.rows();
        let Some(old) = rows.user(|user| user.id == *id) else {
            return deny(Operation::UpdateUser, ErrorKind::NotFound);
        };
        let verified = patch.email_verified.apply(old.email_verified);
        let new = User {
            id: old.id,
            name: patch.name.apply(old.name),
            email: patch.email.apply(old.email),
            email_verified: verified.map(truncate_to_millis),
            image: patch.image.apply(old.image),
        };
        let twin = rows.user(|other| other.id != new.id && other.email == new.email);
        if new.email.is_some() && twin.is_some() {
            return deny(Operation::UpdateUser, ErrorKind::Conflict(Unique::Email));
        }
        for user in rows.tables.users.iter_mut().filter(|user| user.id == *id) {
            *user = new.clone();
        }
        Ok(new)
    }

    async fn delete_user(&self, id: &UserId) -> Result<Option<User>> {
        let tables = &mut self.rows().tables;
        tables.accounts.retain(|account| account.user_id != *id);
        tables.sessions.retain(|session| session.user_id != *id);
        Ok(take(&mut tables.users, |user| user.id == *id))
    }

    async fn link_account(&self, account: NewAccount) -> Result<Account> {
        check(Operation::LinkAccount, account.check())?;
        let mut rows = self.rows();
        if rows.user(|user| user.id == account.user_id).is_none() {
            return deny(Operation::LinkAccount, ErrorKind::UserMissing);
        }
        if rows.account(account.key()).is_some() {
            return deny(Operation::LinkAccount, ErrorKind::Conflict(Unique::Account));
        }
        let account = Account {
            id: Some(rows.next_id().to_string()),
            user_id: account.user_id,
            r#type: account.r#type,
            provider: account.provider,
            provider_account_id: account.provider_account_id,
            tokens: account.tokens,
        };
        rows.tables.accounts.push(account.clone());
        Ok(account)
    }

    async fn unlink_account(&self, account: AccountKey<'_>) -> Result<Option<Account>> {
        let accounts = &mut self.rows().tables.accounts;
        Ok(take(accounts, |row| row.key() == account))
    }

    async fn get_account(&self, account: AccountKey<'_>) -> Result<Option<Account>> {
        Ok(self.rows().account(account))
    }

    async fn create_session(&self, session: NewSession) -> Result<Session> {
        check(Operation::CreateSession, session.check())?;
        let mut rows = self.rows();
        if rows.user(|user| user.id == session.user_id).is_none() {
            return deny(Operation::CreateSession, ErrorKind::UserMissing);
        }
        if rows.session(&session.session_token).is_some() {
            let taken = ErrorKind::Conflict(Unique::SessionToken);
            return deny(Operation::CreateSession, taken);
        }
        let session = Session {
            id: Some(rows.next_id().to_string()),
            session_token: session.session_token,
            user_id: session.user_id,
            expires: truncate_to_millis(session.expires),
        };
        rows.tables.sessions.push(session.clone());
        Ok(session)
    }

    async fn get_session_and_user(&self, token: &SessionToken) -> Result<Option<(Session, User)>> {
        let now = truncate_to_millis(self.clock.now());
        let mut rows = self.rows();
        let session = rows.session(token).cloned();
        let live = session.filter(|session| session.expires > now);
        Ok(live.and_then(|session| {
            let user = rows.user(|user| user.id == session.user_id)?;
            Some((session, user))
        }))
    }

    async fn update_session(
        &self,
        token: &SessionToken,
        patch: SessionPatch,
    ) -> Result<Option<Session>> {
        check(Operation::UpdateSession, patch.check())?;
        Ok(self.rows().session(token).map(|session| {
            session.expires = patch.expires.map_or(session.expires, truncate_to_millis);
            session.clone()
        }))
    }

    async fn delete_session(&self, token: &SessionToken) -> Result<Option<Session>> {
        let sessions = &mut self.rows().tables.sessions;
        Ok(take(sessions, |row| row.session_token == *token))
    }

    async fn create_verification_token(
        &self,
        mut token: VerificationToken,
    ) -> Result<VerificationToken> {
        check(Operation::CreateVerificationToken, token.check())?;
        token.expires = truncate_to_millis(token.expires);
        let tokens = &mut self.rows().tables.verification_tokens;
        let is_twin = |row: &VerificationToken| {
            row.identifier == token.identifier && row.token == token.token
        };
        if tokens.iter().any(is_twin) {
            let exists = ErrorKind::Conflict(Unique::VerificationToken);
            return deny(Operation::CreateVerificationToken, exists);
        }
        tokens.push(token.clone());
        Ok(token)
    }

    async fn use_verification_token(
        &self,
        identifier: &str,
        token: &HashedToken,
    ) -> Result<Option<VerificationToken>> {
        let tokens = &mut self.rows().tables.verification_tokens;
        Ok(take(tokens, |row| {
            row.identifier == identifier && row.token == *token
        }))
    }
}

#[async_trait]
impl Harness for SmallAdapter {
    type Store = Self;

    async fn fresh() -> Self {
        Self {
            clock: ManualClock::new(start()),
            rows: Mutex::default(),
        }
    }

    fn store(&self) -> &Self {
        self
    }

    fn clock(&self) -> &ManualClock {
        &self.clock
    }

    async fn snapshot(&self) -> Snapshot {
        self.rows().tables.clone()
    }
}

conformance_suite!(SmallAdapter: users, accounts, sessions, verification_tokens);
