//! Many tokens at once, with a rule broken.

use std::collections::HashSet;

use authjs_adapter::{
    Adapter as _, BatchLookup, Error, ErrorKind, MAX_BATCH, Operation, Result, Session,
    SessionToken, User, async_trait,
};

use crate::mutant::Mutant;
use crate::rule::Rule;

#[async_trait]
impl BatchLookup for Mutant {
    async fn get_sessions_and_users(
        &self,
        tokens: &[SessionToken],
    ) -> Result<Vec<Result<Option<(Session, User)>>>> {
        let max = MAX_BATCH as usize;
        let fails = match self.rule() {
            Some(Rule::EmptyBatchFails) => tokens.is_empty(),
            Some(Rule::GreatestBatchFails) => tokens.len() == max,
            _ => false,
        };
        if fails {
            return Err(Error::new(
                Operation::GetSessionsAndUsers,
                ErrorKind::Internal,
            ));
        }
        if tokens.len() > max && !self.breaks(Rule::BatchHasNoLimit) {
            return self.inner.get_sessions_and_users(tokens).await;
        }
        let stored: HashSet<_> = self
            .rows()
            .sessions
            .into_iter()
            .map(|s| s.session_token)
            .collect();
        let mut seen = HashSet::new();
        let mut answers = Vec::with_capacity(tokens.len());
        for token in tokens {
            if self.breaks(Rule::BatchForgetsDuplicates) && !seen.insert(token) {
                continue;
            }
            // What is not stored is asked for one by one only where the mutant may find it.
            let answer = if stored.contains(token) || tokens.len() < 100 {
                self.get_session_and_user(token).await
            } else {
                Ok(None)
            };
            if self.breaks(Rule::ImpossibleKeysAreErrors)
                && let Err(error) = answer
            {
                return Err(error);
            }
            answers.push(answer);
        }
        if self.breaks(Rule::BatchAnswersInAnyOrder) {
            answers.retain(|answer| !matches!(answer, Ok(None)));
        }
        Ok(answers)
    }
}
