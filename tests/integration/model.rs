//! Every store beside the executable specification: the same operations, the same answers, the
//! same rows.

mod linear;
mod mariadb;
mod memory;
mod postgres;
mod sqlite;

use std::sync::Arc;

use authjs_tests::model::linear::{Calls, Faults, Overlap, Rounds, Violation, linearizable};
use authjs_tests::model::{Plan, Seen, Subject, hold};

/// Calls that nothing goes wrong with.
fn calm() -> Rounds {
    Rounds::default()
}

/// Callers that give up, and a database that is disturbed.
fn rough() -> Rounds {
    let faults = Faults {
        dropped: 5,
        disturbed: 12,
    };
    Rounds {
        rounds: 60,
        faults,
        ..Rounds::default()
    }
}

/// Callers that give up, and a wire that fails: fewer rounds, since silence takes time.
fn broken() -> Rounds {
    let faults = Faults {
        dropped: 12,
        disturbed: 24,
    };
    Rounds {
        rounds: 20,
        faults,
        ..Rounds::default()
    }
}

/// Fails with the shortest sequence that the store answers otherwise than the specification.
fn holds<S: Subject>() -> Seen {
    holds_for::<S>(Plan::default())
}

/// The same for another number of sequences.
#[expect(
    clippy::print_stdout,
    reason = "how much was tried is for people to read"
)]
fn holds_for<S: Subject>(plan: Plan) -> Seen {
    let seen = hold::<S>(plan).expect("the store answers as the specification");
    println!("{seen}");
    seen
}

/// Makes calls at once and looks for a history that no order of its calls explains.
#[expect(clippy::print_stdout, reason = "how much met is for people to read")]
async fn concurrently<C: Calls>(calls: C, rounds: Rounds) -> Result<Overlap, Box<Violation>> {
    let tried = linearizable(Arc::new(calls), rounds).await;
    match &tried {
        Ok(seen) => {
            println!("{seen}");
            // A history that is too long to search is neither right nor wrong.
            let histories = seen.rounds * rounds.keys;
            assert!(
                2 * seen.undecided < histories,
                "nearly nothing was decided: {seen}"
            );
        }
        Err(violation) => println!("{violation}"),
    }
    tried
}
