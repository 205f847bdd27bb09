//! The SQL texts of a backend, checked in.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Set to 1, it makes the tests write the snapshots anew instead of comparing with them.
const UPDATE: &str = "AUTHJS_UPDATE_SNAPSHOTS";

/// Two texts are told apart by an empty line.
const BETWEEN: &str = ";\n\n";

fn path(name: &str) -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/sql");
    PathBuf::from(folder).join(format!("{name}.sql"))
}

/// The texts that are checked in under this name.
pub(super) fn known(name: &str) -> BTreeSet<String> {
    let snapshot = std::fs::read_to_string(path(name)).expect("the snapshot is there");
    let texts = snapshot.split(BETWEEN).map(str::trim);
    texts
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Compares with what is checked in, or writes it.
pub(crate) fn assert_known(name: &str, texts: &BTreeSet<String>) {
    let texts: BTreeSet<_> = texts
        .iter()
        .map(|text| text.trim().trim_end_matches(';').to_owned())
        .collect();
    if std::env::var(UPDATE).is_ok_and(|value| value == "1") {
        let mut snapshot = String::new();
        for text in &texts {
            write!(snapshot, "{text}{BETWEEN}").expect("a String takes everything");
        }
        std::fs::write(path(name), snapshot).expect("the snapshot can be written");
    }
    let known = known(name);
    let new: Vec<_> = texts.difference(&known).collect();
    let gone: Vec<_> = known.difference(&texts).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "the SQL texts changed; if that is meant, run this test with {UPDATE}=1\n\
         new: {new:#?}\ngone: {gone:#?}"
    );
}
