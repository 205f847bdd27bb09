//! The SQL texts of the adapter, each changed in one place on its way to the server: does a case
//! of the conformance suite see it?
//!
//! The mutants of a compiler's syntax tree do not reach what stands in strings, and most of what
//! decides here stands there. So a [`Proxy`](crate::Proxy) writes the changed text in the place of
//! the real one. First each case runs alone and untouched, so that it is known which texts it
//! sends; a changed text is then shown to these cases only, as no other can see it.
//!
//! What no case sees has to stand in the list of the explained ones, with a reason.

mod explained;
mod mutate;
mod run;
mod scene;
mod stage;
mod token;

pub use self::{
    run::{MutantRun, run_sql_mutants},
    stage::MutantDatabase,
};
