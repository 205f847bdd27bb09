//! Passkeys, in the order of the trait.

use authjs_adapter::{Authenticator, ErrorKind, Field, UserId, is_possible_key};
use sea_orm::QueryResult;

use crate::change::{self, Change, Update};
use crate::dialect::Dialect;
use crate::facts::SchemaFacts;
use crate::id;
use crate::key::Key;
use crate::row::{AUTHENTICATOR, Reader};
use crate::run::{Attempt, Run};
use crate::sql::Sql;

/// The statements of this file.
///
/// Where the database does not guarantee that a credential is unique, it may have several rows.
/// Those of one user are one credential, with the highest counter. If it is another user's too,
/// nobody can say who is signing in: nothing is changed.
#[derive(Debug)]
pub(crate) struct AuthenticatorStatements {
    create: Change,
    get: Sql,
    list: Sql,
    update_counter: Change,
    is_unique: bool,
}

impl AuthenticatorStatements {
    pub(crate) fn new(dialect: Dialect, facts: &SchemaFacts) -> Self {
        let is_the_one = facts.same(Key::CredentialId, "$1");
        let is_unique = facts.is_unique("authenticators", &["credentialID"]);
        let guard = if is_unique {
            String::new()
        } else {
            not_torn(facts)
        };
        let columns = AUTHENTICATOR.join(", ");
        let select = |rows: &str| Sql::new(dialect, format!("SELECT {columns} FROM {rows}"));
        let create = change::insert_of_user(
            facts,
            "authenticators",
            &[("\"credentialID\"", "$2")],
            &[
                ("\"providerAccountId\"", "$3"),
                ("\"credentialPublicKey\"", "$4"),
                ("counter", "$5"),
                ("\"credentialDeviceType\"", "$6"),
                ("\"credentialBackedUp\"", "$7"),
                ("transports", "$8"),
            ],
        );
        Self {
            create: Change::insert_keyed(
                dialect,
                &create,
                &columns,
                &format!(
                    "authenticators WHERE {} AND \"userId\" = $1",
                    facts.same(Key::CredentialId, "$2")
                ),
            ),
            get: select(&format!("authenticators WHERE {is_the_one}")),
            list: select("authenticators WHERE \"userId\" = $1"),
            update_counter: Change::update(
                facts,
                &Update {
                    table: "authenticators",
                    set: &[("counter", "$2")],
                    condition: &format!("{is_the_one}{guard}"),
                    columns: &AUTHENTICATOR,
                    values: 2,
                },
            ),
            is_unique,
        }
    }
}

/// Leaves out the rows of a credential that another user has as well; `$1` is its id. MySQL
/// refuses to read the table that it changes but through a copy, which DISTINCT makes it keep.
fn not_torn(facts: &SchemaFacts) -> String {
    let rows = match facts.dialect() {
        Dialect::Postgres | Dialect::Sqlite => {
            let is_the_one = facts.same_as(Key::CredentialId, "o.\"credentialID\"", "$1");
            format!("authenticators o WHERE {is_the_one} AND")
        }
        Dialect::MariaDb | Dialect::MySql => {
            let is_the_one = facts.same(Key::CredentialId, "$1");
            format!("(SELECT DISTINCT \"userId\" FROM authenticators WHERE {is_the_one}) o WHERE")
        }
    };
    format!(" AND NOT EXISTS (SELECT 1 FROM {rows} o.\"userId\" <> authenticators.\"userId\")")
}

pub(crate) async fn create_authenticator(
    run: Run<'_>,
    authenticator: Authenticator,
) -> Attempt<Authenticator> {
    authenticator
        .check()
        .map_err(|invalid| run.invalid(invalid))?;
    let Some(user_id) = id::parse(&authenticator.user_id) else {
        return Err(run.error(ErrorKind::UserMissing).into());
    };
    let plan = run.plan().await?;
    let values = vec![
        user_id.into(),
        authenticator.credential_id.into(),
        authenticator.provider_account_id.into(),
        authenticator.credential_public_key.into(),
        i64::from(authenticator.counter).into(),
        authenticator.credential_device_type.into(),
        authenticator.credential_backed_up.into(),
        authenticator.transports.into(),
    ];
    let rows = run
        .change_of_user(&plan.authenticators.create, values)
        .await?;
    one(&rows, plan.dialect)?.ok_or_else(|| run.error(ErrorKind::UserMissing).into())
}

