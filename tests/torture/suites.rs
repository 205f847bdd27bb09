//! The suites of the long run. A new one is a function here and an entry in [`SUITES`].

mod faults;
mod outage;
mod races;
mod specification;
mod sql_mutants;
mod sweeps;

use std::collections::BTreeMap;
use std::pin::Pin;
use std::time::{Duration, Instant};

use authjs_tests::{Finding, Row, race, try_original};

use crate::arguments::Backend;
use crate::plan::Plan;

/// Something that makes rows of the table.
#[derive(Clone, Copy)]
struct Suite {
    /// A name to ask for.
    name: &'static str,
    /// What else it is asked for by: promises, faults and trials.
    trials: fn() -> Vec<&'static str>,
    /// What it should get of the time, in parts of the sum over all suites that run.
    parts: u32,
    /// Runs it; it looks at the time that is left to it.
    run: fn(Turn) -> Rows,
}

type Rows = Pin<Box<dyn Future<Output = Vec<Row>> + Send>>;

/// The plan, and the time of a suite in it.
#[derive(Clone, Debug)]
struct Turn {
    plan: Plan,
    end: Instant,
    name: &'static str,
}

impl Turn {
    /// The time that one of `jobs` equal jobs has, all of which are still to be done.
    fn share(&self, jobs: usize) -> Duration {
        let left = self.end.saturating_duration_since(Instant::now());
        left / u32::try_from(jobs.max(1)).unwrap_or(u32::MAX)
    }

    /// True if the person asked for this suite, or for a trial of one of these names.
    fn wants(&self, names: &[&str]) -> bool {
        self.plan.wants(&[names, &[self.name]].concat())
    }
}

/// How much longer than its time a suite may take: as long as one of its jobs.
const OVERTIME: Duration = Duration::from_mins(2);

const SUITES: [Suite; 9] = [
    Suite {
        name: "outage",
        trials: || outage::TRIALS.to_vec(),
        parts: 1,
        run: |turn| Box::pin(outage::run(turn)),
    },
    Suite {
        name: "faults",
        trials: faults::trials,
        parts: 24,
        run: |turn| Box::pin(faults::run(turn)),
    },
    Suite {
        name: "cuts",
        trials: || sweeps::CUTS.to_vec(),
        parts: 8,
        run: |turn| Box::pin(sweeps::cuts(turn)),
    },
    Suite {
        name: "drops",
        trials: || sweeps::DROPS.to_vec(),
        parts: 3,
        run: |turn| Box::pin(sweeps::drops(turn)),
    },
    Suite {
        name: "clients",
        trials: || sweeps::CLIENTS.to_vec(),
        parts: 3,
        run: |turn| Box::pin(sweeps::clients(turn)),
    },
    Suite {
        name: "sequences",
        trials: || specification::SEQUENCES.to_vec(),
        parts: 8,
        run: |turn| Box::pin(specification::model(turn)),
    },
    Suite {
        name: "histories",
        trials: || specification::HISTORIES.to_vec(),
        parts: 8,
        run: |turn| Box::pin(specification::histories(turn)),
    },
    Suite {
        name: "races",
        trials: races::trials,
        parts: 74,
        run: |turn| Box::pin(races::run(turn)),
    },
    Suite {
        name: "sql-mutants",
        trials: Vec::new,
        parts: 16,
        run: |turn| Box::pin(sql_mutants::run(turn)),
    },
];

/// What the published adapter gets of the time, in the same parts.
const ORIGINAL: u32 = 9;

/// Runs what the plan wants, one suite after the other. One that panics, or that does not end, is
/// a failed row.
pub(crate) async fn run(plan: &Plan) -> Vec<Row> {
    let wanted: Vec<Suite> = SUITES
        .into_iter()
        .filter(|suite| plan.wants(&[(suite.trials)(), vec![suite.name]].concat()))
        .collect();
    let mut parts_left: u32 = wanted.iter().map(|suite| suite.parts).sum();
    let mut rows = Vec::new();
    let original = match original(plan, parts_left).await {
        Ok(original) => original,
        Err(row) => {
            rows.push(row);
            BTreeMap::new()
        }
    };
    for suite in wanted {
        let turn = Turn {
            plan: plan.clone(),
            end: plan.end_of(suite.parts, parts_left),
            name: suite.name,
        };
        let (began, end) = (Instant::now(), turn.end);
        match in_time((suite.run)(turn), end + OVERTIME).await {
            Ok(of_suite) => rows.extend(of_suite),
            Err(why) => rows.push(ended(suite.name, why)),
        }
        parts_left -= suite.parts;
        println!(
            "{}: {} s of {} s",
            suite.name,
            began.elapsed().as_secs(),
            end.saturating_duration_since(began).as_secs()
        );
    }
    for row in rows.iter_mut().filter(|row| row.backend == "postgres") {
        row.original = original.get(row.name.as_str()).cloned();
    }
    rows
}

