//! The Node process that holds the original.

use std::path::Path;
use std::process::Stdio;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::URL_VARIABLE;

/// The driver, beside its packages.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/original/driver.mjs");

pub(super) struct Driver {
    // Killed when it is dropped.
    _process: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

/// What one call ended with.
#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    #[serde(default)]
    pub(super) value: Option<Value>,
    #[serde(default)]
    error: Option<String>,
}

impl Answer {
    /// True if the call succeeded and said that there is nothing.
    pub(super) fn is_null(&self) -> bool {
        self.error.is_none() && self.value.is_none()
    }

    /// A field of the row; the original gives ids as numbers.
    pub(super) fn id(&self) -> i64 {
        let id = self.value.as_ref().and_then(|row| row.get("id")?.as_i64());
        id.expect("the original gave a row")
    }
}

#[derive(Deserialize)]
struct Line {
    answers: Vec<Answer>,
}

impl Driver {
    pub(super) fn start(node: &Path, url: &str, pool: u32) -> Self {
        let mut process = Command::new(node)
            .arg(SCRIPT)
            .env(URL_VARIABLE, url)
            .env("AUTHJS_TORTURE_POOL", pool.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("Node can be started");
        let output = process.stdout.take().expect("its output is piped");
        Self {
            input: process.stdin.take().expect("its input is piped"),
            output: BufReader::new(output).lines(),
            _process: process,
        }
    }

    /// Makes all calls at once; their answers have the same order.
    pub(super) async fn call(&mut self, calls: &[(&str, Value)]) -> Vec<Answer> {
        let mut line = json!({ "calls": calls }).to_string();
        line.push('\n');
        self.input
            .write_all(line.as_bytes())
            .await
            .expect("the driver reads");
        let line = self.output.next_line().await.expect("the driver writes");
        let line = line.expect("the driver has not ended: are its packages installed?");
        let line: Line = serde_json::from_str(&line).expect("the answers of the driver");
        assert_eq!(line.answers.len(), calls.len(), "an answer to each call");
        line.answers
    }

    /// Makes one call.
    pub(super) async fn one(&mut self, method: &str, argument: Value) -> Answer {
        let mut answers = self.call(&[(method, argument)]).await;
        answers.pop().expect("an answer to each call")
    }
}
