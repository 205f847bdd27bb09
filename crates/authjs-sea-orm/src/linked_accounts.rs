//! Linked accounts and their tokens, in the order of the trait `Accounts`.

mod statements;

use authjs_adapter::{
    Account, AccountKey, AccountTokensPatch, ErrorKind, NewAccount, OAuthToken, Patch, Unique,
    UserId,
};
use sea_orm::Value;

pub(crate) use self::statements::LinkedAccountStatements;
use self::statements::Upsert;
use crate::accounts;
use crate::dialect::Dialect;
use crate::facts::SchemaFacts;
use crate::id;
use crate::row::Reader;
use crate::run::{Attempt, Problem, Run};

pub(crate) async fn list_accounts(run: Run<'_>, user_id: &UserId) -> Attempt<Vec<Account>> {
    let Some(user_id) = id::parse(user_id) else {
        return Ok(Vec::new());
    };
    let plan = run.plan().await?;
    let rows = run
        .all(&plan.linked_accounts.list, vec![user_id.into()])
        .await?;
    let mut accounts = rows
        .iter()
        .map(|row| Reader::new(row, plan.dialect).account())
        .collect::<Result<Vec<_>, _>>()?;
    // By bytes, whatever the collation of the database.
    accounts.sort_by(|a, b| {
        (&a.provider, &a.provider_account_id).cmp(&(&b.provider, &b.provider_account_id))
    });
    Ok(accounts)
}

pub(crate) async fn upsert_account(run: Run<'_>, account: NewAccount) -> Attempt<Account> {
    account.check().map_err(|invalid| run.invalid(invalid))?;
    let Some(user_id) = id::parse(&account.user_id) else {
        // Whose account it is counts before whether the user exists.
        let kind = match accounts::get_account(run, account.key()).await? {
            Some(_) => ErrorKind::Conflict(Unique::Account),
            None => ErrorKind::UserMissing,
        };
        return Err(run.error(kind).into());
    };
    let plan = run.plan().await?;
    match upsert_once(run, user_id, account.clone()).await {
        // Nothing was applied, and outside a transaction the statement for what is there now
        // may run.
        Err(problem) if may_try_again(run, &plan.facts, &problem, Unique::Account) => {
            upsert_once(run, user_id, account).await
        }
        result => result,
    }
}

/// True if a statement failed, and applied nothing, because the constraints are not what was
/// known (a table or a conflict target is missing), or because the unique value was taken
/// meanwhile that the operation takes care of. What is known is forgotten where it may be wrong.
pub(crate) fn may_try_again(
    run: Run<'_>,
    facts: &SchemaFacts,
    problem: &Problem,
    cared_for: Unique,
) -> bool {
    let Some(failure) = run.failure(problem) else {
        return false;
    };
    if !run.connection.is_pool() {
        return false;
    }
    let was_taken = was_taken(run, facts, problem, cared_for);
    let is_guarded = match cared_for {
        Unique::Email => facts.is_unique("users", &["email"]),
        Unique::Account => facts.is_unique("accounts", &["provider", "providerAccountId"]),
        _ => false,
    };
    if was_taken && is_guarded {
        return true;
    }
    let is_outdated = was_taken || failure.is_schema() || failure.contradicts(Some(facts));
    if is_outdated {
        run.shared.plan.forget();
    }
    is_outdated
}

/// True if a statement failed because this unique value is taken.
pub(crate) fn was_taken(
    run: Run<'_>,
    facts: &SchemaFacts,
    problem: &Problem,
    unique: Unique,
) -> bool {
    let failure = run.failure(problem);
    failure.is_some_and(|it| it.is_unique() && it.unique(run.operation, facts) == unique)
}