/// Waits until that time; says why there is no result.
async fn in_time<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
    end: Instant,
) -> Result<T, String> {
    let mut work = tokio::spawn(work);
    if let Ok(result) = tokio::time::timeout_at(end.into(), &mut work).await {
        return result.map_err(|panic| panic.to_string());
    }
    work.abort();
    Err("it did not end in time".to_owned())
}

fn ended(name: &str, why: String) -> Row {
    Row {
        name: name.to_owned(),
        what: "the suite runs to its end".to_owned(),
        trials: 1,
        failures: 1,
        note: why,
        ..Row::default()
    }
}

/// What the published adapter did, by the names of our trials.
async fn original(plan: &Plan, parts_left: u32) -> Result<BTreeMap<&'static str, String>, Row> {
    let Some(node) = plan.node.clone() else {
        println!("no column of the published adapter: no --node is given");
        return Ok(BTreeMap::new());
    };
    if !plan.backends.contains(&Backend::Postgres) {
        return Ok(BTreeMap::new());
    }
    let end = plan.end_of(ORIGINAL, parts_left + ORIGINAL);
    let time = end.saturating_duration_since(Instant::now());
    let plan = plan.clone();
    // What is asked for by the name of our race or promise is asked for here too.
    let wants = move |name: &str| {
        let promise = race(name).map_or("P13", |race| race.facts().promise);
        plan.wants(&[name, promise, "original", "races"])
    };
    let trying = async move { try_original(&node, time, wants).await };
    let findings = in_time(trying, end + OVERTIME).await;
    let of_finding = |finding: Finding| {
        println!("@auth/pg-adapter {}: {}", finding.name, finding.text);
        (finding.name, finding.text)
    };
    match findings {
        Ok(findings) => Ok(findings.into_iter().map(of_finding).collect()),
        Err(why) => Err(ended("original", why)),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use clap::Parser as _;

    use super::{OVERTIME, SUITES, Turn, in_time};
    use crate::arguments::Arguments;
    use crate::plan::Plan;

    fn plan(arguments: &[&str]) -> Plan {
        let arguments = [&["torture"], arguments].concat();
        Plan::new(&Arguments::try_parse_from(arguments).unwrap())
    }

    fn turn(time: Duration) -> Turn {
        Turn {
            plan: plan(&[]),
            end: Instant::now() + time,
            name: "races",
        }
    }

    fn wanted(only: &str) -> Vec<&'static str> {
        let plan = plan(&["--only", only]);
        let names = SUITES.iter().filter(|suite| {
            let trials = (suite.trials)();
            plan.wants(&[&trials[..], &[suite.name]].concat())
        });
        names.map(|suite| suite.name).collect()
    }

    #[test]
    fn jobs_that_take_their_shares_end_with_their_suite() {
        // A clock of its own: each job takes what it is given.
        let began = Instant::now();
        let mut turn = turn(Duration::from_hours(1));
        let mut taken = Duration::ZERO;
        for left in (1..=500).rev() {
            let share = turn.share(left);
            taken += share;
            turn.end -= share;
        }

        let lost = Duration::from_hours(1).checked_sub(taken);
        assert!(
            lost.is_some_and(|lost| lost <= began.elapsed()),
            "{taken:?}"
        );
    }

    #[test]
    fn what_a_person_asks_for_is_found_in_its_suite() {
        assert_eq!(wanted("histories"), ["histories"]);
        assert_eq!(wanted("linearizable"), ["histories"]);
        assert_eq!(wanted("F12"), ["faults", "cuts"]);
        assert_eq!(wanted("server-killed"), ["faults"]);
        assert_eq!(wanted("use_verification_token"), ["races"]);
        assert_eq!(wanted("P13"), ["outage"]);
        assert_eq!(wanted("nothing-like-it").len(), 0);
    }

    #[tokio::test]
    async fn a_suite_that_never_ends_is_given_up() {
        let ended = in_time(std::future::pending::<()>(), Instant::now()).await;

        assert_eq!(ended, Err("it did not end in time".to_owned()));
    }

    #[tokio::test]
    async fn a_suite_that_panics_says_so() {
        let end = Instant::now() + OVERTIME;

        let ended = in_time(async { panic!("no") }, end).await;

        assert!(ended.is_err_and(|why: String| why.contains("panicked")));
    }
}
