//! Passkeys, in the order of the trait.

use authjs_adapter::{Authenticator, ErrorKind, Field, UserId, is_possible_key};
use sea_orm::QueryResult;

use crate::change::{self, Change, Update};
use crate::dialect::Dialect;
use crate::facts::SchemaFacts;
use crate::id;
use crate::row::{AUTHENTICATOR, Reader};
use crate::run::{Attempt, Run};
use crate::sql::Sql;

/// The statements of this file.
#[derive(Debug)]
pub(crate) struct AuthenticatorStatements {
    create: Change,
    get: Sql,
    list: Sql,
    update_counter: Change,
}

impl AuthenticatorStatements {
    pub(crate) fn new(dialect: Dialect, facts: &SchemaFacts) -> Self {
        let of_credential = "authenticators WHERE \"credentialID\" = $1";
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
                "authenticators WHERE \"credentialID\" = $2 AND \"userId\" = $1",
            ),
            get: select(of_credential),
            list: select("authenticators WHERE \"userId\" = $1"),
            update_counter: Change::update(
                facts,
                &Update {
                    table: "authenticators",
                    set: &[("counter", "$2")],
                    condition: "\"credentialID\" = $1",
                    columns: &AUTHENTICATOR,
                    values: 2,
                },
            ),
        }
    }
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
    let rows = run.change(&plan.authenticators.create, values).await?;
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
    let row = run
        .first(&plan.authenticators.get, vec![credential_id.into()])
        .await?;
    one(row.as_slice(), plan.dialect)
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
    let rows = run
        .change(&plan.authenticators.update_counter, values)
        .await?;
    one(&rows, plan.dialect)?.ok_or_else(|| run.error(ErrorKind::NotFound).into())
}

fn one(rows: &[QueryResult], dialect: Dialect) -> Attempt<Option<Authenticator>> {
    let first = rows
        .first()
        .map(|row| Reader::new(row, dialect).authenticator());
    Ok(first.transpose()?)
}
