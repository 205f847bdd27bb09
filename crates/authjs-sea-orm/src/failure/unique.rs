//! Which unique value was taken.

use authjs_adapter::{Operation, Unique};

use super::Failure;
use crate::dialect::Dialect;
use crate::facts::SchemaFacts;

impl Failure {
    /// Which unique value was taken, by the columns of the violated constraint.
    pub(crate) fn unique(&self, operation: Operation, facts: &SchemaFacts) -> Unique {
        let Some(constraint) = self.driver.constraint() else {
            return Unique::Other;
        };
        match facts.dialect() {
            Dialect::Postgres => facts
                .indexes(constraint)
                .first()
                .map_or(Unique::Other, |(table, columns)| unique_of(table, columns)),
            // Several tables may have a key of this name. MySQL names the table before it;
            // on MariaDB the operation knows where it writes.
            Dialect::MariaDb | Dialect::MySql => {
                let (named, key) = match facts.dialect() {
                    Dialect::MySql => constraint
                        .split_once('.')
                        .map_or((None, constraint), |(table, key)| (Some(table), key)),
                    _ => (None, constraint),
                };
                let mut kinds = facts
                    .indexes(key)
                    .iter()
                    .filter(|(table, _)| match named {
                        Some(named) => named == table,
                        None => tables_written_by(operation).contains(&table.as_str()),
                    })
                    .map(|(table, columns)| unique_of(table, columns));
                match (kinds.next(), kinds.next()) {
                    (Some(kind), None) => kind,
                    _ => Unique::Other,
                }
            }
            Dialect::Sqlite => {
                let mut table = String::new();
                let mut columns = Vec::new();
                for name in constraint.split(", ") {
                    let Some((its_table, column)) = name.split_once('.') else {
                        return Unique::Other;
                    };
                    its_table.clone_into(&mut table);
                    columns.push(column.to_owned());
                }
                unique_of(&table.to_lowercase(), &columns)
            }
        }
    }
}

/// Where an operation can meet a unique value that is taken.
const fn tables_written_by(operation: Operation) -> &'static [&'static str] {
    match operation {
        Operation::CreateUser | Operation::UpdateUser => &["users"],
        Operation::LinkAccount | Operation::UpsertAccount | Operation::UpdateAccountTokens => {
            &["accounts"]
        }
        Operation::CreateSession => &["sessions"],
        Operation::CreateVerificationToken => &["verification_token"],
        Operation::CreateAuthenticator => &["authenticators"],
        Operation::SignUp => &["users", "accounts", "sessions"],
        Operation::SignInWithEmail => &["users", "sessions"],
        _ => &[],
    }
}

fn unique_of(table: &str, columns: &[String]) -> Unique {
    // Most servers fold names, and give them as they were declared.
    let columns: Vec<String> = columns.iter().map(|it| it.to_lowercase()).collect();
    let mut columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    columns.sort_unstable();
    match (table, columns.as_slice()) {
        ("users", ["email"]) => Unique::Email,
        ("accounts", ["provider", "provideraccountid"]) => Unique::Account,
        ("sessions", ["sessiontoken"]) => Unique::SessionToken,
        ("verification_token", ["identifier", "token"] | ["token"]) => Unique::VerificationToken,
        ("authenticators", ["credentialid"] | ["credentialid", "userid"]) => Unique::Credential,
        _ => Unique::Other,
    }
}
