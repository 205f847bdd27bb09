//! Verification tokens, in the order of the trait.

use authjs_adapter::{Field, HashedToken, VerificationToken, is_possible_key, truncate_to_millis};

use crate::change::Change;
use crate::facts::SchemaFacts;
use crate::row::{self, Reader};
use crate::run::{Attempt, Run};

/// The statements of this file.
#[derive(Debug)]
pub(crate) struct VerificationTokenStatements {
    create: Change,
    take: Change,
}

impl VerificationTokenStatements {
    pub(crate) fn new(facts: &SchemaFacts) -> Self {
        let dialect = facts.dialect();
        let columns = row::verification_token(dialect);
        Self {
            create: Change::insert_keyed(
                dialect,
                "INSERT INTO verification_token (identifier, expires, token) VALUES ($1, $2, $3)",
                &columns,
                &format!("verification_token WHERE {}", facts.same_link("$1", "$3")),
            ),
            take: Change::delete(
                dialect,
                &format!("verification_token WHERE {}", facts.same_link("$1", "$2")),
                &columns,
            ),
        }
    }
}

pub(crate) async fn create_verification_token(
    run: Run<'_>,
    token: VerificationToken,
) -> Attempt<VerificationToken> {
    token.check().map_err(|invalid| run.invalid(invalid))?;
    let plan = run.plan().await?;
    let values = vec![
        token.identifier.into(),
        truncate_to_millis(token.expires).into(),
        token.token.expose().into(),
    ];
    let rows = run.change(&plan.verification_tokens.create, values).await?;
    match rows.first() {
        Some(row) => Ok(Reader::new(row, plan.dialect).verification_token()?),
        None => Err(run.no_row().into()),
    }
}

pub(crate) async fn use_verification_token(
    run: Run<'_>,
    identifier: &str,
    token: &HashedToken,
) -> Attempt<Option<VerificationToken>> {
    if !is_possible(identifier, token) {
        return Ok(None);
    }
    let plan = run.plan().await?;
    let values = vec![identifier.into(), token.expose().into()];
    let rows = run.change(&plan.verification_tokens.take, values).await?;
    let used = rows
        .first()
        .map(|row| Reader::new(row, plan.dialect).verification_token());
    Ok(used.transpose()?)
}

/// True if a row with this key may exist.
pub(crate) fn is_possible(identifier: &str, token: &HashedToken) -> bool {
    is_possible_key(Field::Identifier, identifier) && is_possible_key(Field::Token, token.expose())
}