pub(crate) async fn get_authenticator(
    run: Run<'_>,
    credential_id: &str,
) -> Attempt<Option<Authenticator>> {
    if !is_possible_key(Field::CredentialId, credential_id) {
        return Ok(None);
    }
    let plan = run.plan().await?;
    let key = vec![credential_id.into()];
    if plan.authenticators.is_unique {
        let row = run.first(&plan.authenticators.get, key).await?;
        return one(row.as_slice(), plan.dialect);
    }
    let rows = run.all(&plan.authenticators.get, key).await?;
    let mut twins = read(&rows, plan.dialect)?.into_iter();
    let found = twins.next();
    let owner = found.as_ref().map(|row| &row.user_id);
    if twins.any(|twin| Some(&twin.user_id) != owner) {
        return Err(run.error(ErrorKind::Inconsistent).into());
    }
    Ok(found)
}

pub(crate) async fn list_authenticators_by_user_id(
    run: Run<'_>,
    user_id: &UserId,
) -> Attempt<Vec<Authenticator>> {
    let Some(user_id) = id::parse(user_id) else {
        return Ok(Vec::new());
    };
    let plan = run.plan().await?;
    let rows = run
        .all(&plan.authenticators.list, vec![user_id.into()])
        .await?;
    let mut authenticators = rows
        .iter()
        .map(|row| Reader::new(row, plan.dialect).authenticator())
        .collect::<Result<Vec<_>, _>>()?;
    // By bytes, whatever the collation of the database.
    authenticators.sort_unstable_by(|a, b| a.credential_id.cmp(&b.credential_id));
    Ok(authenticators)
}

pub(crate) async fn update_authenticator_counter(
    run: Run<'_>,
    credential_id: &str,
    counter: u32,
) -> Attempt<Authenticator> {
    if !is_possible_key(Field::CredentialId, credential_id) {
        return Err(run.error(ErrorKind::NotFound).into());
    }
    let plan = run.plan().await?;
    let values = vec![credential_id.into(), i64::from(counter).into()];
    for _ in 0..TRIES {
        let rows = run
            .change(&plan.authenticators.update_counter, values.clone())
            .await?;
        if let Some(authenticator) = one(&rows, plan.dialect)? {
            return Ok(authenticator);
        }
        // Nobody's, two users' who stand in each other's way, or one's whose row came only now.
        let is_unique = plan.authenticators.is_unique;
        if is_unique || get_authenticator(run, credential_id).await?.is_none() {
            return Err(run.error(ErrorKind::NotFound).into());
        }
    }
    Err(run.error(ErrorKind::Busy).into())
}

/// How often a counter is written while rows of its credential come and go beside it.
const TRIES: usize = 3;

/// The rows of a credential, the one that counts first: the highest counter, then the least key.
fn read(rows: &[QueryResult], dialect: Dialect) -> Attempt<Vec<Authenticator>> {
    let mut authenticators = rows
        .iter()
        .map(|row| Reader::new(row, dialect).authenticator())
        .collect::<Result<Vec<_>, _>>()?;
    authenticators.sort_unstable_by(|a, b| {
        let by_counter = b.counter.cmp(&a.counter);
        by_counter.then_with(|| a.credential_public_key.cmp(&b.credential_public_key))
    });
    Ok(authenticators)
}

fn one(rows: &[QueryResult], dialect: Dialect) -> Attempt<Option<Authenticator>> {
    Ok(read(rows, dialect)?.into_iter().next())
}
