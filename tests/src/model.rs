//! Stores compared with the executable specification, operation by operation.

mod answer;
mod explore;
mod generate;
mod hold;
pub mod linear;
mod op;
mod perform;
mod raw;
mod regressions;
mod seen;
mod specification;
mod subject;
mod wired;

pub use self::{
    explore::{Counterexample, Plan, explore, follow},
    hold::hold,
    op::{
        Change, Handle, Key, Letter, Link, NewToken, Op, Passkey, Person, Profile, ProfilePatch,
        TokensPatch, When,
    },
    perform::People,
    regressions::Regressions,
    seen::Seen,
    specification::{Model, Specification},
    subject::{Backend, Rule, Subject},
    wired::Wired,
};
