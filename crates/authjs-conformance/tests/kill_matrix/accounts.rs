//! Linked accounts, with a rule broken.

use authjs_adapter::{
    Account, AccountKey, AccountTokens, AccountTokensPatch, Accounts as _, Adapter as _, Error,
    ErrorKind, Field, NewAccount, Operation, Result, Unique, User,
};

use crate::mutant::Mutant;
use crate::rule::Rule;

/// The key that the mutant looks for.
fn resolve(m: &Mutant, operation: Operation, key: AccountKey<'_>) -> Result<[String; 2]> {
    let rows = m.rows().accounts;
    if m.breaks(Rule::LooksUpWithoutCondition)
        && operation.as_str().starts_with("get_")
        && !rows.iter().any(|row| row.key() == key)
        && let Some(first) = rows.first()
    {
        return Ok([first.provider.clone(), first.provider_account_id.clone()]);
    }
    let providers = rows.iter().map(|row| row.provider.clone());
    let ids = rows.iter().map(|row| row.provider_account_id.clone());
    if m.breaks(Rule::LooksUpWithoutCondition) {
        return Ok([key.provider.to_owned(), key.provider_account_id.to_owned()]);
    }
    let provider = m.key(operation, Field::Provider, key.provider, providers)?;
    let id = m.key(
        operation,
        Field::ProviderAccountId,
        key.provider_account_id,
        ids,
    )?;
    if m.breaks(Rule::SwapsTheAccountKey) {
        return Ok([id, provider]);
    }
    Ok([provider, id])
}

fn key([provider, provider_account_id]: &[String; 2]) -> AccountKey<'_> {
    AccountKey {
        provider,
        provider_account_id,
    }
}

pub(crate) async fn get_user_by_account(
    m: &Mutant,
    account: AccountKey<'_>,
) -> Result<Option<User>> {
    let account = resolve(m, Operation::GetUserByAccount, account)?;
    let found = m.inner.get_user_by_account(key(&account)).await?;
    Ok(found.map(|user| m.read_user(m.joined(user))))
}

pub(crate) async fn get_account(m: &Mutant, account: AccountKey<'_>) -> Result<Option<Account>> {
    let account = resolve(m, Operation::GetAccount, account)?;
    let found = m.inner.get_account(key(&account)).await?;
    Ok(found.map(|account| m.read_account(account)))
}

pub(crate) async fn link_account(m: &Mutant, new: NewAccount) -> Result<Account> {
    let operation = Operation::LinkAccount;
    let mut new = m.bend_account(operation, new)?;
    new.user_id = m.id(operation, &new.user_id)?;
    let found = m.inner.get_account(new.key()).await?;
    let is_own = found.as_ref().is_some_and(|row| row.user_id == new.user_id);
    let conflict = Error::new(operation, ErrorKind::Conflict(Unique::Account));
    match m.rule() {
        Some(Rule::ConflictBeforeUserMissing) if found.is_some() => return Err(conflict),
        Some(Rule::UniqueUserId)
            if m.rows()
                .accounts
                .iter()
                .any(|row| row.user_id == new.user_id) =>
        {
            return Err(Error::new(operation, ErrorKind::Conflict(Unique::Other)));
        }
        Some(Rule::OwnerChangesOnLink) if found.is_some() && !is_own => {
            m.inner.unlink_account(new.key()).await?;
        }
        Some(Rule::LinkAccountUpserts) if is_own => {
            return m.inner.upsert_account(new).await;
        }
        Some(Rule::ChecksTheAccountThenLinks) => {
            if found.is_some() {
                return m.inner.link_account(new).await;
            }
            m.pause().await;
        }
        Some(Rule::CreatesInTwoSteps) => return link_in_two_steps(m, new).await,
        Some(Rule::ChecksTheUserThenInserts) => return check_then_link(m, new).await,
        _ => {}
    }
    match m.inner.link_account(new.clone()).await {
        Err(error) if error == conflict && m.breaks(Rule::ChecksTheAccountThenLinks) => {
            Ok(haunt(m, new))
        }
        Err(error) if is_orphan(m, &error) => Ok(haunt(m, new)),
        result => result,
    }
}

/// Inserts the key, then sets the tokens.
pub(crate) async fn link_in_two_steps(m: &Mutant, new: NewAccount) -> Result<Account> {
    let bare = NewAccount {
        tokens: AccountTokens::default(),
        ..new.clone()
    };
    let linked = m.inner.link_account(bare).await?;
    m.pause().await;
    let rest = AccountTokensPatch {
        refresh_token: new.tokens.refresh_token.into(),
        access_token: new.tokens.access_token.into(),
        expires_at: new.tokens.expires_at.into(),
        id_token: new.tokens.id_token.into(),
        scope: new.tokens.scope.into(),
        session_state: new.tokens.session_state.into(),
        token_type: new.tokens.token_type.into(),
    };
    let updated = m
        .inner
        .update_account_tokens(linked.key(), None, rest)
        .await;
    Ok(updated.ok().flatten().unwrap_or(linked))
}

/// Looks whether the user exists, then inserts, whoever was faster.
pub(crate) async fn check_then_link(m: &Mutant, new: NewAccount) -> Result<Account> {
    let is_known = m.inner.get_user(&new.user_id).await?.is_some();
    m.pause().await;
    match m.inner.link_account(new.clone()).await {
        Err(error) if is_known && error.kind() == ErrorKind::UserMissing => Ok(haunt(m, new)),
        result => result,
    }
}

pub(crate) fn is_orphan(m: &Mutant, error: &Error) -> bool {
    m.breaks(Rule::NoForeignKeys) && error.kind() == ErrorKind::UserMissing
}

/// Adds an account that no constraint stops.
pub(crate) fn haunt(m: &Mutant, new: NewAccount) -> Account {
    let mut ghosts = m.ghosts();
    let twin = Account {
        id: Some(format!("twin-{}", ghosts.accounts.len())),
        user_id: new.user_id,
        r#type: new.r#type,
        provider: new.provider,
        provider_account_id: new.provider_account_id,
        tokens: new.tokens,
    };
    ghosts.accounts.push(twin.clone());
    twin
}

pub(crate) async fn unlink_account(m: &Mutant, account: AccountKey<'_>) -> Result<Option<Account>> {
    let operation = Operation::UnlinkAccount;
    let account = resolve(m, operation, account)?;
    let account = key(&account);
    match m.rule() {
        Some(Rule::UnlinksTheWholeProvider) => {
            let mut removed = None;
            for row in m.rows().accounts {
                if row.provider == account.provider {
                    removed = m.inner.unlink_account(row.key()).await?;
                }
            }
            Ok(removed)
        }
        Some(Rule::FindsThenDeletes) => {
            let found = m.inner.get_account(account).await?;
            m.pause().await;
            m.inner.unlink_account(account).await?;
            Ok(found)
        }
        _ => {
            let removed = m.inner.unlink_account(account).await?;
            m.removed(operation, removed.map(|account| m.read_account(account)))
        }
    }
}
