//! Passkeys, with a rule broken.

use authjs_adapter::{
    Adapter as _, Authenticator, Authenticators, Error, ErrorKind, Field, Operation, Result,
    Unique, UserId, async_trait,
};

use crate::accounts::is_orphan;
use crate::mutant::Mutant;
use crate::rule::Rule;

fn find(m: &Mutant, credential_id: &str) -> Option<Authenticator> {
    let rows = m.rows().authenticators;
    rows.into_iter()
        .find(|row| row.credential_id == credential_id)
}

/// Inserts the credential, then sets its counter.
async fn create_in_two_steps(m: &Mutant, new: Authenticator) -> Result<Authenticator> {
    let bare = Authenticator {
        counter: 0,
        ..new.clone()
    };
    let created = m.inner.create_authenticator(bare).await?;
    m.pause().await;
    let inner = &m.inner;
    let updated = inner
        .update_authenticator_counter(&new.credential_id, new.counter)
        .await;
    Ok(updated.unwrap_or(created))
}

#[async_trait]
impl Authenticators for Mutant {
    async fn create_authenticator(&self, new: Authenticator) -> Result<Authenticator> {
        let operation = Operation::CreateAuthenticator;
        let mut new = self.bend_passkey(new)?;
        new.user_id = self.id(operation, &new.user_id)?;
        let found = find(self, &new.credential_id);
        let is_own = found.as_ref().is_some_and(|row| row.user_id == new.user_id);
        let had_user = self.inner.get_user(&new.user_id).await?.is_some();
        let conflict = Error::new(operation, ErrorKind::Conflict(Unique::Credential));
        match self.rule() {
            Some(Rule::ConflictBeforeUserMissing) if found.is_some() => return Err(conflict),
            Some(Rule::CreateAuthenticatorUpserts) if is_own => {
                let inner = &self.inner;
                return inner
                    .update_authenticator_counter(&new.credential_id, new.counter)
                    .await;
            }
            Some(Rule::ChecksTheCredentialThenInserts) if found.is_none() => self.pause().await,
            Some(Rule::CreatesInTwoSteps) => return create_in_two_steps(self, new).await,
            Some(Rule::ChecksTheUserThenInserts) => self.pause().await,
            _ => {}
        }
        let was_there = had_user && self.breaks(Rule::ChecksTheUserThenInserts);
        let result = self.inner.create_authenticator(new.clone()).await;
        let is_stopped = result.as_ref().is_err_and(|error| match self.rule() {
            Some(Rule::CredentialsAreUniquePerUser) => *error == conflict && !is_own,
            Some(Rule::ChecksTheCredentialThenInserts) => *error == conflict && found.is_none(),
            Some(Rule::ChecksTheUserThenInserts) => {
                was_there && error.kind() == ErrorKind::UserMissing
            }
            _ => is_orphan(self, error),
        });
        if is_stopped {
            self.ghosts().authenticators.push(new.clone());
            return Ok(new);
        }
        result
    }

    async fn get_authenticator(&self, credential_id: &str) -> Result<Option<Authenticator>> {
        if self.breaks(Rule::LooksUpAnotherColumn) {
            return Ok(None);
        }
        let stored = self
            .rows()
            .authenticators
            .into_iter()
            .map(|row| row.credential_id);
        let operation = Operation::GetAuthenticator;
        let key = self.key(operation, Field::CredentialId, credential_id, stored)?;
        let found = self.inner.get_authenticator(&key).await?;
        Ok(found.map(|passkey| self.read_passkey(passkey)))
    }

    async fn list_authenticators_by_user_id(&self, user_id: &UserId) -> Result<Vec<Authenticator>> {
        let user_id = self.id(Operation::ListAuthenticatorsByUserId, user_id)?;
        let listed = self.inner.list_authenticators_by_user_id(&user_id).await?;
        let rows = self.rows().authenticators;
        let listed = match self.rule() {
            Some(Rule::ListsUnsorted) => listed.into_iter().rev().collect(),
            Some(Rule::ListsWithoutCondition) if listed.is_empty() => rows,
            _ => listed,
        };
        let read = listed.into_iter().map(|passkey| self.read_passkey(passkey));
        Ok(read.collect())
    }

    async fn update_authenticator_counter(
        &self,
        credential_id: &str,
        counter: u32,
    ) -> Result<Authenticator> {
        let operation = Operation::UpdateAuthenticatorCounter;
        let key = self.key(operation, Field::CredentialId, credential_id, [])?;
        let found = find(self, &key);
        let old = found.as_ref().map_or(0, |row| row.counter);
        let counter = match self.rule() {
            Some(Rule::CounterAdds) => old.wrapping_add(counter),
            Some(Rule::CounterOnlyGrows) => old.max(counter),
            _ => counter,
        };
        if self.breaks(Rule::CounterLocksOptimistically) {
            self.pause().await;
            if find(self, &key).map_or(0, |row| row.counter) != old {
                return Err(Error::new(operation, ErrorKind::NotFound));
            }
        }
        match self.inner.update_authenticator_counter(&key, counter).await {
            Err(_) if self.breaks(Rule::RowCountIgnored) => Ok(Authenticator {
                credential_id: key,
                user_id: UserId::new(""),
                provider_account_id: String::new(),
                credential_public_key: String::new(),
                counter,
                credential_device_type: String::new(),
                credential_backed_up: false,
                transports: None,
            }),
            result => result.map(|passkey| self.read_passkey(passkey)),
        }
    }
}
