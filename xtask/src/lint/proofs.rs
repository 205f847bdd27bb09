//! The tests that the documents name as proof exist.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::texts::collect;
use crate::program;

/// The documents whose tables name tests.
const DOCUMENTS: [&str; 3] = ["docs/reliability.md", "docs/safeguards.md", "SECURITY.md"];

/// Where tests are.
const SOURCES: [&str; 4] = ["crates", "migration", "tests", "xtask/src"];

/// A file with tests: the words of its path, and its text.
struct Source {
    path: Vec<String>,
    text: String,
}

pub(super) fn check() -> Result<()> {
    let root = program::workspace();
    let sources = sources(root)?;
    let mut count = 0;
    let mut problems = Vec::new();
    for document in DOCUMENTS {
        let text = fs::read_to_string(root.join(document))
            .with_context(|| format!("reading {document}"))?;
        for (number, line) in (1..)
            .zip(text.lines())
            .filter(|(_, line)| line.starts_with('|'))
        {
            for name in tests_in(line) {
                count += 1;
                if !exists(name, &sources) {
                    problems.push(format!("{document}:{number}: there is no test `{name}`"));
                }
            }
        }
    }
    if !problems.is_empty() {
        bail!("proofs:\n  {}", problems.join("\n  "));
    }
    println!("proofs: {count} named tests exist");
    Ok(())
}

fn exists(name: &str, sources: &[Source]) -> bool {
    let has = |name: &str| sources.iter().any(|source| source.has(name));
    has(name) || is_of_suite(name, sources)
}

/// True for a case of the conformance suite on a harness: `conformance`, the modules of the
/// harness, which one file lists, and the case with its module, which another one defines.
fn is_of_suite(name: &str, sources: &[Source]) -> bool {
    let words: Vec<_> = name.split("::").collect();
    let [suite, harness @ .., module, case] = words.as_slice() else {
        return false;
    };
    let case = format!("cases::{module}::{case}");
    let lists = |source: &Source| {
        source.path.last().is_some_and(|word| word == suite)
            && harness
                .iter()
                .all(|module| source.text.contains(&format!("mod {module} {{")))
    };
    sources.iter().any(lists) && sources.iter().any(|source| source.has(&case))
}

fn sources(root: &Path) -> Result<Vec<Source>> {
    let mut files = Vec::new();
    for folder in SOURCES {
        collect(&root.join(folder), &mut files)?;
    }
    let is_rust = |file: &PathBuf| file.extension().is_some_and(|end| end == "rs");
    files
        .into_iter()
        .filter(is_rust)
        .map(|file| {
            let text =
                fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
            let path = file.with_extension("");
            let words = path.strip_prefix(root).unwrap_or(&path).components();
            let path = words
                .map(|word| word.as_os_str().to_string_lossy().into_owned())
                .collect();
            Ok(Source { path, text })
        })
        .collect()
}

impl Source {
    /// True if the file defines the function that the name ends with, or lists it on a line of
    /// its own for a macro, and each module before it is a word of the file's path or a module
    /// inside of it.
    fn has(&self, name: &str) -> bool {
        let mut modules: Vec<_> = name.split("::").collect();
        modules.pop().is_some_and(|function| {
            let is_listed = || self.text.lines().any(|line| line.trim() == function);
            let is_defined = ["(", "<"]
                .iter()
                .any(|end| self.text.contains(&format!("fn {function}{end}")));
            (is_defined || is_listed())
                && modules.iter().all(|module| {
                    self.path.iter().any(|word| word == module)
                        || self.text.contains(&format!("mod {module} {{"))
                })
        })
    }
}

/// The names in back-ticks that are paths of functions: lower-case words with `::` between them.
fn tests_in(line: &str) -> impl Iterator<Item = &str> {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    line.split('`')
        .skip(1)
        .step_by(2)
        .filter(move |name| name.contains("::") && name.split("::").all(is_word))
}

#[cfg(test)]
mod tests {
    use super::{Source, exists, tests_in};

    #[test]
    fn paths_in_back_ticks_are_tests() {
        let line = "| P1 | `use_token`, `std::fmt::Display` | `races::postgres::one_winner` |";

        let tests: Vec<_> = tests_in(line).collect();

        assert_eq!(tests, ["races::postgres::one_winner"]);
    }

    #[test]
    fn a_test_is_found_by_its_file_and_modules() {
        let source = Source {
            path: ["tests", "integration", "races"]
                .map(str::to_owned)
                .to_vec(),
            text: "mod postgres {\n    async fn one_winner() {}\n}".to_owned(),
        };

        assert!(source.has("races::postgres::one_winner"));
        assert!(source.has("races::one_winner"));
        assert!(!source.has("races::sqlite::one_winner"));
        assert!(!source.has("races::postgres::winner"));
    }

    #[test]
    fn a_case_of_the_suite_is_found_by_its_harness_and_its_own_file() {
        let source = |path: &[&str], text: &str| Source {
            path: path.iter().map(|&word| word.to_owned()).collect(),
            text: text.to_owned(),
        };
        let sources = [
            source(&["tests", "conformance"], "mod sqlite {\n    mod dynamic {"),
            source(&["src", "cases", "users"], "async fn is_none() {}"),
        ];

        assert!(exists(
            "conformance::sqlite::dynamic::users::is_none",
            &sources
        ));
        assert!(!exists("conformance::oracle::users::is_none", &sources));
        assert!(!exists("conformance::sqlite::sessions::is_none", &sources));
        assert!(!exists("conformance::sqlite::users::is_some", &sources));
    }
}
