//! What went over the wire.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};

use super::Direction;
use super::protocol::{Dialogue, Heard, Protocol};
use super::rewrite::{Rewriter, Rewriting};

/// What went over a connection, or over several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// From the clients.
    pub to_server: Flow,
    /// From the server.
    pub to_client: Flow,
}

/// What went in one direction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// Bytes that the sender sent and the proxy has read.
    pub received: u64,
    /// Bytes that were given to the receiver.
    pub forwarded: u64,
    /// Messages that were received whole, by name: `Parse`, `ReadyForQuery`, `COM_QUERY`.
    pub messages: BTreeMap<&'static str, u64>,
}

impl Flow {
    /// How many messages of this name were received.
    #[must_use]
    pub fn count(&self, name: &str) -> u64 {
        self.messages.get(name).copied().unwrap_or_default()
    }

    fn add(&mut self, other: &Self) {
        self.received += other.received;
        self.forwarded += other.forwarded;
        for (name, count) in &other.messages {
            *self.messages.entry(name).or_default() += count;
        }
    }
}

impl Traffic {
    /// One of the two directions.
    #[must_use]
    pub const fn flow(&self, direction: Direction) -> &Flow {
        match direction {
            Direction::ToServer => &self.to_server,
            Direction::ToClient => &self.to_client,
        }
    }

    const fn flow_mut(&mut self, direction: Direction) -> &mut Flow {
        match direction {
            Direction::ToServer => &mut self.to_server,
            Direction::ToClient => &mut self.to_client,
        }
    }
}

/// One message of the protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// On which connection, in the order in which they were accepted.
    pub connection: usize,
    /// Who sent it.
    pub direction: Direction,
    /// `Parse`, `ReadyForQuery`, `COM_QUERY`.
    pub name: &'static str,
    /// How many bytes it has on the wire.
    pub length: usize,
    /// The SQL text in it.
    pub sql: Option<String>,
}

pub(super) struct Ledger {
    protocol: Protocol,
    rewriting: Rewriting,
    pages: Mutex<Pages>,
}

#[derive(Default)]
struct Pages {
    connections: Vec<Page>,
    sql: BTreeSet<String>,
    /// `None` while nobody listens.
    recorded: Option<Vec<Message>>,
}

struct Page {
    traffic: Traffic,
    dialogue: Dialogue,
}

impl Ledger {
    pub(super) fn new(protocol: Protocol) -> Self {
        Self {
            protocol,
            rewriting: Rewriting::default(),
            pages: Mutex::default(),
        }
    }

    /// What is written in the place of what.
    pub(super) const fn rewriting(&self) -> &Rewriting {
        &self.rewriting
    }

    /// What writes it on a new connection; `None` if everything passes as it is.
    pub(super) fn rewriter(&self) -> Option<Rewriter> {
        let rewriting = self.rewriting.clone();
        rewriting
            .is_set()
            .then(|| Rewriter::new(self.protocol, rewriting))
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().expect("nobody panics with it")
    }

    /// Makes room for a new connection, and returns its number.
    pub(super) fn add(&self) -> usize {
        let mut pages = self.pages();
        pages.connections.push(Page {
            traffic: Traffic::default(),
            dialogue: Dialogue::new(self.protocol),
        });
        pages.connections.len() - 1
    }

    pub(super) fn received(&self, number: usize, direction: Direction, bytes: &[u8]) {
        let mut pages = self.pages();
        let Pages {
            connections,
            sql,
            recorded,
        } = &mut *pages;
        let page = connections.get_mut(number).expect("it was added");
        let flow = page.traffic.flow_mut(direction);
        flow.received += bytes.len() as u64;
        for Heard { name, length, text } in page.dialogue.hear(direction, bytes) {
            *flow.messages.entry(name).or_default() += 1;
            if let Some(text) = &text
                && !sql.contains(text)
            {
                sql.insert(text.clone());
            }
            if let Some(recorded) = recorded {
                recorded.push(Message {
                    connection: number,
                    direction,
                    name,
                    length,
                    sql: text,
                });
            }
        }
    }

    pub(super) fn forwarded(&self, number: usize, direction: Direction, bytes: u64) {
        let mut pages = self.pages();
        let page = pages.connections.get_mut(number).expect("it was added");
        page.traffic.flow_mut(direction).forwarded += bytes;
    }

    pub(super) fn connections(&self) -> usize {
        self.pages().connections.len()
    }

    pub(super) fn by_connection(&self) -> Vec<Traffic> {
        let pages = self.pages();
        pages
            .connections
            .iter()
            .map(|page| page.traffic.clone())
            .collect()
    }

    pub(super) fn total(&self) -> Traffic {
        let mut total = Traffic::default();
        for page in &self.pages().connections {
            total.to_server.add(&page.traffic.to_server);
            total.to_client.add(&page.traffic.to_client);
        }
        total
    }

    pub(super) fn sql(&self) -> BTreeSet<String> {
        self.pages().sql.clone()
    }

    pub(super) fn listen(&self) {
        self.pages().recorded = Some(Vec::new());
    }

    pub(super) fn heard(&self) -> Vec<Message> {
        let mut pages = self.pages();
        pages
            .recorded
            .as_mut()
            .map(std::mem::take)
            .unwrap_or_default()
    }
}
