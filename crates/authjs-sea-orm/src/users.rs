//! Users, in the order of the trait.

use authjs_adapter::{AccountKey, ErrorKind, Field, NewUser, Patch, User, UserId, UserPatch};
use authjs_adapter::{is_possible_key, truncate_to_millis};
use sea_orm::{QueryResult, Value};

use crate::change::{Change, Update};
use crate::dialect::Dialect;
use crate::facts::SchemaFacts;
use crate::id;
use crate::key::Key;
use crate::row::{self, Reader};
use crate::run::{Attempt, EmailLookup, Run};
use crate::sql::Sql;

/// The columns that a patch can write, in the order in which [`changes`] tells which of them it
/// does.
const COLUMNS: [&str; 4] = ["name", "email", "\"emailVerified\"", "image"];

/// The statements of this file.
#[derive(Debug)]
pub(crate) struct UserStatements {
    create: Change,
    get: Sql,
    get_by_email: Sql,
    get_by_lower_email: Sql,
    get_by_account: Sql,
    /// For each choice of [`COLUMNS`] but none the statement that writes those and no others.
    updates: Vec<Change>,
    /// One statement where rows of other tables go with their user or can be deleted in it.
    delete: Change,
    /// Statements that must run before `delete`, in one transaction.
    delete_first: Vec<Sql>,
}

impl UserStatements {
    pub(crate) fn new(dialect: Dialect, facts: &SchemaFacts) -> Self {
        let columns = row::user(dialect, "");
        let joined = row::user(dialect, "u.");
        let select = |rows: &str| Sql::new(dialect, format!("SELECT {columns} FROM users {rows}"));
        let children: Vec<&str> = ["accounts", "sessions", "authenticators"]
            .into_iter()
            .filter(|table| facts.has_table(table) && !facts.cascades(table))
            .collect();
        let (delete, delete_first) = match dialect {
            Dialect::Postgres if !children.is_empty() => {
                let delete = delete_with_children(&columns, &children);
                (Change::Returning(Sql::new(dialect, delete)), Vec::new())
            }
            _ => (
                Change::delete(dialect, "users WHERE id = $1", &columns),
                delete_first(dialect, &children),
            ),
        };
        Self {
            create: Change::insert(
                dialect,
                "INSERT INTO users (name, email, \"emailVerified\", image) \
                 VALUES ($1, $2, $3, $4)",
                &columns,
                "users",
            ),
            get: select("WHERE id = $1"),
            get_by_email: select(&format!(
                "WHERE {} ORDER BY id LIMIT 1",
                facts.same(Key::Email, "$1")
            )),
            get_by_lower_email: select(&format!(
                "WHERE {} ORDER BY id LIMIT 1",
                facts.same_as(Key::Email, "lower(email)", "lower($1)")
            )),
            get_by_account: Sql::new(
                dialect,
                format!(
                    "SELECT {joined} FROM accounts a JOIN users u ON u.id = a.\"userId\" \
                     WHERE {} ORDER BY a.id LIMIT 1",
                    facts.same_account("a.", "$1", "$2")
                ),
            ),
            updates: (1..1 << COLUMNS.len())
                .map(|choice| update(facts, choice))
                .collect(),
            delete,
            delete_first,
        }
    }
}

/// Writes the columns of a choice, whose values follow the id.
fn update(facts: &SchemaFacts, choice: usize) -> Change {
    let assignments: Vec<(&str, String)> = COLUMNS
        .iter()
        .enumerate()
        .filter(|(bit, _)| choice & (1 << bit) != 0)
        .zip(2..)
        .map(|((_, column), position)| (*column, format!("${position}")))
        .collect();
    let set: Vec<(&str, &str)> = assignments
        .iter()
        .map(|(column, value)| (*column, value.as_str()))
        .collect();
    let update = Update {
        table: "users",
        set: &set,
        condition: "id = $1",
        columns: &row::USER,
        values: set.len() + 1,
    };
    Change::update(facts, &update)
}

/// Deletes what is the user's before the user. MariaDB and MySQL lock the user first, so that
/// nobody adds a row meanwhile; SQLite has one writer.
fn delete_first(dialect: Dialect, children: &[&str]) -> Vec<Sql> {
    let lock = match dialect {
        Dialect::MariaDb | Dialect::MySql if !children.is_empty() => {
            Some("SELECT id FROM users WHERE id = $1 FOR UPDATE".to_owned())
        }
        _ => None,
    };
    let of_user = |table: &&str| format!("DELETE FROM {table} WHERE \"userId\" = $1");
    lock.into_iter()
        .chain(children.iter().map(of_user))
        .map(|text| Sql::new(dialect, text))
        .collect()
}

/// Deletes the user and what is theirs in one statement, for tables without the cascade. Rows
/// that a simultaneous call adds are not seen: only a foreign key prevents orphans.
fn delete_with_children(columns: &str, children: &[&str]) -> String {
    let of_user: Vec<String> = children
        .iter()
        .map(|table| {
            format!(
                "{table}_gone AS (DELETE FROM {table} USING gone WHERE {table}.\"userId\" = gone.id)"
            )
        })
        .collect();
    format!(
        "WITH gone AS (DELETE FROM users WHERE id = $1 RETURNING {columns}), {} SELECT * FROM gone",
        of_user.join(", ")
    )
}

