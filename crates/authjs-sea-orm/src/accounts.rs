//! Accounts, in the order of the trait.

use authjs_adapter::{Account, AccountKey, AccountTokens, ErrorKind, NewAccount, OAuthToken};
use sea_orm::{QueryResult, Value};

use crate::change::{self, Change};
use crate::dialect::Dialect;
use crate::facts::SchemaFacts;
use crate::id;
use crate::row::{self, Reader};
use crate::run::{Attempt, Run};
use crate::sql::Sql;

/// The columns that an insert writes after `"userId"`, in the order of [`values`].
pub(crate) const COLUMNS: &str = "type, provider, \"providerAccountId\", refresh_token, \
     access_token, expires_at, id_token, scope, session_state, token_type";

/// Inserts an account of the user `$1`, with [`COLUMNS`] from `$2` on.
pub(crate) fn insert(facts: &SchemaFacts) -> String {
    let values = "$2, $3, $4, $5, $6, $7, $8, $9, $10, $11";
    change::insert_of_user(facts, "accounts", &[], &[(COLUMNS, values)])
}

/// The statements of this file.
#[derive(Debug)]
pub(crate) struct AccountStatements {
    link: Change,
    unlink: Change,
    get: Sql,
    /// True where `unlink` may remove several rows, and tells of each whether its user exists.
    may_have_twins: bool,
}

/// True if the database guarantees that an account has one row.
pub(crate) fn is_unique(facts: &SchemaFacts) -> bool {
    facts.is_unique("accounts", &["provider", "providerAccountId"])
}

/// True for a row of `accounts` whose user exists.
const IS_ALIVE: &str = "EXISTS (SELECT 1 FROM users u WHERE u.id = accounts.\"userId\")";

/// The order of equal rows, of which the first counts: an orphan, left by whoever deleted the
/// user alone, comes after all others, as it does where the user is looked for.
pub(crate) fn order(facts: &SchemaFacts) -> String {
    if is_unique(facts) {
        "id".to_owned()
    } else {
        format!("{IS_ALIVE} DESC, id")
    }
}

impl AccountStatements {
    pub(crate) fn new(dialect: Dialect, facts: &SchemaFacts) -> Self {
        let columns = row::account("");
        let of_key = format!("accounts WHERE {}", facts.same_account("", "$1", "$2"));
        let order = order(facts);
        let may_have_twins = !is_unique(facts);
        let removed = if may_have_twins {
            format!("{columns}, {IS_ALIVE}")
        } else {
            columns.clone()
        };
        Self {
            link: Change::insert(dialect, &insert(facts), &columns, "accounts"),
            unlink: Change::delete(dialect, &of_key, &removed),
            get: Sql::new(
                dialect,
                format!("SELECT {columns} FROM {of_key} ORDER BY {order} LIMIT 1"),
            ),
            may_have_twins,
        }
    }
}

pub(crate) async fn link_account(run: Run<'_>, account: NewAccount) -> Attempt<Account> {
    account.check().map_err(|invalid| run.invalid(invalid))?;
    let Some(user_id) = id::parse(&account.user_id) else {
        return Err(run.error(ErrorKind::UserMissing).into());
    };
    let plan = run.plan().await?;
    let rows = run
        .change_of_user(&plan.accounts.link, values(user_id, account))
        .await?;
    lowest(&rows, plan.dialect)?.ok_or_else(|| run.error(ErrorKind::UserMissing).into())
}

pub(crate) async fn unlink_account(
    run: Run<'_>,
    account: AccountKey<'_>,
) -> Attempt<Option<Account>> {
    if !account.is_possible() {
        return Ok(None);
    }
    let plan = run.plan().await?;
    let rows = run.change(&plan.accounts.unlink, key(account)).await?;
    first(&rows, plan.dialect, plan.accounts.may_have_twins)
}

pub(crate) async fn get_account(run: Run<'_>, account: AccountKey<'_>) -> Attempt<Option<Account>> {
    if !account.is_possible() {
        return Ok(None);
    }
    let plan = run.plan().await?;
    let row = run.first(&plan.accounts.get, key(account)).await?;
    lowest(row.as_slice(), plan.dialect)
}

pub(crate) fn key(account: AccountKey<'_>) -> Vec<Value> {
    vec![account.provider.into(), account.provider_account_id.into()]
}

/// The values of a new row: the user's id, then [`COLUMNS`].
pub(crate) fn values(user_id: i32, account: NewAccount) -> Vec<Value> {
    let mut values: Vec<Value> = vec![
        user_id.into(),
        account.r#type.into(),
        account.provider.into(),
        account.provider_account_id.into(),
    ];
    values.extend(token_values(account.tokens));
    values
}

/// The values of the token columns, in the order of the schema.
pub(crate) fn token_values(tokens: AccountTokens) -> [Value; 7] {
    [
        secret(tokens.refresh_token),
        secret(tokens.access_token),
        tokens.expires_at.into(),
        secret(tokens.id_token),
        tokens.scope.into(),
        secret(tokens.session_state),
        tokens.token_type.into(),
    ]
}

/// An optional secret as it is stored.
pub(crate) fn secret(token: Option<OAuthToken>) -> Value {
    token.map(|token| token.expose().to_owned()).into()
}

/// Of twin rows the one with the lowest id.
pub(crate) fn lowest(rows: &[QueryResult], dialect: Dialect) -> Attempt<Option<Account>> {
    first(rows, dialect, false)
}

/// Of twin rows the one that a look-up would find. Where rows tell whether their user exists,
/// those of nobody come last.
fn first(rows: &[QueryResult], dialect: Dialect, is_told: bool) -> Attempt<Option<Account>> {
    let mut accounts = rows
        .iter()
        .map(|row| {
            let id: i32 = row.try_get_by_index(0)?;
            let mut reader = Reader::new(row, dialect);
            let account = reader.account()?;
            let is_orphan = is_told && !reader.get::<bool>()?;
            Ok(((is_orphan, id), account))
        })
        .collect::<Attempt<Vec<_>>>()?;
    accounts.sort_unstable_by_key(|(order, _)| *order);
    Ok(accounts.into_iter().next().map(|(_, account)| account))
}
