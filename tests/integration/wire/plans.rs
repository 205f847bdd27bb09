//! No statement reads a whole table: each lookup has an index.

mod mariadb;
mod postgres;
mod sqlite;

use authjs_adapter::async_trait;

use super::Watched;
use super::snapshot::known;

/// What the catalog is asked with, and the settings of a connection: no table of ours is in it.
const NOT_ABOUT_ROWS: [&str; 5] = [
    "FROM pg_catalog.",
    "FROM sqlite_master",
    "information_schema",
    "set_config(",
    "statement_timestamp()",
];
/// What the statements begin with that read or write rows.
const VERBS: [&str; 5] = ["DELETE ", "INSERT ", "SELECT ", "UPDATE ", "WITH "];

/// A database that explains its statements.
#[async_trait]
trait Planned: Watched {
    /// Stores 5,000 people with four accounts, sessions and passkeys each, and 20,000 verification
    /// tokens, and lets the planner count them.
    async fn fill(&self);

    /// The steps of the plan that read a whole table or a whole index, whatever the parameters.
    async fn scans(&self, text: &str) -> Vec<String>;
}

/// The texts of the suite that read a whole table, with what they read.
async fn scanning<D: Planned>() -> Vec<(String, Vec<String>)> {
    let database = D::migrated().await;
    database.fill().await;
    let mut scanning = Vec::new();
    for text in about_rows::<D>() {
        let scans = database.scans(&text).await;
        if !scans.is_empty() {
            scanning.push((text, scans));
        }
    }
    scanning
}

fn about_rows<D: Planned>() -> Vec<String> {
    let is_about_rows = |text: &String| {
        VERBS.iter().any(|verb| text.starts_with(verb))
            && !NOT_ABOUT_ROWS.iter().any(|part| text.contains(part))
    };
    // Where a unique could not be made, there is a plain index.
    let without_constraints = known(&format!("{}_without_constraints", D::NAME));
    let all = known(D::NAME).into_iter().chain(without_constraints);
    all.filter(is_about_rows).collect()
}

/// How many parameters a text has: the highest number of one.
fn parameters(text: &str) -> usize {
    let digits = |part: &str| {
        let end = part.find(|c: char| !c.is_ascii_digit());
        part.get(..end.unwrap_or(part.len()))
            .and_then(|digits| digits.parse().ok())
    };
    text.split('$')
        .skip(1)
        .filter_map(digits)
        .max()
        .unwrap_or(0)
}
