//! Gives one value after the other to a store and notes what becomes of it.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use authjs_adapter::{
    Adapter as _, Error, ErrorKind, Field, InvalidInput, NewUser, Operation, Outcome, Reason,
    Result, Session, Snapshot, User, UserId,
};
use serde::Serialize;

use super::outcomes::Outcomes;
use super::{Subject, rows};

/// The deadline of an operation is 5 s.
const PATIENCE: Duration = Duration::from_secs(6);

/// A shorter value is found in innocent text too.
const DISTINCTIVE: usize = 6;

/// A store, what it should hold by now, and what was seen.
pub(super) struct Bench<'h, H> {
    pub(super) harness: &'h H,
    /// The rows that should be there.
    pub(super) rows: Snapshot,
    argument: String,
    value: &'static str,
    text: String,
    cost: Option<u64>,
    probes: usize,
    calls: usize,
    outcomes: Outcomes,
    failures: Vec<String>,
}

impl<'h, H: Subject> Bench<'h, H> {
    /// On an empty store whose catalog has been read.
    pub(super) async fn new(harness: &'h H) -> Self {
        let nobody = harness.store().get_user(&UserId::from(1)).await;
        assert_eq!(nobody, Ok(None), "the store is empty");
        Self {
            harness,
            rows: Snapshot::default(),
            argument: String::new(),
            value: "",
            text: String::new(),
            cost: None,
            probes: 0,
            calls: 0,
            outcomes: Outcomes::default(),
            failures: Vec::new(),
        }
    }

