//! What every server does behind a wire that fails.

use std::num::NonZeroU32;
use std::time::Duration;

use authjs_tests::{Cuts, Direction, Fault, FaultCourse, FaultTally, Injection, Networked, Wire};

/// The deadline of an operation.
const DEADLINE: Duration = Duration::from_secs(5);
/// What a busy machine may add to it.
const MARGIN: Duration = Duration::from_millis(1500);

/// Fails the wire for a while; the promises must hold.
pub(super) async fn holds<D: Networked>(fault: Fault) -> FaultTally {
    let tally = FaultCourse::SHORT
        .run(D::migrated().await, &Wire(fault))
        .await;

    let broken = tally.broken_promises(DEADLINE, MARGIN);

    assert!(broken.is_empty(), "{tally}: {broken:#?}");
    tally
}

/// Changes a byte on each connection. What was meant cannot be told from what arrives, so that only
/// callers that panic, calls without an end and lost permits are failures.
pub(super) async fn survives_a_flip<D: Networked>(direction: Direction) {
    let tally = FaultCourse::SHORT
        .run(D::migrated().await, &Wire(flip(direction)))
        .await;

    let broken = tally.stuck(DEADLINE, MARGIN);

    assert!(broken.is_empty(), "{tally}: {broken:#?}");
}

/// Does something to the server for a while; the promises must hold.
pub(super) async fn holds_under<D: Networked>(injection: &dyn Injection<D>) -> FaultTally {
    let tally = FaultCourse::SHORT.run(D::migrated().await, injection).await;

    let broken = tally.broken_promises(DEADLINE, MARGIN);

    assert!(broken.is_empty(), "{tally}: {broken:#?}");
    tally
}

/// Lets the server fail for a while; the promises must hold, and it must be noticed.
pub(super) async fn holds_with<D: Networked>(injection: &dyn Injection<D>) {
    let tally = holds_under(injection).await;

    assert_ne!(tally.errors.len(), 0, "{tally}");
}

/// Locks what every call needs for a while; the promises must hold, and calls wait. Whether one
/// of them is refused depends on how many tries it still had.
pub(super) async fn holds_and_is_waited_for<D: Networked>(injection: &dyn Injection<D>) {
    let tally = holds_under(injection).await;

    assert!(tally.longest >= Duration::from_secs(1), "{tally}");
}

/// Fails the wire for longer than a call may last.
pub(super) async fn holds_for_long<D: Networked>(fault: Fault) {
    let course = FaultCourse {
        fault: DEADLINE + Duration::from_secs(1),
        ..FaultCourse::SHORT
    };
    let tally = course.run(D::migrated().await, &Wire(fault)).await;

    let broken = tally.broken_promises(DEADLINE, MARGIN);

    assert!(broken.is_empty(), "{tally}: {broken:#?}");
    assert_ne!(tally.errors.len(), 0, "{tally}");
}

/// Fails the wire in a way that must be noticed: some call ends with an error.
pub(super) async fn holds_and_is_noticed<D: Networked>(fault: Fault) {
    let tally = holds::<D>(fault).await;

    assert_ne!(tally.errors.len(), 0, "{tally}");
}

/// Delays the wire; the promises must hold, and each way takes that long.
pub(super) async fn holds_slowly<D: Networked>(millis: u64) {
    let tally = holds::<D>(delay(millis)).await;

    assert!(
        tally.longest >= Duration::from_millis(2 * millis),
        "{tally}"
    );
}

pub(super) const fn half_open(silent: Direction) -> Fault {
    Fault::HalfOpen { silent }
}

const fn delay(millis: u64) -> Fault {
    Fault::Delay {
        to_server: Duration::from_millis(millis),
        to_client: Duration::from_millis(millis),
    }
}

pub(super) const fn cut(direction: Direction) -> Fault {
    Fault::CutAfter {
        direction,
        bytes: 700,
    }
}

const fn flip(direction: Direction) -> Fault {
    Fault::Flip {
        direction,
        at: 300,
        mask: 0x41,
    }
}

/// So slow that a statement takes a while.
pub(super) fn throttle() -> Fault {
    Fault::Throttle {
        bytes_per_second: NonZeroU32::new(20_000).expect("it is not 0"),
    }
}

/// Cuts every write at some places in each direction.
pub(super) async fn every_write_that_is_cut_off_is_whole_or_not_there<D: Networked>() {
    let cuts = Cuts::sweep::<D>(Some(3), None).await;

    assert!(cuts.violations.is_empty(), "{cuts:#?}");
    let undone = cuts.not_applied + cuts.unknown - cuts.unknown_but_done;
    assert!(undone > 0 && cuts.unknown_but_done > 0, "{cuts:#?}");
}
