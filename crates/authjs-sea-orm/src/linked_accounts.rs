//! Linked accounts and their tokens, in the order of the trait `Accounts`.

use authjs_adapter::{
    Account, AccountKey, AccountTokensPatch, ErrorKind, NewAccount, OAuthToken, Patch, Unique,
    UserId,
};
use sea_orm::Value;

use crate::accounts::{self, COLUMNS};
use crate::change::{self, Change, Update};
use crate::dialect::Dialect;
use crate::facts::SchemaFacts;
use crate::id;
use crate::row::{self, Reader};
use crate::run::{Attempt, Problem, Run};
use crate::sql::Sql;

/// The statements of this file.
#[derive(Debug)]
pub(crate) struct LinkedAccountStatements {
    list: Sql,
    upsert: Upsert,
    update_tokens: Change,
    exists: Sql,
}

/// How an account is inserted or refreshed.
#[derive(Debug)]
enum Upsert {
    /// PostgreSQL: one statement, which also tells why it did nothing.
    Whole(Sql),
    /// The others with the unique constraint: one statement, and a question if it did nothing.
    OnConflict { upsert: Change, why_not: Sql },
    /// The others without it: look and write, in one transaction.
    LookThenWrite {
        look: Sql,
        refresh: Change,
        insert: Change,
    },
}

impl LinkedAccountStatements {
    pub(crate) fn new(dialect: Dialect, facts: &SchemaFacts) -> Self {
        let is_unique = facts.is_unique("accounts", &["provider", "providerAccountId"]);
        let columns = row::account("");
        let upsert = match dialect {
            Dialect::Postgres => Upsert::Whole(Sql::new(dialect, whole_upsert(is_unique))),
            _ if is_unique => Upsert::OnConflict {
                upsert: upsert(facts, &columns),
                why_not: Sql::new(
                    dialect,
                    "SELECT EXISTS (SELECT 1 FROM accounts WHERE provider = $2 \
                     AND \"providerAccountId\" = $3 AND \"userId\" <> $1), \
                     EXISTS (SELECT 1 FROM users WHERE id = $1)",
                ),
            },
            _ => look_and_write(facts, &columns),
        };
        Self {
            list: Sql::new(
                dialect,
                format!("SELECT {columns} FROM accounts WHERE \"userId\" = $1"),
            ),
            upsert,
            update_tokens: update_tokens(facts),
            exists: Sql::new(
                dialect,
                "SELECT 1 FROM accounts WHERE provider = $1 AND \"providerAccountId\" = $2 LIMIT 1",
            ),
        }
    }
}

/// Inserts an account or refreshes it if it is the same user's, in one statement.
fn upsert(facts: &SchemaFacts, columns: &str) -> Change {
    let dialect = facts.dialect();
    if let Dialect::MariaDb | Dialect::MySql = dialect {
        let by_key = "accounts WHERE provider = $3 AND \"providerAccountId\" = $4";
        return Change::insert_keyed(dialect, &on_duplicate_key(facts), columns, by_key);
    }
    let insert = format!("{} {}", accounts::insert(facts), on_conflict("accounts."));
    Change::insert_keyed(dialect, &insert, columns, "")
}

/// The look at an account, and the two ways to write it, for a database that refuses no twins.
fn look_and_write(facts: &SchemaFacts, columns: &str) -> Upsert {
    let dialect = facts.dialect();
    let lock = match dialect {
        Dialect::MariaDb | Dialect::MySql => " FOR UPDATE",
        Dialect::Postgres | Dialect::Sqlite => "",
    };
    let set = refreshed("", &["$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8"]);
    let set: Vec<(&str, &str)> = set.iter().map(|(name, value)| (*name, &**value)).collect();
    let refresh = Update {
        table: "accounts",
        set: &set,
        condition: "id = $9 AND EXISTS \
             (SELECT 1 FROM users WHERE users.id = accounts.\"userId\")",
        columns: &row::ACCOUNT,
        values: 9,
    };
    Upsert::LookThenWrite {
        look: Sql::new(
            dialect,
            format!(
                "SELECT id, \"userId\" FROM accounts WHERE provider = $1 \
                 AND \"providerAccountId\" = $2 ORDER BY id LIMIT 1{lock}"
            ),
        ),
        refresh: Change::update(facts, &refresh),
        insert: Change::insert(dialect, &accounts::insert(facts), columns, "accounts"),
    }
}

