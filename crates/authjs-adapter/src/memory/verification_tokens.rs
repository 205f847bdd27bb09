//! Verification tokens.

use super::rows::{Refusal, Rows, take};
use crate::{ErrorKind, HashedToken, Unique, VerificationToken, truncate_to_millis};

impl Rows {
    pub(super) fn create_verification_token(
        &mut self,
        mut token: VerificationToken,
    ) -> Result<VerificationToken, Refusal> {
        token.check()?;
        let mut rows = self.verification_tokens.iter();
        if rows.any(|row| is_it(row, &token.identifier, &token.token)) {
            return Err(ErrorKind::Conflict(Unique::VerificationToken).into());
        }
        token.expires = truncate_to_millis(token.expires);
        self.verification_tokens.push(token.clone());
        Ok(token)
    }

    pub(super) fn use_verification_token(
        &mut self,
        identifier: &str,
        token: &HashedToken,
    ) -> Option<VerificationToken> {
        take(&mut self.verification_tokens, |row| {
            is_it(row, identifier, token)
        })
    }
}

fn is_it(row: &VerificationToken, identifier: &str, token: &HashedToken) -> bool {
    row.identifier == identifier && row.token == *token
}
