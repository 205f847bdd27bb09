//! Verification tokens, with a rule broken.

use authjs_adapter::{
    Adapter as _, Error, ErrorKind, Field, HashedToken, Operation, Result, VerificationToken,
};

use crate::mutant::Mutant;
use crate::rule::Rule;

pub(crate) async fn create_verification_token(
    m: &Mutant,
    link: VerificationToken,
) -> Result<VerificationToken> {
    let argument = link.clone();
    let link = m.bend_link(link)?;
    if m.breaks(Rule::RefusesEndedTokens) && link.expires <= m.now() {
        let field = Field::Expires;
        let kind = ErrorKind::InvalidInput { field };
        return Err(Error::new(Operation::CreateVerificationToken, kind));
    }
    if m.breaks(Rule::OneTokenPerAddress) {
        for row in m.rows().verification_tokens {
            if row.identifier == link.identifier && row.token != link.token {
                m.inner
                    .use_verification_token(&row.identifier, &row.token)
                    .await?;
            }
        }
    }
    let mut rows = m.rows().verification_tokens.into_iter();
    let is_new = !rows.any(|row| row.identifier == link.identifier && row.token == link.token);
    if m.breaks(Rule::ChecksTheLinkThenInserts) && is_new {
        m.pause().await;
    }
    let created = m.inner.create_verification_token(link.clone()).await;
    match (m.rule(), created) {
        (Some(Rule::ReturnsTheArgument), Ok(_)) => Ok(argument),
        (Some(Rule::OverwritesVerificationTokens), Err(error))
            if matches!(error.kind(), ErrorKind::Conflict(_)) =>
        {
            m.inner
                .use_verification_token(&link.identifier, &link.token)
                .await?;
            m.inner.create_verification_token(link).await
        }
        (Some(Rule::ChecksTheLinkThenInserts), Err(_)) if is_new => {
            m.ghosts().verification_tokens.push(link.clone());
            Ok(link)
        }
        (_, created) => created,
    }
}

/// The stored row that the mutant takes for the one that is asked for.
pub(crate) fn find(
    m: &Mutant,
    operation: Operation,
    identifier: &str,
    token: &HashedToken,
) -> Result<Option<VerificationToken>> {
    let rows = m.rows().verification_tokens;
    let identifiers = rows.iter().map(|row| row.identifier.clone());
    let identifier = m.key(operation, Field::Identifier, identifier, identifiers)?;
    let tokens = rows.iter().map(|row| row.token.expose().to_owned());
    let token = m.key(operation, Field::Token, token.expose(), tokens)?;
    Ok(rows.into_iter().find(|row| {
        let has_identifier = row.identifier == identifier;
        let has_token = row.token.expose() == token;
        match m.rule() {
            Some(Rule::UsesByTokenOnly) => has_token,
            Some(Rule::UsesByIdentifierOnly) => has_identifier,
            _ => has_identifier && has_token,
        }
    }))
}

pub(crate) async fn use_verification_token(
    m: &Mutant,
    identifier: &str,
    token: &HashedToken,
) -> Result<Option<VerificationToken>> {
    let found = find(m, Operation::UseVerificationToken, identifier, token)?;
    let Some(found) = found else {
        return Ok(None);
    };
    match m.rule() {
        Some(Rule::UseKeepsTheToken) => return Ok(Some(found)),
        Some(Rule::UseSkipsExpired) if found.expires <= m.now() => return Ok(None),
        Some(Rule::FindsThenDeletesTokens) => {
            m.pause().await;
            m.inner
                .use_verification_token(&found.identifier, &found.token)
                .await?;
            return Ok(Some(found));
        }
        Some(Rule::UseTakesAllOfTheAddress) => {
            for row in m.rows().verification_tokens {
                if row.identifier == found.identifier && row.token != found.token {
                    m.inner
                        .use_verification_token(&row.identifier, &row.token)
                        .await?;
                }
            }
        }
        _ => {}
    }
    m.inner
        .use_verification_token(&found.identifier, &found.token)
        .await
}