/// The columns that a new token response replaces, in the order of the schema. A refresh token
/// stays where none came, since providers send it only the first time.
fn refreshed(table: &str, values: &[&str; 8]) -> [(&'static str, String); 8] {
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
    let refresh = format!("coalesce({refresh}, {table}refresh_token)");
    [
        ("type", (*kind).to_owned()),
        ("refresh_token", refresh),
        ("access_token", (*access).to_owned()),
        ("expires_at", (*expires_at).to_owned()),
        ("id_token", (*id).to_owned()),
        ("scope", (*scope).to_owned()),
        ("session_state", (*state).to_owned()),
        ("token_type", (*token_type).to_owned()),
    ]
}

fn assignments(set: &[(&str, String)]) -> String {
    let assignments = set.iter().map(|(name, value)| format!("{name} = {value}"));
    assignments.collect::<Vec<_>>().join(", ")
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
        assignments(&refreshed(table, &excluded))
    )
}

/// Inserts an account, or refreshes the one that stands in its way if that is the same account
/// of the same user; else that one stays as it is, and the answer shows whose it is.
///
/// An account that is there is inserted with its number, so that a refresh does not consume
/// the next one.
fn on_duplicate_key(facts: &SchemaFacts) -> String {
    let is_same = "accounts.\"userId\" = VALUES(\"userId\") \
         AND CAST(accounts.provider AS BINARY) = CAST(VALUES(provider) AS BINARY) \
         AND CAST(accounts.\"providerAccountId\" AS BINARY) = \
         CAST(VALUES(\"providerAccountId\") AS BINARY)";
    let assignment =
        |column: &str, value: &str| format!("{column} = IF({is_same}, {value}, accounts.{column})");
    let replaced = [
        "type",
        "access_token",
        "expires_at",
        "id_token",
        "scope",
        "session_state",
        "token_type",
    ]
    .map(|column| assignment(column, &format!("VALUES({column})")));
    let refresh_token = assignment(
        "refresh_token",
        "coalesce(VALUES(refresh_token), accounts.refresh_token)",
    );
    // MySQL refuses to read the table that it writes but through a copy.
    let present = "(SELECT id FROM (SELECT id FROM accounts WHERE provider = $3 \
         AND \"providerAccountId\" = $4 LIMIT 1) AS present)";
    let values = "$2, $3, $4, $5, $6, $7, $8, $9, $10, $11";
    let insert =
        change::insert_of_user(facts, "accounts", &[("id", present)], &[(COLUMNS, values)]);
    format!(
        "{insert} ON DUPLICATE KEY UPDATE {}, {refresh_token}",
        replaced.join(", ")
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
    let updated = assignments(&updated);
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
fn update_tokens(facts: &SchemaFacts) -> Change {
    let dialect = facts.dialect();
    let names = [
        "refresh_token",
        "access_token",
        "expires_at",
        "id_token",
        "scope",
        "session_state",
        "token_type",
    ];
    let assignments: Vec<(&str, String)> = names
        .into_iter()
        .zip((4..).step_by(2))
        .map(|(name, flag)| {
            let value = format!("CASE WHEN ${flag} THEN ${} ELSE {name} END", flag + 1);
            (name, value)
        })
        .collect();
    let of_key = "accounts WHERE provider = $1 AND \"providerAccountId\" = $2 ORDER BY id LIMIT 1";
    // MySQL refuses to read the table that it updates but through a copy.
    let id = match dialect {
        Dialect::Postgres | Dialect::Sqlite => format!("SELECT id FROM {of_key}"),
        Dialect::MariaDb | Dialect::MySql => {
            format!("SELECT id FROM (SELECT id FROM {of_key}) AS lowest")
        }
    };
    let set: Vec<(&str, &str)> = assignments
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let update = Update {
        table: "accounts",
        set: &set,
        condition: &format!("id = ({id}) AND refresh_token {} $3", dialect.is()),
        columns: &row::ACCOUNT,
        values: 17,
    };
    Change::update(facts, &update)
}

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
    let was_taken = failure.is_unique() && failure.unique(run.operation, facts) == cared_for;
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
                .change(upsert, accounts::values(user_id, account))
                .await?;
            if let Some(account) = accounts::lowest(&rows, plan.dialect)? {
                if account.provider != provider
                    || account.provider_account_id != provider_account_id
                {
                    // Another unique constraint of the application stood in the way.
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
                // MySQL looks for the row by its key, and finds none if another unique
                // constraint stood in the way.
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
            run.change(insert, accounts::values(user_id, account))
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
