//! Numbers, for every argument that is one.

use super::Named;

/// Seconds since the Unix epoch, as a provider may send them; all can be stored.
#[must_use]
pub fn hostile_epochs() -> Vec<Named<Option<i64>>> {
    [
        ("absent", None),
        ("zero", Some(0)),
        ("one", Some(1)),
        ("minus-one", Some(-1)),
        ("int4-max", Some(2_147_483_647)),
        ("int4-max-and-1", Some(2_147_483_648)),
        ("uint4-max-and-1", Some(4_294_967_296)),
        ("double-exact-max", Some(9_007_199_254_740_991)),
        ("double-inexact", Some(9_007_199_254_740_993)),
        ("int8-max", Some(i64::MAX)),
        ("int8-min", Some(i64::MIN)),
    ]
    .map(|(name, value)| Named::new(name, value))
    .to_vec()
}

/// Counters of authenticators; all can be stored.
#[must_use]
pub fn hostile_counters() -> Vec<Named<u32>> {
    [
        ("zero", 0),
        ("one", 1),
        ("int4-max", 2_147_483_647),
        ("int4-max-and-1", 2_147_483_648),
        ("uint4-max-less-1", u32::MAX - 1),
        ("uint4-max", u32::MAX),
    ]
    .map(|(name, value)| Named::new(name, value))
    .to_vec()
}

/// Limits of a purge, and whether each is one.
#[must_use]
pub fn hostile_limits() -> Vec<Named<(u32, bool)>> {
    [
        ("zero", (0, false)),
        ("one", (1, true)),
        ("max", (10_000, true)),
        ("max-and-1", (10_001, false)),
        ("uint4-max", (u32::MAX, false)),
    ]
    .map(|(name, value)| Named::new(name, value))
    .to_vec()
}

/// Numbers of tokens in one look-up, and whether it takes so many.
#[must_use]
pub fn hostile_batch_sizes() -> Vec<Named<(usize, bool)>> {
    [
        ("zero", (0, true)),
        ("one", (1, true)),
        ("max", (10_000, true)),
        ("max-and-1", (10_001, false)),
    ]
    .map(|(name, value)| Named::new(name, value))
    .to_vec()
}
