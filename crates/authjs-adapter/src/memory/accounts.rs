//! Linked accounts.

use super::MemoryAdapter;
use super::rows::{Refusal, Rows, take};
use crate::{
    Account, AccountKey, AccountTokens, AccountTokensPatch, Accounts, ErrorKind, NewAccount,
    OAuthToken, Operation, Result, Unique, UserId, async_trait,
};

impl Rows {
    pub(super) fn link_account(&mut self, account: NewAccount) -> Result<Account, Refusal> {
        account.check()?;
        self.require_user(&account.user_id)?;
        if self.get_account(account.key()).is_some() {
            return Err(ErrorKind::Conflict(Unique::Account).into());
        }
        self.accounts.insert(|id| Account {
            id: Some(id.to_string()),
            user_id: account.user_id,
            r#type: account.r#type,
            provider: account.provider,
            provider_account_id: account.provider_account_id,
            tokens: account.tokens,
        })
    }

    pub(super) fn unlink_account(&mut self, key: AccountKey<'_>) -> Option<Account> {
        take(&mut self.accounts.rows, |account| account.key() == key)
    }

    pub(super) fn get_account(&self, key: AccountKey<'_>) -> Option<Account> {
        let mut accounts = self.accounts.rows.iter();
        accounts.find(|account| account.key() == key).cloned()
    }

    fn account_mut(&mut self, key: AccountKey<'_>) -> Option<&mut Account> {
        let mut accounts = self.accounts.rows.iter_mut();
        accounts.find(|account| account.key() == key)
    }

    fn list_accounts(&self, user_id: &UserId) -> Vec<Account> {
        let of_user = |account: &&Account| account.user_id == *user_id;
        let mut accounts: Vec<_> = self.accounts.rows.iter().filter(of_user).cloned().collect();
        accounts.sort_by(|a, b| {
            (&a.provider, &a.provider_account_id).cmp(&(&b.provider, &b.provider_account_id))
        });
        accounts
    }

    fn upsert_account(&mut self, new: NewAccount) -> Result<Account, Refusal> {
        new.check()?;
        match self.account_mut(new.key()) {
            None => self.link_account(new),
            Some(account) if account.user_id != new.user_id => {
                Err(ErrorKind::Conflict(Unique::Account).into())
            }
            Some(account) => {
                let old = std::mem::replace(&mut account.tokens, new.tokens);
                account.r#type = new.r#type;
                if account.tokens.refresh_token.is_none() {
                    account.tokens.refresh_token = old.refresh_token;
                }
                Ok(account.clone())
            }
        }
    }

    fn update_account_tokens(
        &mut self,
        key: AccountKey<'_>,
        expected: Option<&OAuthToken>,
        patch: AccountTokensPatch,
    ) -> Result<Option<Account>, Refusal> {
        patch.check()?;
        let account = self.account_mut(key).ok_or(ErrorKind::NotFound)?;
        if account.tokens.refresh_token.as_ref() != expected {
            return Ok(None);
        }
        let old = std::mem::take(&mut account.tokens);
        account.tokens = AccountTokens {
            refresh_token: patch.refresh_token.apply(old.refresh_token),
            access_token: patch.access_token.apply(old.access_token),
            expires_at: patch.expires_at.apply(old.expires_at),
            id_token: patch.id_token.apply(old.id_token),
            scope: patch.scope.apply(old.scope),
            session_state: patch.session_state.apply(old.session_state),
            token_type: patch.token_type.apply(old.token_type),
        };
        Ok(Some(account.clone()))
    }
}

#[async_trait]
impl Accounts for MemoryAdapter {
    async fn list_accounts(&self, user_id: &UserId) -> Result<Vec<Account>> {
        Ok(self.with_rows(|rows| rows.list_accounts(user_id)))
    }

    async fn upsert_account(&self, account: NewAccount) -> Result<Account> {
        self.run(Operation::UpsertAccount, |rows| {
            rows.upsert_account(account)
        })
    }

    async fn update_account_tokens(
        &self,
        account: AccountKey<'_>,
        expected: Option<&OAuthToken>,
        tokens: AccountTokensPatch,
    ) -> Result<Option<Account>> {
        self.run(Operation::UpdateAccountTokens, |rows| {
            rows.update_account_tokens(account, expected, tokens)
        })
    }
}
