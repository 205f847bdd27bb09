//! One SQL text in the place of another, on its way to the server.

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex};

use super::Direction;
use super::protocol::{Dialogue, Protocol};

/// What is written in the place of what, for all connections of a proxy.
#[derive(Clone, Default)]
pub(super) struct Rewriting(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    texts: Option<(String, String)>,
    times: usize,
}

impl Rewriting {
    /// From now on `new` is sent where a client sends `old`.
    pub(super) fn set(&self, texts: Option<(String, String)>) {
        *self.state() = State { texts, times: 0 };
    }

    /// How often it was done since it was set.
    pub(super) fn times(&self) -> usize {
        self.state().times
    }

    /// True if something is written in the place of something else.
    pub(super) fn is_set(&self) -> bool {
        self.state().texts.is_some()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().expect("nobody panics with it")
    }

    /// What to send for a message with this text.
    fn apply(&self, protocol: Protocol, text: &str, message: &[u8]) -> Option<Vec<u8>> {
        let mut state = self.state();
        let (old, new) = state.texts.as_ref()?;
        if old != text {
            return None;
        }
        // The last place: the name of a statement stands before its text.
        let at = message
            .windows(old.len())
            .rposition(|window| window == old.as_bytes())?;
        let after = message.get(at + old.len()..)?;
        let message = [message.get(..at)?, new.as_bytes(), after].concat();
        let message = with_length(protocol, message);
        state.times += 1;
        Some(message)
    }
}

/// The message with its length in its header.
fn with_length(protocol: Protocol, mut message: Vec<u8>) -> Vec<u8> {
    let length = u32::try_from(message.len()).expect("an SQL text is short");
    match protocol {
        // A type, and a length that counts itself.
        Protocol::Postgres => message[1..5].copy_from_slice(&(length - 1).to_be_bytes()),
        // Three bytes of length, and the number of the packet.
        Protocol::MySql => message[..3].copy_from_slice(&(length - 4).to_le_bytes()[..3]),
        Protocol::Opaque => {}
    }
    message
}

/// What one client sends, message by message.
pub(super) struct Rewriter {
    protocol: Protocol,
    rewriting: Rewriting,
    dialogue: Dialogue,
    unsent: Vec<u8>,
}

impl Rewriter {
    pub(super) fn new(protocol: Protocol, rewriting: Rewriting) -> Self {
        Self {
            protocol,
            rewriting,
            dialogue: Dialogue::new(protocol),
            unsent: Vec::new(),
        }
    }

    /// What to send now that the client has sent these bytes. While something is to be written
    /// in the place of something else, the beginning of a message is kept until its end is there.
    pub(super) fn pass(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        let heard = self.dialogue.hear(Direction::ToServer, &bytes);
        if !self.dialogue.is_understood() {
            return [std::mem::take(&mut self.unsent), bytes].concat();
        }
        self.unsent.extend(bytes);
        let mut sent = Vec::new();
        for heard in heard {
            let rest = self.unsent.split_off(heard.length.min(self.unsent.len()));
            let message = std::mem::replace(&mut self.unsent, rest);
            let new = heard
                .text
                .and_then(|text| self.rewriting.apply(self.protocol, &text, &message));
            sent.extend(new.unwrap_or(message));
        }
        sent
    }
}
