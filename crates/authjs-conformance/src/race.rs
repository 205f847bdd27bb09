//! Calls that really happen at once.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::{hint, thread};

use tokio::runtime::Handle;

/// The number of simultaneous calls in a round.
pub(crate) const CALLERS: usize = 16;
/// The number of rounds, if calls overlapped in any of them.
const ROUNDS: usize = 5;
/// The number of rounds after which a race without overlap is given up.
const MAX_ROUNDS: usize = 4_000;
/// How often a caller looks for a second one before it lets other threads run.
const SPINS: usize = 1_000;

/// The rounds of a race, of which some must have had two calls in flight at one time.
pub(crate) struct Rounds {
    started: usize,
    overlapped: usize,
}

impl Rounds {
    pub(crate) const fn new() -> Self {
        Self {
            started: 0,
            overlapped: 0,
        }
    }

    /// The number of the next round; `None` after enough of them.
    ///
    /// A store that answers in less than a microsecond, on a machine with other work, needs
    /// some more rounds until two calls meet. A store where they never meet was not tested,
    /// so the case fails.
    #[track_caller]
    pub(crate) fn another(&mut self) -> Option<usize> {
        if self.started >= ROUNDS && self.overlapped > 0 {
            return None;
        }
        assert!(
            self.started < MAX_ROUNDS,
            "no two calls overlapped in {MAX_ROUNDS} rounds of {CALLERS} callers: \
             the race did not take place"
        );
        self.started += 1;
        Some(self.started)
    }

    /// Makes [`CALLERS`] calls at once and returns their answers, by the number of the caller.
    ///
    /// Each caller has a thread of its own: tasks on a few workers would run one after another
    /// in a store that never waits. The runtime's workers drive the connections meanwhile.
    pub(crate) fn release<T, F>(&mut self, call: impl Fn(usize) -> F + Sync) -> Vec<T>
    where
        T: Send,
        F: Future<Output = T>,
    {
        let runtime = Handle::current();
        let (call, runtime) = (&call, &runtime);
        let start = &Start::new();
        let in_flight = &AtomicUsize::new(0);
        let met = &AtomicUsize::new(0);
        let caller = |number| {
            let call = call(number);
            runtime.block_on(async move {
                start.wait();
                met.fetch_add(in_flight.fetch_add(1, SeqCst), SeqCst);
                let answer = call.await;
                in_flight.fetch_sub(1, SeqCst);
                answer
            })
        };
        let answers = tokio::task::block_in_place(|| {
            thread::scope(|scope| {
                let callers: Vec<_> = (0..CALLERS)
                    .map(|number| scope.spawn(move || caller(number)))
                    .collect();
                callers
                    .into_iter()
                    .map(|caller| caller.join().unwrap())
                    .collect()
            })
        });
        self.overlapped += usize::from(met.load(SeqCst) > 0);
        answers
    }
}

/// The line where the callers of a round wait for each other.
struct Start {
    all: Barrier,
    awake: AtomicUsize,
}

impl Start {
    fn new() -> Self {
        Self {
            all: Barrier::new(CALLERS),
            awake: AtomicUsize::new(0),
        }
    }

    /// Sleeps until each caller is here, then stays awake until a second one is: threads wake
    /// up one after another, and the first would be done before the next has begun.
    fn wait(&self) {
        self.all.wait();
        self.awake.fetch_add(1, SeqCst);
        while self.awake.load(SeqCst) < 2 {
            for _ in 0..SPINS {
                hint::spin_loop();
                if self.awake.load(SeqCst) >= 2 {
                    return;
                }
            }
            thread::yield_now();
        }
    }
}
