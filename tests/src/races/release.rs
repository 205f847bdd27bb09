//! Callers that begin at one moment: tasks of this process, or of processes of their own.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;

use authjs_sea_orm::SeaOrmAdapter;
use serde::{Deserialize, Serialize};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::moment::{Flight, Moment};
use super::processes::Processes;
use super::{Race, Reply, Scene, Setting, Way, database};

/// Far more often than a call that makes progress is refused. What is refused more often is a
/// violation: the promise says that it comes through.
const MAX_RETRIES: u32 = 200;

/// One call, as its caller saw it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Call {
    pub(super) caller: usize,
    pub(super) reply: Reply,
    pub(super) flight: Flight,
    pub(super) retries: u32,
}

impl Call {
    pub(super) fn is_cancelled(&self) -> bool {
        self.reply == Reply::Cancelled
    }
}

/// Those who make the calls of a race.
pub(super) enum Callers {
    Tasks {
        store: SeaOrmAdapter,
        callers: usize,
    },
    Processes(Processes),
}

impl Callers {
    pub(super) async fn start(
        race: &'static dyn Race,
        callers: usize,
        setting: Setting,
        place: Place<'_>,
    ) -> Self {
        match setting.way {
            Way::Tasks => Self::Tasks {
                store: database::open(place.url, setting).await,
                callers,
            },
            Way::Processes => {
                Self::Processes(Processes::start(race, callers, setting, place).await)
            }
        }
    }

    /// Makes all calls at once and returns them by the number of their caller.
    pub(super) async fn release(&mut self, race: &'static dyn Race, scene: &Scene) -> Vec<Call> {
        let mut calls = match self {
            Self::Tasks { store, callers } => {
                let callers: Vec<usize> = (0..*callers).collect();
                release(race, store, scene, &callers, None).await
            }
            Self::Processes(processes) => processes.release(scene).await,
        };
        calls.sort_by_key(|call| call.caller);
        calls
    }
}

/// Where the callers find the database, and the program that child processes run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) url: &'a str,
    pub(super) program: &'a Path,
}

/// Makes the calls of these callers, which wait for each other and, if it is given, for that
/// moment.
pub(super) async fn release(
    race: &'static dyn Race,
    store: &SeaOrmAdapter,
    scene: &Scene,
    callers: &[usize],
    at: Option<Moment>,
) -> Vec<Call> {
    let line = Arc::new(Barrier::new(callers.len() + 1));
    let mut tasks = JoinSet::new();
    for &caller in callers {
        let (line, store, scene) = (Arc::clone(&line), store.clone(), scene.clone());
        tasks.spawn(async move {
            line.wait().await;
            call(caller, || race.call(&store, &scene, caller)).await
        });
    }
    if let Some(at) = at {
        at.wait();
    }
    line.wait().await;
    tasks.join_all().await
}

/// Makes a call until it comes to its end, and notes when it was in flight.
async fn call<F: Future<Output = Reply>>(caller: usize, make: impl Fn() -> F) -> Call {
    let start = Moment::now();
    let mut retries = 0;
    let reply = loop {
        match make().await {
            Reply::Retry(_) if retries < MAX_RETRIES => retries += 1,
            reply => break reply,
        }
        tokio::task::yield_now().await;
    };
    let end = Moment::now();
    Call {
        caller,
        reply,
        flight: Flight { start, end },
        retries,
    }
}
