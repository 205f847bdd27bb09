//! What this run does, and how much time is left.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use authjs_tests::{MariadbDatabase, PostgresDatabase, RaceDatabase, SqliteDatabase, TestDatabase};

use crate::arguments::{Arguments, Backend};

/// What this run does.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) backends: Vec<Backend>,
    pub(crate) node: Option<PathBuf>,
    /// This program, for child processes.
    pub(crate) program: PathBuf,
    only: Vec<String>,
    budget: Duration,
    end: Instant,
}

impl Plan {
    pub(crate) fn new(arguments: &Arguments) -> Self {
        Self {
            backends: arguments.db.clone(),
            node: arguments.node.clone(),
            program: std::env::current_exe().expect("this program is a file"),
            only: arguments.only.clone(),
            budget: arguments.budget,
            end: Instant::now() + arguments.budget,
        }
    }

    /// True if the person asked for something of one of these names, or for everything.
    pub(crate) fn wants(&self, names: &[&str]) -> bool {
        let asked = |only: &String| names.iter().any(|name| name.eq_ignore_ascii_case(only));
        self.only.is_empty() || self.only.iter().any(asked)
    }

    /// The end of something that begins now and gets so many parts of the time that is left.
    pub(crate) fn end_of(&self, parts: u32, of: u32) -> Instant {
        let now = Instant::now();
        now + self.end.saturating_duration_since(now) * parts / of.max(1)
    }

    /// How the run was made, in one paragraph.
    pub(crate) async fn describe(&self, took: Duration) -> String {
        let mut versions = Vec::new();
        for backend in &self.backends {
            versions.push(match backend {
                Backend::Sqlite => version::<SqliteDatabase>().await,
                Backend::Postgres => version::<PostgresDatabase>().await,
                Backend::Mariadb => version::<MariadbDatabase>().await,
            });
        }
        let cpus = std::thread::available_parallelism().map_or(1, usize::from);
        format!(
            "One run of {}, of at most {}, on {} processors: {}.",
            in_words(took),
            in_words(self.budget),
            cpus,
            versions.join(", ")
        )
    }
}

async fn version<D: RaceDatabase>() -> String {
    <D as TestDatabase>::migrated().await.version().await
}

fn in_words(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..60 => format!("{seconds} s"),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}