    pub(super) fn store(&self) -> &'h H::Store {
        self.harness.store()
    }

    /// Says which value is given to which argument next; `text` must not be told by an error.
    pub(super) fn probe(&mut self, argument: &str, value: &'static str, text: &str) {
        argument.clone_into(&mut self.argument);
        self.value = value;
        text.clone_into(&mut self.text);
        self.probes += 1;
    }

    /// Runs an operation: it must not panic, it must end, and its error must not tell the value.
    pub(super) async fn call<T>(
        &mut self,
        operation: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        self.calls += 1;
        let before = self.harness.statements();
        let ended = tokio::time::timeout(PATIENCE, without_panic(operation)).await;
        self.cost = before
            .zip(self.harness.statements())
            .map(|(before, after)| after - before);
        let answer = match ended {
            Ok(Ok(answer)) => answer,
            Ok(Err(())) => self.gave_up("panicked"),
            Err(_) => self.gave_up("did not end"),
        };
        if let Err(error) = &answer {
            self.must_not_tell(error);
        }
        answer
    }

    fn gave_up<T>(&mut self, how: &str) -> Result<T> {
        self.fail(how);
        Err(Error::new(Operation::Inspect, ErrorKind::Internal))
    }

    fn must_not_tell(&mut self, error: &Error) {
        let mut texts = vec![
            error.to_string(),
            format!("{error:?}"),
            format!("{error:#?}"),
        ];
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            texts.extend([cause.to_string(), format!("{cause:?}")]);
            source = cause.source();
        }
        let escaped = format!("{:?}", self.text);
        let told = |text: &String| text.contains(&self.text) || text.contains(&escaped);
        if self.text.len() >= DISTINCTIVE && texts.iter().any(told) {
            self.fail("the error tells the value");
        }
    }

    /// Notes the answer to a write: stored if nothing speaks against it, else refused for this
    /// reason at no cost.
    pub(super) fn taken<T>(
        &mut self,
        refusal: Option<(Field, Reason)>,
        answer: Result<T>,
    ) -> Option<T> {
        match (refusal, answer) {
            (None, Ok(row)) => {
                self.note("stored");
                Some(row)
            }
            (Some((field, reason)), Err(error)) => {
                let expected = InvalidInput { field, reason };
                self.note(&told(&error));
                if error != Error::invalid(error.operation(), expected) {
                    self.fail(&format!("{error:?} instead of {expected}"));
                }
                self.must_be_free();
                None
            }
            (None, Err(error)) => {
                self.note(&told(&error));
                self.fail(&format!("{error:?} instead of a row"));
                None
            }
            (Some((field, reason)), Ok(_)) => {
                self.note("stored");
                self.fail(&format!("stored, though {field} {reason}"));
                None
            }
        }
    }

    /// Notes the answer to a look-up: an impossible key finds nothing at no cost.
    pub(super) fn looked_up<T: PartialEq>(
        &mut self,
        is_possible: bool,
        expected: Option<&T>,
        answer: Result<Option<T>>,
    ) -> Option<T> {
        let found = match answer {
            Ok(found) => found,
            Err(error) => {
                self.note(&told(&error));
                self.fail(&format!("{error:?} instead of an answer"));
                return None;
            }
        };
        if found.as_ref() != expected {
            let what = match (&found, expected) {
                (Some(_), Some(_)) => "another row was found",
                (Some(_), None) => "a row was found that has another key",
                _ => "the row was not found",
            };
            self.fail(what);
        }
        self.note(match (&found, is_possible) {
            (Some(_), _) => "found",
            (None, true) => "unknown",
            (None, false) => "impossible, not asked for",
        });
        if !is_possible {
            self.must_be_free();
        } else if self.cost == Some(0) {
            self.fail("the database was not asked");
        }
        found
    }

    /// Notes an answer that must be the error of this kind, of a call that changes nothing.
    pub(super) fn refused<T>(&mut self, kind: ErrorKind, answer: Result<T>) {
        match answer {
            Err(error) if error.kind() == kind && error.outcome() == Outcome::NotApplied => {
                self.note(&told(&error));
            }
            Err(error) => {
                self.note(&told(&error));
                self.fail(&format!("{error:?} instead of {kind:?}"));
            }
            Ok(_) => {
                self.note("done");
                self.fail(&format!("done instead of {kind:?}"));
            }
        }
    }

    /// Fails if the last call sent a statement.
    pub(super) fn must_be_free(&mut self) {
        if let Some(cost @ 1..) = self.cost {
            self.fail(&format!("{cost} statements for what cannot be"));
        }
    }

    /// Fails unless the two are equal.
    pub(super) fn same<T: PartialEq>(&mut self, what: &str, actual: &T, expected: &T) {
        if actual != expected {
            self.fail(&format!("{what} is not as expected"));
        }
    }

    pub(super) fn note(&mut self, outcome: &str) {
        self.outcomes.add(&self.argument, self.value, outcome);
    }

    pub(super) fn fail(&mut self, what: &str) {
        let failure = format!("{} {}: {what}", self.argument, self.value);
        self.failures.push(failure);
    }

    /// A user who owns what is written next.
    pub(super) async fn owner(&mut self) -> User {
        let new = NewUser {
            name: Some("owner".to_owned()),
            ..NewUser::default()
        };
        let user = self.store().create_user(new.clone()).await;
        let user = user.expect("a user without an address is always new");
        self.rows.users.push(rows::user_row(new, &user.id));
        user
    }

    /// The row of a session, as it is stored.
    pub(super) fn stored_session(&self, session: &Session) -> Session {
        Session {
            session_token: self.harness.stored_token(&session.session_token).into(),
            ..session.clone()
        }
    }

    /// Fails unless exactly the expected rows are there, byte for byte.
    pub(super) async fn settle(&mut self) {
        let actual = self.harness.snapshot().await;
        let rows = &self.rows;
        let differing = [
            differ("users", &rows.users, &actual.users),
            differ("accounts", &rows.accounts, &actual.accounts),
            differ("sessions", &rows.sessions, &actual.sessions),
            differ(
                "verification_token",
                &rows.verification_tokens,
                &actual.verification_tokens,
            ),
            differ(
                "authenticators",
                &rows.authenticators,
                &actual.authenticators,
            ),
        ];
        for difference in differing.into_iter().flatten() {
            self.failures
                .push(format!("after {}: {difference}", self.argument));
        }
    }

    /// Deletes all users, and with them what is theirs.
    pub(super) async fn clear(&mut self) {
        let store = self.store();
        for user in std::mem::take(&mut self.rows.users) {
            let id = user.id.clone();
            let deleted = self.call(store.delete_user(&id)).await;
            self.same("the deleted user", &deleted, &Ok(Some(user)));
        }
        self.rows.accounts.clear();
        self.rows.sessions.clear();
        self.rows.authenticators.clear();
    }

    /// Ends the test: nothing failed, and the outcomes are those of the snapshot.
    #[expect(clippy::panic, reason = "what differs fails the test")]
    pub(super) fn compare(self, snapshot: &str) {
        let summary = format!(
            "{} failures in {} probes of {} arguments, {} calls",
            self.failures.len(),
            self.probes,
            self.outcomes.arguments(),
            self.calls,
        );
        let listed: Vec<&String> = self.failures.iter().take(40).collect();
        assert!(listed.is_empty(), "{summary}: {listed:#?}");
        if let Err(differences) = self.outcomes.compare(snapshot) {
            panic!("{differences}");
        }
    }
}

/// What an error says, without the operation.
fn told(error: &Error) -> String {
    let text = error.to_string();
    let (_, told) = text.split_once(": ").unwrap_or(("", &text));
    told.to_owned()
}

/// Which rows only one of the two has, shown with their ends cut off.
fn differ<T: Serialize>(table: &str, expected: &[T], actual: &[T]) -> Option<String> {
    let texts = |rows: &[T]| -> Vec<String> {
        let mut texts: Vec<String> = rows
            .iter()
            .map(|row| serde_json::to_string(row).expect("a record is JSON"))
            .collect();
        texts.sort_unstable();
        texts
    };
    let (expected, actual) = (texts(expected), texts(actual));
    if expected == actual {
        return None;
    }
    let only = |one: &[String], other: &[String]| -> Vec<String> {
        one.iter()
            .filter(|row| other.binary_search(row).is_err())
            .take(3)
            .map(|row| row.chars().take(300).collect())
            .collect()
    };
    Some(format!(
        "{table}: {} rows instead of {}; expected only {:?}, stored only {:?}",
        actual.len(),
        expected.len(),
        only(&expected, &actual),
        only(&actual, &expected),
    ))
}

/// Catches a panic of the future, which is then not polled again.
async fn without_panic<T>(future: impl Future<Output = T>) -> Result<T, ()> {
    let mut future = pin!(future);
    poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
            Err(_) => Poll::Ready(Err(())),
        }
    })
    .await
}
