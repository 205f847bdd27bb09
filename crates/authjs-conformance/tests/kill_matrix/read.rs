//! Values that a mutant alters on their way out of a table.

use authjs_adapter::{Account, Authenticator, User};
use chrono::DateTime;

use crate::mutant::Mutant;
use crate::rule::Rule;

impl Mutant {
    pub(crate) fn read_user(&self, mut user: User) -> User {
        match self.rule() {
            Some(Rule::NullTimesBecome1970) => {
                user.email_verified.get_or_insert(DateTime::UNIX_EPOCH);
            }
            Some(Rule::NullTextsBecomeEmpty) => {
                user.name.get_or_insert_default();
                user.email.get_or_insert_default();
                user.image.get_or_insert_default();
            }
            _ => {}
        }
        user
    }

    /// The user whom a join finds, if it finds this one.
    pub(crate) fn joined(&self, user: User) -> User {
        let first = self.rows().users.into_iter().next();
        let joins_any = self.breaks(Rule::JoinsTheFirstUser);
        first.filter(|_| joins_any).unwrap_or(user)
    }

    pub(crate) fn read_account(&self, mut account: Account) -> Account {
        if self.breaks(Rule::NullTextsBecomeEmpty) {
            let tokens = &mut account.tokens;
            tokens.refresh_token.get_or_insert_with(|| "".into());
            tokens.access_token.get_or_insert_with(|| "".into());
            tokens.id_token.get_or_insert_with(|| "".into());
            tokens.session_state.get_or_insert_with(|| "".into());
            tokens.scope.get_or_insert_default();
            tokens.token_type.get_or_insert_default();
        }
        account
    }

    pub(crate) fn read_passkey(&self, mut passkey: Authenticator) -> Authenticator {
        if self.breaks(Rule::NullTextsBecomeEmpty) {
            passkey.transports.get_or_insert_default();
        }
        passkey
    }
}
