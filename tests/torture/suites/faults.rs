//! Faults of the wire and of the servers: no wrong answer, nothing half done, no call without an
//! end, and back within two seconds.

mod idle;
mod machine;
mod told;
mod wire;

use std::sync::Arc;
use std::time::{Duration, Instant};

use authjs_test_servers::DatabaseServer;
use authjs_tests::{
    FaultCourse, FaultTally, Hosted, Injection, MariadbDatabase, PostgresDatabase, Row,
};

use super::Turn;
use crate::arguments::Backend;

/// The deadline of an operation.
const DEADLINE: Duration = Duration::from_secs(5);
/// What a busy machine may add to it.
const MARGIN: Duration = Duration::from_millis(1500);
/// A call that took so long has met a lock or a server that stood still.
const NOTICED: Duration = Duration::from_secs(1);
/// As many failures are told in words.
const EXAMPLES: usize = 5;

/// What a job takes beside the fault: the calm before and after it, and a new database.
const AROUND: Duration = Duration::from_secs(4);

/// What the suite is also asked for by.
pub(super) fn trials() -> Vec<&'static str> {
    let of_jobs = [
        names(&wire::jobs::<PostgresDatabase>()),
        names(&told::postgres()),
        names(&told::mariadb()),
    ];
    [of_jobs.concat(), machine::trials(), idle::TRIALS.to_vec()].concat()
}

fn names<D: Hosted>(jobs: &[Job<D>]) -> Vec<&'static str> {
    let both = jobs.iter().flat_map(|job| [job.fault, job.name]);
    both.collect()
}

/// A fault on one backend.
pub(super) struct Job<D> {
    /// Its name in `docs/reliability.md`.
    fault: &'static str,
    name: &'static str,
    what: &'static str,
    injection: Box<dyn Injection<D>>,
    course: FaultCourse,
    judged: Judged,
    /// True if some caller must have noticed it: else it was not made, and nothing was tried.
    is_noticed: bool,
    /// Where the database is made; `None` on the server that was given.
    url: Option<String>,
    /// The server of our own that it needs, which runs until its last fault is over.
    server: Option<Arc<dyn DatabaseServer>>,
}

/// What a fault may not break.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Judged {
    /// All promises.
    Wholly,
    /// All but what was answered and stored: bytes were changed on the way.
    WithoutRows,
}

impl<D: Hosted> Job<D> {
    fn new([fault, name, what]: [&'static str; 3], injection: impl Injection<D> + 'static) -> Self {
        Self {
            fault,
            name,
            what,
            injection: Box::new(injection),
            course: LONG,
            judged: Judged::Wholly,
            is_noticed: true,
            url: None,
            server: None,
        }
    }

    /// For longer than a call may last.
    const fn beyond_the_deadline(mut self) -> Self {
        self.course.fault = Duration::from_secs(7);
        self
    }

    /// The adapter may keep it from every caller.
    const fn unnoticed(mut self) -> Self {
        self.is_noticed = false;
        self
    }

    /// On a server of our own.
    fn on(mut self, server: &Arc<dyn DatabaseServer>) -> Self {
        self.url = Some(server.url());
        self.server = Some(Arc::clone(server));
        self
    }

    /// As the user in this URL of the server.
    fn at(mut self, url: String) -> Self {
        self.url = Some(url);
        self
    }

    async fn database(&self) -> D {
        match &self.url {
            Some(url) => D::migrated_on(url).await,
            None => D::migrated().await,
        }
    }

    /// Rounds until the time is over, at least one.
    async fn run(self, backend: &str, time: Duration) -> Row {
        let began = Instant::now();
        let mut all = FaultTally::default();
        let mut broken = Vec::new();
        let mut rounds = 0_u64;
        while rounds == 0 || began.elapsed() + self.course.fault < time {
            rounds += 1;
            let tally = self
                .course
                .run(self.database().await, &*self.injection)
                .await;
            broken.extend(match self.judged {
                Judged::Wholly => tally.broken_promises(DEADLINE, MARGIN),
                Judged::WithoutRows => tally.stuck(DEADLINE, MARGIN),
            });
            all.merge(tally);
        }
        if self.is_noticed && all.errors.is_empty() && all.longest < NOTICED {
            broken.push("nobody noticed anything: the fault was not made".to_owned());
        }
        println!(
            "{} {} on {backend}: {} broken; {all}",
            self.fault,
            self.name,
            broken.len()
        );
        Row {
            promise: self.fault.to_owned(),
            name: self.name.to_owned(),
            what: self.what.to_owned(),
            backend: backend.to_owned(),
            trials: all.operations,
            failures: broken.len() as u64,
            note: format!("{rounds} rounds: {all}"),
            examples: broken.into_iter().take(EXAMPLES).collect(),
            ..Row::default()
        }
    }
}

/// The form of the long run.
const LONG: FaultCourse = FaultCourse {
    workers: 16,
    calm: Duration::from_millis(500),
    fault: Duration::from_secs(3),
};

pub(super) async fn run(turn: Turn) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut postgres = Vec::new();
    let mut mariadb = Vec::new();
    // Servers of our own are stopped when their last fault is over.
    if turn.plan.backends.contains(&Backend::Postgres) {
        postgres = wire::jobs::<PostgresDatabase>();
        postgres.extend(told::postgres());
        if turn.wants(&machine::trials()) {
            match machine::postgres() {
                Ok(jobs) => postgres.extend(jobs),
                Err(why) => rows.push(missing("postgres", why)),
            }
        }
    }
    if turn.plan.backends.contains(&Backend::Mariadb) {
        mariadb = wire::jobs::<MariadbDatabase>();
        mariadb.extend(told::mariadb());
        if turn.wants(idle::TRIALS) {
            let row = idle::run().await;
            rows.push(row.unwrap_or_else(|why| missing("mariadb", why)));
        }
        if turn.wants(&machine::trials()) {
            match machine::mariadb().await {
                Ok(jobs) => mariadb.extend(jobs),
                Err(why) => rows.push(missing("mariadb", why)),
            }
        }
    }
    postgres.retain(|job| turn.wants(&[job.fault, job.name]));
    mariadb.retain(|job| turn.wants(&[job.fault, job.name]));
    let cost = cost(&postgres) + cost(&mariadb);
    let stride = stride(cost, turn.share(1));
    // What one backend leaves out, another one may try.
    rows.extend(left_out("postgres", &mut postgres, stride, 0));
    rows.extend(left_out("mariadb", &mut mariadb, stride, 1));
    let others = mariadb.len();
    rows.extend(all(&turn, "postgres", postgres, others).await);
    rows.extend(all(&turn, "mariadb", mariadb, 0).await);
    rows
}

