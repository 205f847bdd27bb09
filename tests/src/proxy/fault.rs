//! The ways in which a wire fails.

use std::num::NonZeroU32;
use std::time::Duration;

/// One of the two ways on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// What the client sends.
    ToServer,
    /// What the server answers.
    ToClient,
}

/// How the wire fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nobody listens, and open connections are closed: a server that was stopped.
    Refuse,
    /// Open connections are reset (RST, what was in flight is lost), new ones as soon as they are
    /// accepted.
    Reset,
    /// Connections are accepted and what is sent is acknowledged, but nothing is forwarded. What
    /// was held back goes out when the fault ends.
    BlackHole,
    /// Each byte arrives this much later, in order.
    Delay {
        /// For what the client sends.
        to_server: Duration,
        /// For what the server answers.
        to_client: Duration,
    },
    /// At most so much passes per connection and direction.
    Throttle {
        /// Bytes per second.
        bytes_per_second: NonZeroU32,
    },
    /// One direction is silent, as in a black hole; the other one works.
    HalfOpen {
        /// The direction in which nothing is forwarded.
        silent: Direction,
    },
    /// The connection is closed as soon as so many bytes have been forwarded in this direction;
    /// with 0, at once. Both sides see the end only after all that was forwarded to them.
    CutAfter {
        /// Whose bytes are counted, on each connection, since the fault was put on it.
        direction: Direction,
        /// How many still pass.
        bytes: u64,
    },
    /// One byte arrives changed.
    Flip {
        /// Whose bytes are counted, on each connection, since the fault was put on it.
        direction: Direction,
        /// The number of the byte, from 0.
        at: u64,
        /// The bits that are flipped; with 0 it arrives as it was.
        mask: u8,
    },
}

/// A fault or none, told apart from an equal one that was set before.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Setting {
    pub(super) generation: u64,
    pub(super) fault: Option<Fault>,
}

impl Setting {
    pub(super) const fn next(self, fault: Option<Fault>) -> Self {
        Self {
            generation: self.generation + 1,
            fault,
        }
    }

    /// True if no connection survives it.
    pub(super) const fn ends_connections(self) -> bool {
        matches!(self.fault, Some(Fault::Refuse | Fault::Reset))
    }

    /// True if nothing is forwarded in this direction.
    pub(super) fn holds(self, direction: Direction) -> bool {
        match self.fault {
            Some(Fault::Refuse | Fault::Reset | Fault::BlackHole) => true,
            Some(Fault::HalfOpen { silent }) => silent == direction,
            _ => false,
        }
    }

    /// How much later something arrives.
    pub(super) const fn delay(self, direction: Direction) -> Duration {
        match (self.fault, direction) {
            (Some(Fault::Delay { to_server, .. }), Direction::ToServer) => to_server,
            (Some(Fault::Delay { to_client, .. }), Direction::ToClient) => to_client,
            _ => Duration::ZERO,
        }
    }

    /// How many bytes may pass before the connection is cut; `None` for any number.
    pub(super) fn left(self, direction: Direction, forwarded: u64) -> Option<u64> {
        match self.fault {
            Some(Fault::CutAfter {
                direction: cut,
                bytes,
            }) if cut == direction => Some(bytes.saturating_sub(forwarded)),
            _ => None,
        }
    }

    /// Changes the byte that is to be changed, if it is among these.
    pub(super) fn corrupt(self, direction: Direction, forwarded: u64, bytes: &mut [u8]) {
        let Some(Fault::Flip {
            direction: flipped,
            at,
            mask,
        }) = self.fault
        else {
            return;
        };
        let place = at
            .checked_sub(forwarded)
            .and_then(|at| usize::try_from(at).ok());
        if let Some(byte) = place.and_then(|place| bytes.get_mut(place))
            && flipped == direction
        {
            *byte ^= mask;
        }
    }
}
