//! Passkeys.

use super::MemoryAdapter;
use super::rows::{Refusal, Rows};
use crate::{
    Authenticator, Authenticators, ErrorKind, Operation, Result, Unique, UserId, async_trait,
};

impl Rows {
    fn create_authenticator(&mut self, new: Authenticator) -> Result<Authenticator, Refusal> {
        new.check()?;
        self.require_user(&new.user_id)?;
        if self.authenticator_mut(&new.credential_id).is_some() {
            return Err(ErrorKind::Conflict(Unique::Credential).into());
        }
        self.authenticators.push(new.clone());
        Ok(new)
    }

    fn authenticator_mut(&mut self, credential_id: &str) -> Option<&mut Authenticator> {
        let mut authenticators = self.authenticators.iter_mut();
        authenticators.find(|row| row.credential_id == credential_id)
    }

    fn list_authenticators_by_user_id(&self, user_id: &UserId) -> Vec<Authenticator> {
        let of_user = |row: &&Authenticator| row.user_id == *user_id;
        let mut listed: Vec<_> = self
            .authenticators
            .iter()
            .filter(of_user)
            .cloned()
            .collect();
        listed.sort_by(|a, b| a.credential_id.cmp(&b.credential_id));
        listed
    }

    fn update_authenticator_counter(
        &mut self,
        credential_id: &str,
        counter: u32,
    ) -> Result<Authenticator, Refusal> {
        let authenticator = self
            .authenticator_mut(credential_id)
            .ok_or(ErrorKind::NotFound)?;
        authenticator.counter = counter;
        Ok(authenticator.clone())
    }
}

#[async_trait]
impl Authenticators for MemoryAdapter {
    async fn create_authenticator(&self, authenticator: Authenticator) -> Result<Authenticator> {
        self.run(Operation::CreateAuthenticator, |rows| {
            rows.create_authenticator(authenticator)
        })
    }

    async fn get_authenticator(&self, credential_id: &str) -> Result<Option<Authenticator>> {
        Ok(self.with_rows(|rows| rows.authenticator_mut(credential_id).cloned()))
    }

    async fn list_authenticators_by_user_id(&self, user_id: &UserId) -> Result<Vec<Authenticator>> {
        Ok(self.with_rows(|rows| rows.list_authenticators_by_user_id(user_id)))
    }

    async fn update_authenticator_counter(
        &self,
        credential_id: &str,
        counter: u32,
    ) -> Result<Authenticator> {
        self.run(Operation::UpdateAuthenticatorCounter, |rows| {
            rows.update_authenticator_counter(credential_id, counter)
        })
    }
}
