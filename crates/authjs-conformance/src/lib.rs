#![doc = include_str!("../README.md")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "cases report by panicking"
)]

mod cases;
mod check;
mod given;
mod harness;
mod list;
mod matrix;
mod race;
mod reading;
mod registry;
mod sample;

pub use self::{
    harness::{DynHarness, Harness, MemoryHarness, start},
    registry::{Aspect, Case, cases},
};

#[doc(hidden)]
pub use self::registry::run;

crate::__cases! { __modules () * }
