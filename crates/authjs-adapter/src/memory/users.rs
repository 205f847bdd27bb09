//! Users.

use super::rows::{Refusal, Rows, take};
use crate::{AccountKey, ErrorKind, NewUser, Unique, User, UserId, UserPatch, truncate_to_millis};

impl Rows {
    pub(super) fn create_user(&mut self, user: NewUser) -> Result<User, Refusal> {
        user.check()?;
        if let Some(email) = &user.email
            && self.get_user_by_email(email).is_some()
        {
            return Err(ErrorKind::Conflict(Unique::Email).into());
        }
        self.users.insert(|id| User {
            id: UserId::from(id),
            name: user.name,
            email: user.email,
            email_verified: user.email_verified.map(truncate_to_millis),
            image: user.image,
        })
    }

    /// Ids are compared as text: of all spellings of a number only the canonical one is
    /// stored, so only that one is found.
    pub(super) fn get_user(&self, id: &UserId) -> Option<User> {
        self.users.rows.iter().find(|user| user.id == *id).cloned()
    }

    pub(super) fn get_user_by_email(&self, email: &str) -> Option<User> {
        let has_it = |user: &&User| user.email.as_deref() == Some(email);
        self.users.rows.iter().find(has_it).cloned()
    }

    pub(super) fn get_user_by_account(&self, account: AccountKey<'_>) -> Option<User> {
        let account = self.get_account(account)?;
        self.get_user(&account.user_id)
    }

    pub(super) fn update_user(&mut self, id: &UserId, patch: UserPatch) -> Result<User, Refusal> {
        patch.check()?;
        let old = self.get_user(id).ok_or(ErrorKind::NotFound)?;
        let new = User {
            id: old.id,
            name: patch.name.apply(old.name),
            email: patch.email.apply(old.email),
            email_verified: patch
                .email_verified
                .apply(old.email_verified)
                .map(truncate_to_millis),
            image: patch.image.apply(old.image),
        };
        let is_twin = |other: &User| other.id != new.id && other.email == new.email;
        if new.email.is_some() && self.users.rows.iter().any(is_twin) {
            return Err(ErrorKind::Conflict(Unique::Email).into());
        }
        for user in self.users.rows.iter_mut().filter(|user| user.id == new.id) {
            user.clone_from(&new);
        }
        Ok(new)
    }

    /// The rows that belong to the user go with them, as by a foreign key that cascades;
    /// verification tokens belong to an identifier and stay.
    pub(super) fn delete_user(&mut self, id: &UserId) -> Option<User> {
        let user = take(&mut self.users.rows, |user| user.id == *id)?;
        self.accounts.rows.retain(|account| account.user_id != *id);
        self.sessions.rows.retain(|session| session.user_id != *id);
        self.authenticators.retain(|row| row.user_id != *id);
        Some(user)
    }
}
