//! The promises about simultaneous calls, each a race: some callers who begin at one moment,
//! and a judge who compares what they were told with what is stored.
//!
//! Two calls overlap if there is a moment at which both were in flight, by the times that each
//! caller took immediately before and after its call. A race without any overlap fails: it did
//! not take place.

mod accounts;
mod authenticators;
mod children;
mod course;
mod database;
mod given;
mod housekeeping;
mod moment;
mod processes;
mod race;
mod release;
mod sessions;
mod setting;
mod sign_in;
mod tally;
mod tokens;
mod users;

pub use self::{
    course::Course,
    database::RaceDatabase,
    processes::{URL_VARIABLE, serve_race},
    race::{Facts, Race, Reply, Scene, Verdict, winners},
    setting::{Isolation, Setting, Way},
    tally::Tally,
};

/// All races, in the order of the promises.
pub const RACES: [&dyn Race; 24] = [
    &tokens::UsedOnce,
    &tokens::WrongHalves,
    &tokens::Cancelled,
    &users::OneAddress,
    &accounts::OneOwner,
    &accounts::UpsertsOfOwners,
    &accounts::UpsertsOfOne,
    &accounts::OneExchange,
    &children::Child::Session,
    &children::Child::Account,
    &children::Child::Upsert,
    &children::Child::Authenticator,
    &users::DisjointFields,
    &sessions::Deleted,
    &sessions::Revoked,
    &sessions::AllRevoked,
    &sessions::OneToken,
    &sessions::Touched,
    &authenticators::Counter,
    &sign_in::SignedUp,
    &sign_in::OneLink,
    &sign_in::OnePerson,
    &sign_in::OneSessionToken,
    &housekeeping::Purged,
];

/// The race of this name.
#[must_use]
pub fn race(name: &str) -> Option<&'static dyn Race> {
    RACES.into_iter().find(|race| race.facts().name == name)
}
