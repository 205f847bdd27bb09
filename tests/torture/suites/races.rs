//! Every race, with every pool size and isolation level, as tasks and as processes.

use std::collections::BTreeMap;

use authjs_tests::{
    Course, Isolation, MariadbDatabase, PostgresDatabase, RACES, Race, RaceDatabase, Row, Setting,
    SqliteDatabase, Tally, Way,
};

use super::Turn;
use crate::arguments::Backend;

const POOLS: [u32; 3] = [1, 2, 32];
/// Less time than this is mostly spent on making the database and starting the processes.
const SECONDS_PER_JOB: usize = 3;
const WAYS: [Way; 2] = [Way::Tasks, Way::Processes];

/// One race under one setting.
struct Job {
    race: &'static dyn Race,
    /// The place of the race among those that are wanted.
    number: usize,
    backend: Backend,
    setting: Setting,
    /// The place of the setting among those of the backend, and how many those are.
    setting_number: usize,
    settings: usize,
}

/// What the suite is also asked for by.
pub(super) fn trials() -> Vec<&'static str> {
    let facts = RACES.into_iter().map(Race::facts);
    facts
        .flat_map(|facts| [facts.promise, facts.name])
        .collect()
}

pub(super) async fn run(turn: Turn) -> Vec<Row> {
    let jobs = jobs(&turn);
    let mut seen: BTreeMap<(&str, &str), (Tally, usize)> = BTreeMap::new();
    for (done, job) in jobs.iter().enumerate() {
        let course = Course {
            setting: job.setting,
            max_callers: None,
            rounds: None,
            time: turn.share(jobs.len() - done),
            program: turn.plan.program.clone(),
        };
        let tally = match job.backend {
            Backend::Sqlite => race::<SqliteDatabase>(course, job.race).await,
            Backend::Postgres => race::<PostgresDatabase>(course, job.race).await,
            Backend::Mariadb => race::<MariadbDatabase>(course, job.race).await,
        };
        let (name, backend) = (job.race.facts().name, job.backend.name());
        println!(
            "[{}/{}] {name} on {backend}, {}: {} violations; {tally}",
            done + 1,
            jobs.len(),
            job.setting,
            tally.violations
        );
        for example in &tally.examples {
            println!("    {example}");
        }
        let (all, settings) = seen.entry((name, backend)).or_default();
        all.merge(tally);
        *settings += 1;
    }
    let backends = turn.plan.backends.iter().copied().map(Backend::name);
    let rows = RACES.into_iter().flat_map(|race| {
        let of_backend = backends.clone().map(move |backend| (race, backend));
        of_backend.collect::<Vec<_>>()
    });
    rows.filter_map(|(race, backend)| {
        let (tally, settings) = seen.remove(&(race.facts().name, backend))?;
        Some(row(race, backend, tally, settings))
    })
    .collect()
}

/// All races under one setting before the next setting. Where the time is short, each race has
/// only every so-manieth setting, and its neighbours have others.
fn jobs(turn: &Turn) -> Vec<Job> {
    let all: Vec<Job> = turn
        .plan
        .backends
        .iter()
        .flat_map(|&backend| of_backend(turn, backend))
        .collect();
    let seconds = usize::try_from(turn.share(1).as_secs()).unwrap_or(usize::MAX);
    let stride = (all.len() * SECONDS_PER_JOB).div_ceil(seconds.max(1));
    all.into_iter()
        .filter(|job| {
            (job.number + job.setting_number).is_multiple_of(stride.clamp(1, job.settings))
        })
        .collect()
}

fn of_backend(turn: &Turn, backend: Backend) -> Vec<Job> {
    let levels = match backend {
        Backend::Sqlite => SqliteDatabase::LEVELS,
        Backend::Postgres => PostgresDatabase::LEVELS,
        Backend::Mariadb => MariadbDatabase::LEVELS,
    };
    let settings = settings(levels);
    let wanted: Vec<&'static dyn Race> = RACES
        .into_iter()
        .filter(|race| turn.wants(&[race.facts().promise, race.facts().name]))
        .collect();
    let mut jobs = Vec::new();
    for (setting_number, &setting) in settings.iter().enumerate() {
        let of = |(number, race): (usize, &&'static dyn Race)| Job {
            race: *race,
            number,
            backend,
            setting,
            setting_number,
            settings: settings.len(),
        };
        jobs.extend(wanted.iter().enumerate().map(of));
    }
    jobs
}

fn settings(levels: &[Isolation]) -> Vec<Setting> {
    let mut settings = Vec::new();
    for &isolation in levels {
        for pool in POOLS {
            let mut ways = WAYS;
            // Every second setting is not always the same way.
            ways.rotate_left(settings.len() / WAYS.len() % WAYS.len());
            settings.extend(ways.map(|way| Setting {
                pool,
                isolation,
                way,
            }));
        }
    }
    settings
}

/// A race that panics has failed; the others are run all the same.
async fn race<D: RaceDatabase>(course: Course, race: &'static dyn Race) -> Tally {
    let ran = tokio::spawn(async move { course.run::<D>(race).await });
    ran.await.unwrap_or_else(|end| Tally {
        violations: 1,
        examples: vec![end.to_string()],
        ..Tally::default()
    })
}

fn row(race: &'static dyn Race, backend: &str, tally: Tally, settings: usize) -> Row {
    let facts = race.facts();
    Row {
        promise: facts.promise.to_owned(),
        name: facts.name.to_owned(),
        what: facts.what.to_owned(),
        backend: backend.to_owned(),
        trials: tally.rounds,
        failures: tally.violations,
        note: format!("{} callers, {settings} settings; {tally}", facts.callers),
        examples: tally.examples,
        ..Row::default()
    }
}
