//! Faults of the wire.

use std::num::NonZeroU32;
use std::time::Duration;

use authjs_tests::{Direction, Fault, Hosted, Wire};

use super::{Job, Judged};

pub(super) fn jobs<D: Hosted>() -> Vec<Job<D>> {
    let wire = |names, fault| Job::<D>::new(names, Wire(fault));
    let flip = |names, direction| Job {
        judged: Judged::WithoutRows,
        ..wire(names, flip(direction))
    };
    vec![
        wire(["F1", "refused", "nobody listens"], Fault::Refuse),
        wire(["F2", "reset", "connections are reset"], Fault::Reset),
        wire(
            ["F3", "black-hole", "the server is silent"],
            Fault::BlackHole,
        )
        .beyond_the_deadline(),
        wire(
            ["F4", "no-request", "requests never arrive"],
            half_open(Direction::ToServer),
        )
        .beyond_the_deadline(),
        wire(
            ["F4", "no-answer", "answers never arrive"],
            half_open(Direction::ToClient),
        )
        .beyond_the_deadline(),
        wire(
            ["F12", "cut-request", "connections end in a request"],
            cut(Direction::ToServer),
        )
        .unnoticed(),
        wire(
            ["F12", "cut-answer", "connections end in an answer"],
            cut(Direction::ToClient),
        ),
        wire(["F30", "slow", "20 ms each way"], delay()).unnoticed(),
        wire(["F30", "narrow", "20 kB/s"], throttle()).unnoticed(),
        flip(
            ["F36", "flip-request", "a byte of requests is changed"],
            Direction::ToServer,
        ),
        flip(
            ["F36", "flip-answer", "a byte of answers is changed"],
            Direction::ToClient,
        ),
    ]
}

const fn half_open(silent: Direction) -> Fault {
    Fault::HalfOpen { silent }
}

const fn cut(direction: Direction) -> Fault {
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

const fn delay() -> Fault {
    let late = Duration::from_millis(20);
    Fault::Delay {
        to_server: late,
        to_client: late,
    }
}

fn throttle() -> Fault {
    Fault::Throttle {
        bytes_per_second: NonZeroU32::new(20_000).expect("it is not 0"),
    }
}
