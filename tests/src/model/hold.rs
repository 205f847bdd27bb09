//! The whole comparison of one store: what failed once, then new sequences.

use tokio::runtime::Runtime;

use super::explore::{Counterexample, Plan, explore, follow};
use super::regressions::Regressions;
use super::seen::Seen;
use super::subject::Subject;

/// Tries a fresh store on the sequences that failed once and on those of a plan. A sequence that
/// fails is added to those that are tried first.
///
/// It makes a runtime of its own: asynchronous code calls it through
/// [`spawn_blocking`](tokio::task::spawn_blocking).
///
/// # Errors
/// The first sequence that fails.
pub fn hold<S: Subject>(plan: Plan) -> Result<Seen, Box<Counterexample>> {
    let runtime = Runtime::new().expect("a runtime can be made");
    // What a store leaves behind is dropped inside the runtime that it was made in.
    let _inside = runtime.enter();
    let mut subject: S = runtime.block_on(S::fresh());
    let regressions = Regressions::of_the_tests();
    for ops in regressions.read() {
        let followed = runtime.block_on(follow(&mut subject, &ops, &mut Seen::default()));
        followed.map_err(|difference| Counterexample {
            seed: 0,
            difference,
            ops,
        })?;
    }
    explore(&runtime, &mut subject, plan).inspect_err(|found| regressions.keep(found))
}