/// What one round of each takes.
fn cost<D: Hosted>(jobs: &[Job<D>]) -> Duration {
    jobs.iter().map(|job| job.course.fault + AROUND).sum()
}

/// Where there is no time for a round of each, every so-manieth is tried.
fn stride(cost: Duration, time: Duration) -> usize {
    let stride = cost.as_millis().div_ceil(time.as_millis().max(1));
    usize::try_from(stride).unwrap_or(usize::MAX).max(1)
}

/// Takes out the jobs that there is no time for, and says so.
fn left_out<D: Hosted>(
    backend: &str,
    jobs: &mut Vec<Job<D>>,
    stride: usize,
    first: usize,
) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut number = first;
    jobs.retain(|job| {
        let stays = number.is_multiple_of(stride);
        number += 1;
        if !stays {
            rows.push(Row {
                promise: job.fault.to_owned(),
                name: job.name.to_owned(),
                what: job.what.to_owned(),
                backend: backend.to_owned(),
                is_left_out: true,
                ..Row::default()
            });
        }
        stays
    });
    rows
}

async fn all<D: Hosted>(
    turn: &Turn,
    backend: &'static str,
    jobs: Vec<Job<D>>,
    others: usize,
) -> Vec<Row> {
    let mut left = jobs.len() + others;
    let mut rows = Vec::new();
    for job in jobs {
        let time = turn.share(left);
        left -= 1;
        let (fault, name, what) = (job.fault, job.name, job.what);
        // One that panics has failed; the others are run all the same.
        let ran = tokio::spawn(job.run(backend, time)).await;
        rows.push(ran.unwrap_or_else(|end| Row {
            promise: fault.to_owned(),
            name: name.to_owned(),
            what: what.to_owned(),
            backend: backend.to_owned(),
            trials: 1,
            failures: 1,
            note: end.to_string(),
            ..Row::default()
        }));
    }
    rows
}

fn missing(backend: &str, why: String) -> Row {
    Row {
        promise: "F7-F10".to_owned(),
        name: "faults".to_owned(),
        what: "a server of our own can be started".to_owned(),
        backend: backend.to_owned(),
        trials: 1,
        failures: 1,
        note: why,
        ..Row::default()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use authjs_tests::PostgresDatabase;

    use super::{cost, left_out, stride, wire};

    #[test]
    fn everything_is_tried_where_there_is_time() {
        let mut jobs = wire::jobs::<PostgresDatabase>();
        let all = jobs.len();

        let time = cost(&jobs);

        let rows = left_out("postgres", &mut jobs, stride(time, time), 0);

        assert_eq!((jobs.len(), rows.len()), (all, 0));
    }

    #[test]
    fn a_fault_that_there_is_no_time_for_is_a_row_that_says_so() {
        let mut jobs = wire::jobs::<PostgresDatabase>();
        let all = jobs.len();
        let every_second = stride(cost(&jobs), cost(&jobs) / 2);

        let rows = left_out("postgres", &mut jobs, every_second, 0);

        assert_eq!(jobs.len(), all.div_ceil(2));
        assert_eq!(rows.len() + jobs.len(), all);
        assert!(rows.iter().all(|row| row.is_left_out && row.trials == 0));
        assert_eq!(stride(Duration::from_secs(1), Duration::ZERO), 1000);
    }
}
