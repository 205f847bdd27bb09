//! What became of each value in each argument, as text.

use std::fmt::Write as _;
use std::path::PathBuf;

const UPDATE: &str = "AUTHJS_UPDATE_SNAPSHOTS";
const WIDTH: usize = 100;

/// The outcomes of the values, by argument, in the order in which they were seen.
#[derive(Default)]
pub(super) struct Outcomes(Vec<Argument>);

struct Argument {
    name: String,
    outcomes: Vec<(String, Vec<&'static str>)>,
}

impl Outcomes {
    pub(super) fn add(&mut self, argument: &str, value: &'static str, outcome: &str) {
        if !self.0.iter().any(|known| known.name == argument) {
            self.0.push(Argument {
                name: argument.to_owned(),
                outcomes: Vec::new(),
            });
        }
        let known = self.0.iter_mut().find(|known| known.name == argument);
        let outcomes = &mut known.expect("the argument was added").outcomes;
        match outcomes.iter_mut().find(|(known, _)| known == outcome) {
            Some((_, values)) => values.push(value),
            None => outcomes.push((outcome.to_owned(), vec![value])),
        }
    }

    pub(super) fn arguments(&self) -> usize {
        self.0.len()
    }

    /// One paragraph per argument: each outcome, and the values that had it.
    fn text(&self) -> String {
        let mut text = String::new();
        for argument in &self.0 {
            let _ = writeln!(text, "{}", argument.name);
            for (outcome, values) in &argument.outcomes {
                let _ = write!(text, "  {outcome}:");
                wrap(&mut text, values);
            }
            text.push('\n');
        }
        text
    }

    /// Compares with the snapshot of this name, or writes it if that was asked for.
    pub(super) fn compare(&self, name: &str) -> Result<(), String> {
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("snapshots/hostile")
            .join(name)
            .with_extension("txt");
        let text = self.text();
        if std::env::var_os(UPDATE).is_some_and(|value| value == "1") {
            std::fs::create_dir_all(file.parent().expect("the file is in a folder"))
                .and_then(|()| std::fs::write(&file, text))
                .expect("the snapshot can be written");
            return Ok(());
        }
        let expected = std::fs::read_to_string(&file).unwrap_or_default();
        if expected == text {
            return Ok(());
        }
        let differing: Vec<String> = differences(&expected, &text);
        Err(format!(
            "{} differs; {UPDATE}=1 writes it anew\n{}",
            file.display(),
            differing.join("\n")
        ))
    }
}

/// Appends words to a text whose lines are not much longer than [`WIDTH`].
fn wrap(text: &mut String, words: &[&str]) {
    for word in words {
        let line = text.lines().next_back().unwrap_or_default();
        let space = if line.len() + word.len() < WIDTH {
            " "
        } else {
            "\n    "
        };
        text.push_str(space);
        text.push_str(word);
    }
    text.push('\n');
}

/// The lines that only one of the texts has.
fn differences(expected: &str, actual: &str) -> Vec<String> {
    let only = |sign: char, one: &str, other: &str| -> Vec<String> {
        let other: Vec<&str> = other.lines().collect();
        one.lines()
            .filter(|line| !other.contains(line))
            .map(|line| format!("{sign} {line}"))
            .collect()
    };
    let mut lines = only('-', expected, actual);
    lines.extend(only('+', actual, expected));
    lines
}
