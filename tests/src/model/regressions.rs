//! Sequences that some store got wrong once: every store is tried on them first.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::explore::Counterexample;
use super::op::Op;

/// A file with one sequence per line, and comments.
#[derive(Clone, Debug)]
pub struct Regressions {
    file: PathBuf,
}

impl Regressions {
    /// The file beside the tests.
    #[must_use]
    pub fn of_the_tests() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("integration/model");
        Self::at(folder.join("regressions.jsonl"))
    }

    /// A file, which need not exist.
    #[must_use]
    pub const fn at(file: PathBuf) -> Self {
        Self { file }
    }

    /// The sequences, in their order.
    #[must_use]
    pub fn read(&self) -> Vec<Vec<Op>> {
        let text = fs::read_to_string(&self.file).unwrap_or_default();
        text.lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(|line| serde_json::from_str(line).expect("a line is a sequence"))
            .collect()
    }

    /// Adds a sequence, if it is not there.
    pub fn keep(&self, found: &Counterexample) {
        if self.read().contains(&found.ops) {
            return;
        }
        let line = serde_json::to_string(&found.ops).expect("operations are JSON");
        let file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(&self.file);
        file.and_then(|mut file| writeln!(file, "# seed {}\n{line}", found.seed))
            .expect("the file of regressions can be written");
    }
}
