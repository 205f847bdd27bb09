//! Users, in the order of the trait.

use authjs_adapter::{AccountKey, ErrorKind, Field, NewUser, Patch, User, UserId, UserPatch};
use authjs_adapter::{is_possible_key, truncate_to_millis};
use sea_orm::{QueryResult, Value};

use crate::dialect::Dialect;
use crate::facts::SchemaFacts;
use crate::id;
use crate::row::{self, Reader};
use crate::run::{EmailLookup, Outcome, Run};

/// The statements of this file.
#[derive(Debug)]
pub(crate) struct UserStatements {
    create: String,
    get: String,
    get_by_email: String,
    get_by_lower_email: String,
    get_by_account: String,
    /// One statement where rows of other tables go with their user or can be deleted in it.
    delete: String,
    /// Statements that must run before `delete`, in one transaction.
    delete_first: Vec<String>,
    columns: String,
}

impl UserStatements {
    pub(crate) fn new(dialect: Dialect, facts: &SchemaFacts) -> Self {
        let columns = row::user(dialect, "");
        let joined = row::user(dialect, "u.");
        let children: Vec<&str> = ["accounts", "sessions", "authenticators"]
            .into_iter()
            .filter(|table| facts.has_table(table) && !facts.cascades(table))
            .collect();
        let plain_delete = format!("DELETE FROM users WHERE id = $1 RETURNING {columns}");
        let (delete, delete_first) = match dialect {
            _ if children.is_empty() => (plain_delete, Vec::new()),
            Dialect::Postgres => (delete_with_children(&columns, &children), Vec::new()),
            Dialect::Sqlite => {
                let of_user = |table| format!("DELETE FROM {table} WHERE \"userId\" = $1");
                (plain_delete, children.into_iter().map(of_user).collect())
            }
        };
        Self {
            create: format!(
                "INSERT INTO users (name, email, \"emailVerified\", image) \
                 VALUES ($1, $2, $3, $4) RETURNING {columns}"
            ),
            get: format!("SELECT {columns} FROM users WHERE id = $1"),
            get_by_email: format!(
                "SELECT {columns} FROM users WHERE email = $1 ORDER BY id LIMIT 1"
            ),
            get_by_lower_email: format!(
                "SELECT {columns} FROM users WHERE lower(email) = lower($1) ORDER BY id LIMIT 1"
            ),
            get_by_account: format!(
                "SELECT {joined} FROM accounts a JOIN users u ON u.id = a.\"userId\" \
                 WHERE a.provider = $1 AND a.\"providerAccountId\" = $2 ORDER BY a.id LIMIT 1"
            ),
            delete,
            delete_first,
            columns,
        }
    }

    /// Writes the given columns and no others: at most 15 texts.
    fn update(&self, columns: &[&str]) -> String {
        let assignments: Vec<String> = columns
            .iter()
            .zip(2..)
            .map(|(column, position)| format!("{column} = ${position}"))
            .collect();
        format!(
            "UPDATE users SET {} WHERE id = $1 RETURNING {}",
            assignments.join(", "),
            self.columns
        )
    }
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

pub(crate) async fn create_user(run: Run<'_>, user: NewUser) -> Outcome<User> {
    user.check().map_err(|invalid| run.invalid(invalid))?;
    let plan = run.plan().await?;
    let rows = run.all(&plan.users.create, values(user)).await?;
    match one(&rows, plan.dialect)? {
        Some(user) => Ok(user),
        None => Err(run.unexpected("no-row").into()),
    }
}

pub(crate) async fn get_user(run: Run<'_>, id: &UserId) -> Outcome<Option<User>> {
    let Some(id) = id::parse(id) else {
        return Ok(None);
    };
    let plan = run.plan().await?;
    let row = run.first(&plan.users.get, vec![id.into()]).await?;
    one(row.as_slice(), plan.dialect)
}

pub(crate) async fn get_user_by_email(run: Run<'_>, email: &str) -> Outcome<Option<User>> {
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
) -> Outcome<Option<User>> {
    if !account.is_possible() {
        return Ok(None);
    }
    let plan = run.plan().await?;
    let key = vec![account.provider.into(), account.provider_account_id.into()];
    let row = run.first(&plan.users.get_by_account, key).await?;
    one(row.as_slice(), plan.dialect)
}

pub(crate) async fn update_user(run: Run<'_>, id: &UserId, patch: UserPatch) -> Outcome<User> {
    patch.check().map_err(|invalid| run.invalid(invalid))?;
    let Some(number) = id::parse(id) else {
        return Err(run.error(ErrorKind::NotFound).into());
    };
    let found = if patch.is_empty() {
        get_user(run, id).await?
    } else {
        let plan = run.plan().await?;
        let (columns, mut changes) = changes(patch);
        changes.insert(0, number.into());
        let rows = run.all(&plan.users.update(&columns), changes).await?;
        one(&rows, plan.dialect)?
    };
    found.ok_or_else(|| run.error(ErrorKind::NotFound).into())
}

pub(crate) async fn delete_user(run: Run<'_>, id: &UserId) -> Outcome<Option<User>> {
    let Some(id) = id::parse(id) else {
        return Ok(None);
    };
    let plan = run.plan().await?;
    if plan.users.delete_first.is_empty() {
        let rows = run.all(&plan.users.delete, vec![id.into()]).await?;
        return one(&rows, plan.dialect);
    }
    run.atomically(move |run| {
        Box::pin(async move {
            for sql in &plan.users.delete_first {
                run.execute(sql, vec![id.into()]).await?;
            }
            let rows = run.all(&plan.users.delete, vec![id.into()]).await?;
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

/// The columns that a patch writes, and their values.
fn changes(patch: UserPatch) -> (Vec<&'static str>, Vec<Value>) {
    fn change<T: Into<Value>>(
        column: &'static str,
        patch: Patch<T>,
    ) -> Option<(&'static str, Value)>
    where
        Option<T>: Into<Value>,
    {
        patch.into_change().map(|value| (column, value.into()))
    }
    let email_verified = match patch.email_verified {
        Patch::Set(time) => Patch::Set(truncate_to_millis(time)),
        other => other,
    };
    [
        change("name", patch.name),
        change("email", patch.email),
        change("\"emailVerified\"", email_verified),
        change("image", patch.image),
    ]
    .into_iter()
    .flatten()
    .unzip()
}

/// The first row, if there is one.
pub(crate) fn one(rows: &[QueryResult], dialect: Dialect) -> Outcome<Option<User>> {
    let user = rows
        .first()
        .map(|row| Reader::new(row, dialect).user())
        .transpose()?;
    Ok(user)
}