pub(crate) async fn create_user(run: Run<'_>, user: NewUser) -> Attempt<User> {
    user.check().map_err(|invalid| run.invalid(invalid))?;
    let plan = run.plan().await?;
    let rows = run.change(&plan.users.create, values(user)).await?;
    match one(&rows, plan.dialect)? {
        Some(user) => Ok(user),
        None => Err(run.no_row().into()),
    }
}

pub(crate) async fn get_user(run: Run<'_>, id: &UserId) -> Attempt<Option<User>> {
    let Some(id) = id::parse(id) else {
        return Ok(None);
    };
    let plan = run.plan().await?;
    let row = run.first(&plan.users.get, vec![id.into()]).await?;
    one(row.as_slice(), plan.dialect)
}

pub(crate) async fn get_user_by_email(run: Run<'_>, email: &str) -> Attempt<Option<User>> {
    if !is_possible_key(Field::Email, email) {
        return Ok(None);
    }
    let plan = run.plan().await?;
    let row = run
        .first(&plan.users.get_by_email, vec![email.into()])
        .await?;
    if row.is_some() || run.shared.email_lookup == EmailLookup::Exact {
        return one(row.as_slice(), plan.dialect);
    }
    let row = run
        .first(&plan.users.get_by_lower_email, vec![email.into()])
        .await?;
    one(row.as_slice(), plan.dialect)
}

pub(crate) async fn get_user_by_account(
    run: Run<'_>,
    account: AccountKey<'_>,
) -> Attempt<Option<User>> {
    if !account.is_possible() {
        return Ok(None);
    }
    let plan = run.plan().await?;
    let key = vec![account.provider.into(), account.provider_account_id.into()];
    let row = run.first(&plan.users.get_by_account, key).await?;
    one(row.as_slice(), plan.dialect)
}

pub(crate) async fn update_user(run: Run<'_>, id: &UserId, patch: UserPatch) -> Attempt<User> {
    patch.check().map_err(|invalid| run.invalid(invalid))?;
    let Some(number) = id::parse(id) else {
        return Err(run.error(ErrorKind::NotFound).into());
    };
    let found = if patch.is_empty() {
        get_user(run, id).await?
    } else {
        let plan = run.plan().await?;
        let (choice, mut values) = changes(patch);
        values.insert(0, number.into());
        let update = choice.checked_sub(1);
        let Some(update) = update.and_then(|position| plan.users.updates.get(position)) else {
            return Err(run.unexpected("plan").into());
        };
        let rows = run.change(update, values).await?;
        one(&rows, plan.dialect)?
    };
    found.ok_or_else(|| run.error(ErrorKind::NotFound).into())
}

pub(crate) async fn delete_user(run: Run<'_>, id: &UserId) -> Attempt<Option<User>> {
    let Some(id) = id::parse(id) else {
        return Ok(None);
    };
    let plan = run.plan().await?;
    if plan.users.delete_first.is_empty() {
        let rows = run.change(&plan.users.delete, vec![id.into()]).await?;
        return one(&rows, plan.dialect);
    }
    run.atomically(move |run| {
        Box::pin(async move {
            for sql in &plan.users.delete_first {
                run.execute(sql, vec![id.into()]).await?;
            }
            let rows = run.change(&plan.users.delete, vec![id.into()]).await?;
            one(&rows, plan.dialect)
        })
    })
    .await
}

/// The values of a new row, in the order of its columns.
pub(crate) fn values(user: NewUser) -> Vec<Value> {
    vec![
        user.name.into(),
        user.email.into(),
        user.email_verified.map(truncate_to_millis).into(),
        user.image.into(),
    ]
}

/// Which of [`COLUMNS`] a patch writes, one bit each, and their values.
fn changes(patch: UserPatch) -> (usize, Vec<Value>) {
    fn change<T>(patch: Patch<T>) -> Option<Value>
    where
        Option<T>: Into<Value>,
    {
        patch.into_change().map(Into::into)
    }
    let email_verified = match patch.email_verified {
        Patch::Set(time) => Patch::Set(truncate_to_millis(time)),
        other => other,
    };
    let values: [Option<Value>; COLUMNS.len()] = [
        change(patch.name),
        change(patch.email),
        change(email_verified),
        change(patch.image),
    ];
    let bits = values.iter().enumerate();
    let choice = bits.fold(0, |choice, (bit, value)| {
        choice | usize::from(value.is_some()) << bit
    });
    (choice, values.into_iter().flatten().collect())
}

/// The first row, if there is one.
pub(crate) fn one(rows: &[QueryResult], dialect: Dialect) -> Attempt<Option<User>> {
    let user = rows
        .first()
        .map(|row| Reader::new(row, dialect).user())
        .transpose()?;
    Ok(user)
}
