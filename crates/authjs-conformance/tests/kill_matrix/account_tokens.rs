//! Lists of accounts and fresh tokens, with a rule broken.

use authjs_adapter::{
    Account, AccountKey, AccountTokens, AccountTokensPatch, Accounts, Adapter as _, Error,
    ErrorKind, Field, NewAccount, OAuthToken, Operation, Patch, Result, UserId, async_trait,
};

use crate::accounts::{check_then_link, haunt, is_orphan, link_in_two_steps};
use crate::mutant::Mutant;
use crate::rule::Rule;
use crate::sign_in::of;

#[async_trait]
impl Accounts for Mutant {
    async fn list_accounts(&self, user_id: &UserId) -> Result<Vec<Account>> {
        let user_id = self.id(Operation::ListAccounts, user_id)?;
        let listed = self.inner.list_accounts(&user_id).await?;
        let rows = self.rows().accounts;
        let listed = match self.rule() {
            Some(Rule::ListsUnsorted) => listed.into_iter().rev().collect(),
            Some(Rule::ListsWithoutCondition) if listed.is_empty() => rows,
            _ => listed,
        };
        let read = listed.into_iter().map(|account| self.read_account(account));
        Ok(read.collect())
    }

    async fn upsert_account(&self, new: NewAccount) -> Result<Account> {
        let operation = Operation::UpsertAccount;
        let mut new = self.bend_account(operation, new)?;
        new.user_id = self.id(operation, &new.user_id)?;
        if let Some(provider) = some_provider(self, &new.provider_account_id) {
            new.provider = provider;
        }
        let found = self.inner.get_account(new.key()).await?;
        let is_of_another = found.as_ref().is_some_and(|row| row.user_id != new.user_id);
        match (self.rule(), &found) {
            (Some(Rule::UpsertOnlyUpdates), None) => {
                return Err(Error::new(operation, ErrorKind::NotFound));
            }
            (Some(Rule::UpsertNeverRefreshes), Some(found)) => return Ok(found.clone()),
            (Some(Rule::UpsertKeepsEveryOldToken), Some(found)) => {
                new.tokens = merged(new.tokens, found.tokens.clone());
            }
            (Some(Rule::OwnerChangesOnUpsert), Some(_)) if is_of_another => {
                self.inner.unlink_account(new.key()).await?;
                return self.inner.link_account(new).await;
            }
            (Some(Rule::UserMissingBeforeConflict), _)
                if self.inner.get_user(&new.user_id).await?.is_none() =>
            {
                return Err(Error::new(operation, ErrorKind::UserMissing));
            }
            (Some(Rule::ChecksTheOwnerThenUpserts), _) if !is_of_another => {
                self.pause().await;
                let owner = self.inner.get_account(new.key()).await?;
                if owner.is_some_and(|row| row.user_id != new.user_id) {
                    self.inner.unlink_account(new.key()).await?;
                }
                return self.inner.upsert_account(new).await;
            }
            (Some(Rule::ChecksTheUserThenInserts), None) => {
                return check_then_link(self, new).await.map_err(of(operation));
            }
            (Some(Rule::CreatesInTwoSteps), None) => {
                if let Ok(row) = link_in_two_steps(self, new.clone()).await {
                    return Ok(row);
                }
                self.pause().await;
            }
            (Some(Rule::FindsThenUpserts), None) => {
                self.pause().await;
                return self.inner.link_account(new).await;
            }
            _ => {}
        }
        let dropped =
            new.tokens.refresh_token.is_none() && self.breaks(Rule::UpsertDropsTheRefreshToken);
        match self.inner.upsert_account(new.clone()).await {
            Err(error) if is_orphan(self, &error) => Ok(haunt(self, new)),
            Ok(row) if dropped => {
                let clear = AccountTokensPatch {
                    refresh_token: Patch::Clear,
                    ..AccountTokensPatch::default()
                };
                let expected = row.tokens.refresh_token.as_ref();
                let cleared = self
                    .inner
                    .update_account_tokens(row.key(), expected, clear)
                    .await?;
                Ok(cleared.unwrap_or(row))
            }
            result => result,
        }
    }

    async fn update_account_tokens(
        &self,
        account: AccountKey<'_>,
        expected: Option<&OAuthToken>,
        tokens: AccountTokensPatch,
    ) -> Result<Option<Account>> {
        let operation = Operation::UpdateAccountTokens;
        self.key(
            operation,
            Field::ProviderAccountId,
            account.provider_account_id,
            [],
        )?;
        if self.breaks(Rule::EmptyPatchesFail) && tokens == AccountTokensPatch::default() {
            return Err(Error::new(operation, ErrorKind::Internal));
        }
        let tokens = self.bend_tokens_patch(tokens)?;
        let other = some_provider(self, account.provider_account_id);
        let account = AccountKey {
            provider: other.as_deref().unwrap_or(account.provider),
            ..account
        };
        let found = self.inner.get_account(account).await?;
        let stored = found.clone().and_then(|row| row.tokens.refresh_token);
        let expected = match (self.rule(), expected) {
            (Some(Rule::NullEqualsNothing), None) => return Ok(None),
            (Some(Rule::NullMatchesEverything), None) | (Some(Rule::SetsWithoutComparing), _) => {
                stored
            }
            (Some(Rule::ComparesThenSets), expected) if expected == stored.as_ref() => {
                self.pause().await;
                let now = self.inner.get_account(account).await?;
                now.and_then(|row| row.tokens.refresh_token)
            }
            (_, expected) => expected.cloned(),
        };
        if self.breaks(Rule::FindsThenSaves) {
            self.pause().await;
        }
        let inner = &self.inner;
        let result = inner
            .update_account_tokens(account, expected.as_ref(), tokens)
            .await;
        if let (Err(_), Some(row), true) = (&result, found, self.breaks(Rule::FindsThenSaves)) {
            return Ok(inner.link_account(again(row)).await.ok());
        }
        if self.breaks(Rule::SwallowsErrors) {
            return Ok(result.unwrap_or(None));
        }
        result
    }
}

fn again(row: Account) -> NewAccount {
    NewAccount {
        user_id: row.user_id,
        r#type: row.r#type,
        provider: row.provider,
        provider_account_id: row.provider_account_id,
        tokens: row.tokens,
    }
}

/// The new tokens, and old ones where none came.
fn merged(new: AccountTokens, old: AccountTokens) -> AccountTokens {
    AccountTokens {
        refresh_token: new.refresh_token.or(old.refresh_token),
        access_token: new.access_token.or(old.access_token),
        expires_at: new.expires_at.or(old.expires_at),
        id_token: new.id_token.or(old.id_token),
        scope: new.scope.or(old.scope),
        session_state: new.session_state.or(old.session_state),
        token_type: new.token_type.or(old.token_type),
    }
}

/// The provider of the first account with this id, for the mutant that does not look at it.
fn some_provider(m: &Mutant, provider_account_id: &str) -> Option<String> {
    if !m.breaks(Rule::RefreshesByAccountIdOnly) {
        return None;
    }
    let rows = m.rows().accounts.into_iter();
    let mut same = rows.filter(|row| row.provider_account_id == provider_account_id);
    same.next().map(|row| row.provider)
}
