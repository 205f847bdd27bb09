//! Linked accounts and their tokens, in the order of the trait `Accounts`.

use authjs_adapter::{
    Account, AccountKey, AccountTokensPatch, ErrorKind, NewAccount, OAuthToken, Patch, Unique,
    UserId,
};
use sea_orm::Value;

use crate::accounts::{self, COLUMNS};
use crate::dialect::Dialect;
use crate::facts::SchemaFacts;
use crate::id;
use crate::row::{self, Reader};
use crate::run::{Outcome, Problem, Run};

/// The statements of this file.
#[derive(Debug)]
pub(crate) struct LinkedAccountStatements {
    list: String,
    upsert: Upsert,
    update_tokens: String,
    exists: &'static str,
}

/// How an account is inserted or refreshed.
#[derive(Debug)]
enum Upsert {
    /// PostgreSQL: one statement, which also tells why it did nothing.
    Whole(String),
    /// SQLite with the unique constraint: one statement, and a question if it did nothing.
    OnConflict {
        upsert: String,
        why_not: &'static str,
    },
    /// SQLite without it: look and write, in one transaction.
    LookThenWrite {
        look: &'static str,
        refresh: String,
        insert: String,
    },
}

impl LinkedAccountStatements {
    pub(crate) fn new(dialect: Dialect, facts: &SchemaFacts) -> Self {
        let columns = row::account("");
        let is_unique = facts.is_unique("accounts", &["provider", "providerAccountId"]);
        let insert = format!(
            "INSERT INTO accounts (\"userId\", {COLUMNS}) \
             SELECT id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM users WHERE id = $1"
        );
        let upsert = match dialect {
            Dialect::Postgres => Upsert::Whole(whole_upsert(is_unique)),
            Dialect::Sqlite if is_unique => Upsert::OnConflict {
                upsert: format!("{insert} {} RETURNING {columns}", on_conflict("accounts.")),
                why_not: "SELECT 1 FROM accounts WHERE provider = $2 \
                     AND \"providerAccountId\" = $3 AND \"userId\" <> $1",
            },
            Dialect::Sqlite => Upsert::LookThenWrite {
                look: "SELECT id, \"userId\" FROM accounts WHERE provider = $1 \
                     AND \"providerAccountId\" = $2 ORDER BY id LIMIT 1",
                refresh: format!(
                    "UPDATE accounts SET {} WHERE id = $9 AND EXISTS \
                     (SELECT 1 FROM users WHERE users.id = accounts.\"userId\") RETURNING {columns}",
                    refreshed("", &["$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8"])
                ),
                insert: format!("{insert} RETURNING {columns}"),
            },
        };
        Self {
            list: format!("SELECT {columns} FROM accounts WHERE \"userId\" = $1"),
            upsert,
            update_tokens: update_tokens(dialect, &columns),
            exists: "SELECT 1 FROM accounts WHERE provider = $1 AND \"providerAccountId\" = $2 LIMIT 1",
        }
    }
}

/// The columns that a new token response replaces, in the order of the schema. A refresh token
/// stays where none came, since providers send it only the first time.
fn refreshed(table: &str, values: &[&str; 8]) -> String {
    let [
        kind,
        refresh,
        access,
        expires_at,
        id,
        scope,
        state,
        token_type,
    ] = values;
    format!(
        "type = {kind}, refresh_token = coalesce({refresh}, {table}refresh_token), \
         access_token = {access}, expires_at = {expires_at}, id_token = {id}, scope = {scope}, \
         session_state = {state}, token_type = {token_type}"
    )
}

fn on_conflict(table: &str) -> String {
    let excluded = [
        "excluded.type",
        "excluded.refresh_token",
        "excluded.access_token",
        "excluded.expires_at",
        "excluded.id_token",
        "excluded.scope",
        "excluded.session_state",
        "excluded.token_type",
    ];
    format!(
        "ON CONFLICT (provider, \"providerAccountId\") DO UPDATE SET {} \
         WHERE {table}\"userId\" = excluded.\"userId\"",
        refreshed(table, &excluded)
    )
}

/// Refreshes the account with the lowest id, or inserts one, and tells whether the user exists
/// and whether the account is somebody else's.
///
/// The update comes first, so that a refresh does not consume a value of the `SERIAL`. Without
/// the unique constraint there is no target for ON CONFLICT, and two simultaneous first calls
/// may both insert: only the constraint prevents twins.
fn whole_upsert(is_unique: bool) -> String {
    let columns = row::account("a.");
    let updated = refreshed("a.", &["$2", "$5", "$6", "$7", "$8", "$9", "$10", "$11"]);
    let on_conflict = if is_unique {
        on_conflict("a.")
    } else {
        String::new()
    };
    format!(
        "WITH person AS (SELECT id FROM users WHERE id = $1 FOR KEY SHARE), \
         present AS (SELECT id, \"userId\" FROM accounts WHERE provider = $3 \
         AND \"providerAccountId\" = $4 ORDER BY id LIMIT 1 FOR UPDATE), \
         updated AS (UPDATE accounts a SET {updated} FROM present, person \
         WHERE a.id = present.id AND a.\"userId\" = person.id RETURNING {columns}), \
         inserted AS (INSERT INTO accounts AS a (\"userId\", {COLUMNS}) \
         SELECT id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM person \
         WHERE NOT EXISTS (SELECT 1 FROM present) {on_conflict} RETURNING {columns}) \
         SELECT EXISTS (SELECT 1 FROM person), \
         EXISTS (SELECT 1 FROM present WHERE \"userId\" <> $1), done.id IS NOT NULL, done.* \
         FROM (VALUES (1)) AS always LEFT JOIN \
         (SELECT * FROM updated UNION ALL SELECT * FROM inserted) AS done ON true"
    )
}

