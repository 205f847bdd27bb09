//! The suites of the long run. A new one is a function here and an entry in [`SUITES`].

mod faults;
mod outage;
mod races;
mod specification;
mod sql_mutants;
mod sweeps;

use std::collections::BTreeMap;
use std::pin::Pin;

use authjs_tests::{Finding, Row, race, try_original};

use crate::arguments::Backend;
use crate::plan::Plan;

/// Something that makes rows of the table.
#[derive(Clone, Copy)]
struct Suite {
    /// A name to ask for.
    name: &'static str,
    /// What it should get of the time, in parts of the sum over all suites.
    parts: u32,
    /// Runs it; it looks at the time that the plan gives it.
    run: fn(Turn) -> Rows,
}

type Rows = Pin<Box<dyn Future<Output = Vec<Row>> + Send>>;

/// The plan, and the place of a suite in it.
#[derive(Clone, Debug)]
struct Turn {
    plan: Plan,
    parts: u32,
    parts_left: u32,
    name: &'static str,
}

impl Turn {
    /// The time that one of `jobs` equal jobs has, all of which are still to be done.
    fn share(&self, jobs: usize) -> std::time::Duration {
        let of_suite = self.plan.share(self.parts, self.parts_left);
        of_suite / u32::try_from(jobs.max(1)).unwrap_or(u32::MAX)
    }

    /// True if the person asked for this suite, or for a trial of one of these names.
    fn wants(&self, names: &[&str]) -> bool {
        self.plan.wants(&[names, &[self.name]].concat())
    }
}

const SUITES: [Suite; 9] = [
    Suite {
        name: "outage",
        parts: 1,
        run: |turn| Box::pin(outage::run(turn)),
    },
    Suite {
        name: "faults",
        parts: 24,
        run: |turn| Box::pin(faults::run(turn)),
    },
    Suite {
        name: "cuts",
        parts: 8,
        run: |turn| Box::pin(sweeps::cuts(turn)),
    },
    Suite {
        name: "drops",
        parts: 3,
        run: |turn| Box::pin(sweeps::drops(turn)),
    },
    Suite {
        name: "clients",
        parts: 3,
        run: |turn| Box::pin(sweeps::clients(turn)),
    },
    Suite {
        name: "sequences",
        parts: 8,
        run: |turn| Box::pin(specification::model(turn)),
    },
    Suite {
        name: "histories",
        parts: 8,
        run: |turn| Box::pin(specification::histories(turn)),
    },
    Suite {
        name: "races",
        parts: 80,
        run: |turn| Box::pin(races::run(turn)),
    },
    Suite {
        name: "sql-mutants",
        parts: 10,
        run: |turn| Box::pin(sql_mutants::run(turn)),
    },
];

/// What the published adapter gets of the time, in the same parts.
const ORIGINAL: u32 = 9;

/// Runs what the plan wants, one suite after the other. One that panics is a failed row.
pub(crate) async fn run(plan: &Plan) -> Vec<Row> {
    let mut parts_left = SUITES.iter().map(|suite| suite.parts).sum::<u32>() + ORIGINAL;
    let original = original(plan, parts_left).await;
    parts_left -= ORIGINAL;
    let mut rows = Vec::new();
    for suite in SUITES {
        let turn = Turn {
            plan: plan.clone(),
            parts: suite.parts,
            parts_left,
            name: suite.name,
        };
        match tokio::spawn((suite.run)(turn)).await {
            Ok(of_suite) => rows.extend(of_suite),
            Err(end) => rows.push(ended(suite.name, &end)),
        }
        parts_left -= suite.parts;
    }
    for row in rows.iter_mut().filter(|row| row.backend == "postgres") {
        row.original = original.get(row.name.as_str()).cloned();
    }
    rows
}

fn ended(name: &str, end: &tokio::task::JoinError) -> Row {
    Row {
        name: name.to_owned(),
        what: "the suite runs to its end".to_owned(),
        trials: 1,
        failures: 1,
        note: end.to_string(),
        ..Row::default()
    }
}

/// What the published adapter did, by the names of our trials.
async fn original(plan: &Plan, parts_left: u32) -> BTreeMap<&'static str, String> {
    let Some(node) = plan.node.clone() else {
        println!("no column of the published adapter: no --node is given");
        return BTreeMap::new();
    };
    if !plan.backends.contains(&Backend::Postgres) {
        return BTreeMap::new();
    }
    let time = plan.share(ORIGINAL, parts_left);
    let plan = plan.clone();
    // What is asked for by the name of our race or promise is asked for here too.
    let wants = move |name: &str| {
        let promise = race(name).map_or("P13", |race| race.facts().promise);
        plan.wants(&[name, promise, "original", "races"])
    };
    let findings = tokio::spawn(async move { try_original(&node, time, wants).await });
    let findings = findings.await.expect("the published adapter can be tried");
    let of_finding = |finding: Finding| {
        println!("@auth/pg-adapter {}: {}", finding.name, finding.text);
        (finding.name, finding.text)
    };
    findings.into_iter().map(of_finding).collect()
}
