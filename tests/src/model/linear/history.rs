//! The calls of a round in their real order.

use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

use super::row::{Answer, Request};

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With an answer.
    Answered(Answer),
    /// With an error that says that nothing was changed.
    NotApplied,
}

/// One line of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A client begins a call about the row with this key.
    Begin {
        /// The number of the call.
        call: usize,
        /// Who calls; a client waits for the end of its call, or gives it up.
        client: u64,
        /// The key; `None` for a call about all rows.
        key: Option<u64>,
        /// The call.
        request: Request,
    },
    /// A call ended; one that never does has no answer.
    End {
        /// The number of the call.
        call: usize,
        /// How it ended.
        end: End,
    },
}

/// Calls of several clients at once, in the order in which they began and ended.
#[derive(Debug)]
pub struct History {
    events: Mutex<Vec<Event>>,
    /// Tells how many events there are.
    progress: watch::Sender<usize>,
}

impl Default for History {
    fn default() -> Self {
        Self {
            events: Mutex::default(),
            progress: watch::Sender::new(0),
        }
    }
}

impl History {
    /// Records that a call begins, and returns its number.
    pub fn begin(&self, client: u64, key: Option<u64>, request: Request) -> usize {
        self.record(|events| {
            let call = events.len();
            let begin = Event::Begin {
                call,
                client,
                key,
                request,
            };
            (begin, call)
        })
    }

    /// Records that a call ended.
    pub fn end(&self, call: usize, end: End) {
        self.record(|_| (Event::End { call, end }, ()));
    }

    /// Waits until there are so many events; false if there will be no more.
    pub(super) async fn reaches(&self, events: usize) -> bool {
        let mut progress = self.progress.subscribe();
        let reached = progress.wait_for(|now| *now >= events).await;
        // The sender is here: it lives as long as the history.
        reached.is_ok_and(|now| *now != usize::MAX)
    }

    /// Says that all clients are done.
    pub(super) fn finish(&self) {
        self.progress.send_replace(usize::MAX);
    }

    /// All events until now.
    pub fn events(&self) -> Vec<Event> {
        self.events
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn record<T>(&self, make: impl FnOnce(&[Event]) -> (Event, T)) -> T {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let (event, told) = make(&events);
        events.push(event);
        self.progress.send_replace(events.len());
        told
    }
}

/// The events about one row; calls that changed nothing are left out.
pub(super) fn of_key(events: &[Event], wanted: u64) -> Vec<Event> {
    let not_applied = |number: usize| {
        let nothing = Event::End {
            call: number,
            end: End::NotApplied,
        };
        events.contains(&nothing)
    };
    let mut calls = Vec::new();
    let mut kept = Vec::new();
    for event in events {
        match event {
            Event::Begin { call, key, .. }
                if key.is_none_or(|key| key == wanted) && !not_applied(*call) =>
            {
                calls.push(*call);
                kept.push(event.clone());
            }
            Event::End { call, .. } if calls.contains(call) => kept.push(event.clone()),
            _ => {}
        }
    }
    kept
}
