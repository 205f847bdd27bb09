//! A race from its first round to its last look at the rows.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use authjs_adapter::{DynStore, NewUser, UserId};

use super::release::{Callers, Place};
use super::{Race, RaceDatabase, Reply, Setting, Tally, Way, database, tally};

/// A race that ran out of time has at least this many rounds.
const MIN_ROUNDS: u64 = 3;

/// Where no two calls met, this many more rounds are run before the race is given up.
const PATIENCE: u64 = 10;

/// And at most so much longer.
const OVERTIME: Duration = Duration::from_secs(20);

/// How a race is run.
#[derive(Clone, Debug)]
pub struct Course {
    /// The circumstances.
    pub setting: Setting,
    /// At most so many callers per round, if not those of the long form.
    pub max_callers: Option<usize>,
    /// Rounds, if not those of the long form.
    pub rounds: Option<usize>,
    /// No round begins after this time.
    pub time: Duration,
    /// The torture program, which child processes run.
    pub program: PathBuf,
}

impl Course {
    /// Runs the race on a database of its own.
    pub async fn run<D: RaceDatabase>(&self, race: &'static dyn Race) -> Tally {
        let began = Instant::now();
        let facts = race.facts();
        let database = D::migrated().await;
        database.set_default_isolation(self.setting.isolation).await;
        let url = database.url();
        let place = Place {
            url: &url,
            program: &self.program,
        };
        let witness = Setting {
            pool: 1,
            way: Way::Tasks,
            ..self.setting
        };
        let witness = database::open(&url, witness).await;
        let users = users(&witness, facts.users).await;
        let callers = facts.callers.min(self.max_callers.unwrap_or(facts.callers));
        let mut callers = Callers::start(race, callers, self.setting, place).await;
        let mut tally = Tally::default();
        let mut round = 0;
        while self.goes_on(&tally, facts.rounds, began) {
            round += 1;
            let scene = race.arrange(&witness, round, &users).await;
            let calls = callers.release(race, &scene).await;
            let replies: Vec<Reply> = calls.iter().map(|call| call.reply.clone()).collect();
            let verdict = race.judge(&witness, &scene, &replies).await;
            tally.add(&calls, verdict);
        }
        drop(callers);
        let rows = database.snapshot().await;
        let mut found = tally::contradictions(&rows);
        found.extend(race.contradictions(&rows, &tally));
        for what in found {
            tally.violate(what);
        }
        if tally.overlapped == 0 {
            tally.violate("no two calls overlapped: the race did not take place".to_owned());
        }
        tally
    }

    /// True until the rounds or the time are over; longer where no two calls have met.
    fn goes_on(&self, tally: &Tally, rounds: usize, began: Instant) -> bool {
        let rounds = self.rounds.unwrap_or(rounds) as u64;
        if tally.overlapped == 0 {
            let is_patient =
                began.elapsed() < self.time.saturating_add(OVERTIME) || tally.rounds < MIN_ROUNDS;
            return tally.rounds < rounds * PATIENCE && is_patient;
        }
        let in_time = began.elapsed() < self.time || tally.rounds < MIN_ROUNDS;
        tally.rounds < rounds && in_time
    }
}

async fn users(store: &DynStore, count: usize) -> Vec<UserId> {
    let mut ids = Vec::new();
    for _ in 0..count {
        let user = store.create_user(NewUser::default()).await;
        ids.push(user.expect("the witness is alone").id);
    }
    ids
}