/// Writes the columns whose flag is set, if the refresh token is still the expected one: one
/// text for all patches, since the 127 possible ones would crowd the statement cache.
fn update_tokens(dialect: Dialect, columns: &str) -> String {
    let names = [
        "refresh_token",
        "access_token",
        "expires_at",
        "id_token",
        "scope",
        "session_state",
        "token_type",
    ];
    let assignments: Vec<String> = names
        .into_iter()
        .zip((4..).step_by(2))
        .map(|(name, flag)| {
            format!(
                "{name} = CASE WHEN ${flag} THEN ${} ELSE {name} END",
                flag + 1
            )
        })
        .collect();
    format!(
        "UPDATE accounts SET {} WHERE id = (SELECT id FROM accounts WHERE provider = $1 \
         AND \"providerAccountId\" = $2 ORDER BY id LIMIT 1) AND refresh_token {} $3 \
         RETURNING {columns}",
        assignments.join(", "),
        dialect.is()
    )
}

pub(crate) async fn list_accounts(run: Run<'_>, user_id: &UserId) -> Outcome<Vec<Account>> {
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

pub(crate) async fn upsert_account(run: Run<'_>, account: NewAccount) -> Outcome<Account> {
    account.check().map_err(|invalid| run.invalid(invalid))?;
    let Some(user_id) = id::parse(&account.user_id) else {
        // Whose account it is counts before whether the user exists.
        let kind = match accounts::get_account(run, account.key()).await? {
            Some(_) => ErrorKind::Conflict(Unique::Account),
            None => ErrorKind::UserMissing,
        };
        return Err(run.error(kind).into());
    };
    match upsert_once(run, user_id, account.clone()).await {
        // The constraint came or went while the statement relied on what was known: nothing
        // was applied, and outside a transaction the statement for what is there now may run.
        Err(problem) if run.connection.is_pool() && is_outdated(run, &problem, Unique::Account) => {
            run.shared.forget_plan();
            upsert_once(run, user_id, account).await
        }
        result => result,
    }
}

/// True if a statement failed because the constraints are not what was known: a table or a
/// conflict target is missing, or the unique value is taken that the statement takes care of.
pub(crate) fn is_outdated(run: Run<'_>, problem: &Problem, cared_for: Unique) -> bool {
    let Some(failure) = run.failure(problem) else {
        return false;
    };
    let plan = run.known_plan();
    let facts = plan.as_deref().map(|plan| &plan.facts);
    failure.is_schema()
        || failure.contradicts(facts)
        || failure.is_unique() && facts.is_some_and(|facts| failure.unique(facts) == cared_for)
}

async fn upsert_once(run: Run<'_>, user_id: i32, account: NewAccount) -> Outcome<Account> {
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
            let rows = run.all(upsert, accounts::values(user_id, account)).await?;
            if let Some(account) = accounts::lowest(&rows, plan.dialect)? {
                return Ok(account);
            }
            let is_others = run.first(why_not, key).await?.is_some();
            Err(run.error(refusal(is_others)).into())
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
) -> Outcome<Account> {
    let Upsert::LookThenWrite {
        look,
        refresh,
        insert,
    } = upsert
    else {
        return Err(run.unexpected("plan").into());
    };
    let rows = match run.first(look, accounts::key(account.key())).await? {
        None => run.all(insert, accounts::values(user_id, account)).await?,
        Some(row) => {
            let (id, owner): (i32, i32) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            if owner != user_id {
                return Err(run.error(refusal(true)).into());
            }
            let mut values: Vec<Value> = vec![account.r#type.into()];
            values.extend(accounts::token_values(account.tokens));
            values.push(id.into());
            run.all(refresh, values).await?
        }
    };
    accounts::lowest(&rows, Dialect::Sqlite)?.ok_or_else(|| run.error(refusal(false)).into())
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
) -> Outcome<Option<Account>> {
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
        let rows = run.all(&plan.linked_accounts.update_tokens, values).await?;
        if let Some(account) = accounts::lowest(&rows, plan.dialect)? {
            return Ok(Some(account));
        }
    }
    match run
        .first(plan.linked_accounts.exists, accounts::key(account))
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
