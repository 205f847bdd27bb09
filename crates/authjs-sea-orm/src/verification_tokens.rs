//! Verification tokens, in the order of the trait.

use authjs_adapter::{Field, HashedToken, VerificationToken, is_possible_key, truncate_to_millis};

use crate::dialect::Dialect;
use crate::row::{self, Reader};
use crate::run::{Outcome, Run};

/// The statements of this file.
#[derive(Debug)]
pub(crate) struct VerificationTokenStatements {
    create: String,
    take: String,
}

impl VerificationTokenStatements {
    pub(crate) fn new(dialect: Dialect) -> Self {
        let columns = row::verification_token(dialect);
        Self {
            create: format!(
                "INSERT INTO verification_token (identifier, expires, token) \
                 VALUES ($1, $2, $3) RETURNING {columns}"
            ),
            take: format!(
                "DELETE FROM verification_token WHERE identifier = $1 AND token = $2 \
                 RETURNING {columns}"
            ),
        }
    }
}

pub(crate) async fn create_verification_token(
    run: Run<'_>,
    token: VerificationToken,
) -> Outcome<VerificationToken> {
    token.check().map_err(|invalid| run.invalid(invalid))?;
    let plan = run.plan().await?;
    let values = vec![
        token.identifier.into(),
        truncate_to_millis(token.expires).into(),
        token.token.expose().into(),
    ];
    let rows = run.all(&plan.verification_tokens.create, values).await?;
    match rows.first() {
        Some(row) => Ok(Reader::new(row, plan.dialect).verification_token()?),
        None => Err(run.unexpected("no-row").into()),
    }
}

pub(crate) async fn use_verification_token(
    run: Run<'_>,
    identifier: &str,
    token: &HashedToken,
) -> Outcome<Option<VerificationToken>> {
    if !is_possible(identifier, token) {
        return Ok(None);
    }
    let plan = run.plan().await?;
    let values = vec![identifier.into(), token.expose().into()];
    let rows = run.all(&plan.verification_tokens.take, values).await?;
    let used = rows
        .first()
        .map(|row| Reader::new(row, plan.dialect).verification_token());
    Ok(used.transpose()?)
}

/// True if a row with this key may exist.
pub(crate) fn is_possible(identifier: &str, token: &HashedToken) -> bool {
    is_possible_key(Field::Identifier, identifier) && is_possible_key(Field::Token, token.expose())
}