async fn upsert_once(run: Run<'_>, user_id: i32, account: NewAccount) -> Attempt<Account> {
    let plan = run.plan().await?;
    match &plan.linked_accounts.upsert {
        Upsert::Whole(sql) => {
            let rows = run.all(sql, accounts::values(user_id, account)).await?;
            let Some(row) = rows.first() else {
                return Err(run.unexpected("no-row").into());
            };
            let mut reader = Reader::new(row, plan.dialect);
            let (has_user, is_others, is_done): (bool, bool, bool) =
                (reader.get()?, reader.get()?, reader.get()?);
            if is_done {
                return Ok(reader.account()?);
            }
            // With the user there, only somebody else's row can have stood in the way.
            Err(run.error(refusal(is_others || has_user)).into())
        }
        Upsert::OnConflict { upsert, why_not } => {
            let key: Vec<Value> = vec![
                user_id.into(),
                account.provider.as_str().into(),
                account.provider_account_id.as_str().into(),
            ];
            let provider = account.provider.clone();
            let provider_account_id = account.provider_account_id.clone();
            let wanted = account.user_id.clone();
            let rows = run
                .change_of_user(upsert, accounts::values(user_id, account))
                .await?;
            if let Some(account) = accounts::lowest(&rows, plan.dialect)? {
                if account.provider != provider
                    || account.provider_account_id != provider_account_id
                {
                    // Another unique constraint of the application stood in the way, or that of
                    // the account, whose columns take another for this one.
                    return Err(run.error(ErrorKind::Conflict(Unique::Other)).into());
                }
                if account.user_id != wanted {
                    return Err(run.error(refusal(true)).into());
                }
                return Ok(account);
            }
            let Some(row) = run.first(why_not, key).await? else {
                return Err(run.unexpected("no-row").into());
            };
            let mut reader = Reader::new(&row, plan.dialect);
            let (is_others, has_user): (bool, bool) = (reader.get()?, reader.get()?);
            let kind = match plan.dialect {
                // MySQL looks for the row by its key, and finds none if a row with another
                // stood in the way.
                Dialect::MySql if has_user && !is_others => ErrorKind::Conflict(Unique::Other),
                _ => refusal(is_others),
            };
            Err(run.error(kind).into())
        }
        Upsert::LookThenWrite { .. } => {
            let plan = std::sync::Arc::clone(&plan);
            run.atomically(move |run| {
                Box::pin(async move {
                    look_then_write(run, &plan.linked_accounts.upsert, user_id, account).await
                })
            })
            .await
        }
    }
}

async fn look_then_write(
    run: Run<'_>,
    upsert: &Upsert,
    user_id: i32,
    account: NewAccount,
) -> Attempt<Account> {
    let Upsert::LookThenWrite {
        look,
        refresh,
        insert,
    } = upsert
    else {
        return Err(run.unexpected("plan").into());
    };
    let rows = match run.first(look, accounts::key(account.key())).await? {
        None => {
            run.change_of_user(insert, accounts::values(user_id, account))
                .await?
        }
        Some(row) => {
            let (id, owner): (i32, i32) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            if owner != user_id {
                return Err(run.error(refusal(true)).into());
            }
            let mut values: Vec<Value> = vec![account.r#type.into()];
            values.extend(accounts::token_values(account.tokens));
            values.push(id.into());
            run.change(refresh, values).await?
        }
    };
    let dialect = run.plan().await?.dialect;
    accounts::lowest(&rows, dialect)?.ok_or_else(|| run.error(refusal(false)).into())
}

const fn refusal(is_others: bool) -> ErrorKind {
    if is_others {
        ErrorKind::Conflict(Unique::Account)
    } else {
        ErrorKind::UserMissing
    }
}

pub(crate) async fn update_account_tokens(
    run: Run<'_>,
    account: AccountKey<'_>,
    expected: Option<&OAuthToken>,
    tokens: AccountTokensPatch,
) -> Attempt<Option<Account>> {
    tokens.check().map_err(|invalid| run.invalid(invalid))?;
    if !account.is_possible() {
        return Err(run.error(ErrorKind::NotFound).into());
    }
    let plan = run.plan().await?;
    // A text with NUL is never stored, and PostgreSQL refuses even to compare with it.
    let can_match = expected.is_none_or(|token| !token.expose().contains('\0'));
    if can_match {
        let mut values = accounts::key(account);
        values.push(accounts::secret(expected.cloned()));
        values.extend(flags(tokens));
        let rows = run
            .change(&plan.linked_accounts.update_tokens, values)
            .await?;
        if let Some(account) = accounts::lowest(&rows, plan.dialect)? {
            return Ok(Some(account));
        }
    }
    match run
        .first(&plan.linked_accounts.exists, accounts::key(account))
        .await?
    {
        Some(_) => Ok(None),
        None => Err(run.error(ErrorKind::NotFound).into()),
    }
}

/// For each token column whether it is written, and its value.
fn flags(tokens: AccountTokensPatch) -> Vec<Value> {
    fn flag<T>(patch: Patch<T>, value: impl FnOnce(Option<T>) -> Value) -> [Value; 2] {
        let is_written = !patch.is_keep();
        [is_written.into(), value(patch.apply(None))]
    }
    [
        flag(tokens.refresh_token, accounts::secret),
        flag(tokens.access_token, accounts::secret),
        flag(tokens.expires_at, Into::into),
        flag(tokens.id_token, accounts::secret),
        flag(tokens.scope, Into::into),
        flag(tokens.session_state, accounts::secret),
        flag(tokens.token_type, Into::into),
    ]
    .into_iter()
    .flatten()
    .collect()
}
