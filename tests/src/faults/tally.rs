//! What was seen during one fault.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// What was seen while a database failed and came back.
#[derive(Clone, Debug, Default)]
pub struct FaultTally {
    /// Calls.
    pub operations: u64,
    /// Calls that ended with an answer.
    pub succeeded: u64,
    /// Calls that ended with an error, by kind and outcome.
    pub errors: BTreeMap<String, u64>,
    /// Answers that cannot be right, in words: a stored row that was not found, a row that was
    /// never written, a token that worked twice.
    pub wrong: Vec<String>,
    /// What stood in the tables afterwards and must not, or did not and must, in words.
    pub violations: Vec<String>,
    /// The longest call.
    pub longest: Duration,
    /// From the end of the fault to the end of the first call that began after it and
    /// succeeded; `None` if none did.
    pub recovery: Option<Duration>,
    /// Connections that the pool still counted as in use 10 s after the last call.
    pub permits_held: u32,
    /// Panics in this process, caught or not.
    pub panics: u64,
    /// Panics that reached a caller.
    pub escaped: u64,
}

impl FaultTally {
    /// Adds what another round saw.
    pub fn merge(&mut self, other: Self) {
        self.operations += other.operations;
        self.succeeded += other.succeeded;
        for (what, count) in other.errors {
            *self.errors.entry(what).or_default() += count;
        }
        self.wrong.extend(other.wrong);
        self.violations.extend(other.violations);
        self.longest = self.longest.max(other.longest);
        self.recovery = self.recovery.max(other.recovery);
        self.permits_held += other.permits_held;
        self.panics += other.panics;
        self.escaped += other.escaped;
    }

    /// What breaks a promise, one sentence each; empty if nothing does.
    ///
    /// A call may last as long as its deadline, and `margin` more on a busy machine.
    #[must_use]
    pub fn broken_promises(&self, deadline: Duration, margin: Duration) -> Vec<String> {
        let mut broken = self.wrong.clone();
        broken.extend(self.violations.iter().cloned());
        broken.extend(self.stuck(deadline, margin));
        if self.panics > 0 {
            broken.push(format!("{} panics", self.panics));
        }
        broken
    }

    /// As [`broken_promises`](Self::broken_promises), without what was answered and stored: when
    /// bytes arrive changed, and TLS does not refuse them, nobody can tell a changed value from
    /// one that was meant. The driver may panic over such bytes, but no caller.
    #[must_use]
    pub fn stuck(&self, deadline: Duration, margin: Duration) -> Vec<String> {
        let mut broken = Vec::new();
        if self.succeeded == 0 {
            broken.push("nothing ever succeeded, so nothing was tried".to_owned());
        }
        if self.longest > deadline + margin {
            broken.push(format!("a call lasted {:?}", self.longest));
        }
        match self.recovery {
            None => broken.push("no call succeeded after the end of the fault".to_owned()),
            Some(recovery) if recovery > RECOVERY => {
                broken.push(format!("the first success came after {recovery:?}"));
            }
            Some(_) => {}
        }
        if self.permits_held > 0 {
            broken.push(format!("{} permits were still held", self.permits_held));
        }
        if self.escaped > 0 {
            broken.push(format!("{} callers panicked", self.escaped));
        }
        broken
    }
}

/// Within which a pool works again after its database does.
const RECOVERY: Duration = Duration::from_secs(2);

impl fmt::Display for FaultTally {
    /// One line for a report.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} calls, {} answered", self.operations, self.succeeded)?;
        for (what, count) in &self.errors {
            write!(f, ", {count} {what}")?;
        }
        write!(f, "; longest {} ms", self.longest.as_millis())?;
        match self.recovery {
            Some(recovery) => write!(f, ", back after {} ms", recovery.as_millis()),
            None => f.write_str(", never back"),
        }
    }
}
