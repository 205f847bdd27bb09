//! The messages in a stream of bytes.

mod mysql;
mod postgres;

#[cfg(test)]
mod tests;

use self::mysql::MySqlDialogue;
use self::postgres::PostgresDialogue;
use super::Direction;

/// What clients and server speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// PostgreSQL's protocol, version 3.
    Postgres,
    /// The protocol of MySQL and MariaDB, not compressed.
    MySql,
    /// Unknown: only bytes are counted.
    Opaque,
}

/// One message.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Heard {
    pub(super) name: &'static str,
    /// On the wire, with its header.
    pub(super) length: usize,
    /// The SQL text in it.
    pub(super) text: Option<String>,
}

/// Both sides of a connection. What follows a switch to TLS is not understood any more.
pub(super) struct Dialogue {
    to_server: Vec<u8>,
    to_client: Vec<u8>,
    language: Language,
}

enum Language {
    Postgres(PostgresDialogue),
    MySql(MySqlDialogue),
    Unknown,
}

/// What a parser finds at the beginning of what has not been read.
enum Found {
    /// A message of so many bytes.
    Message(Heard),
    /// More bytes are needed.
    Part,
    /// From here on nothing can be understood.
    Noise,
}

impl Dialogue {
    pub(super) fn new(protocol: Protocol) -> Self {
        Self {
            to_server: Vec::new(),
            to_client: Vec::new(),
            language: match protocol {
                Protocol::Postgres => Language::Postgres(PostgresDialogue::default()),
                Protocol::MySql => Language::MySql(MySqlDialogue::default()),
                Protocol::Opaque => Language::Unknown,
            },
        }
    }

    /// False once something came that cannot be understood.
    pub(super) const fn is_understood(&self) -> bool {
        !matches!(self.language, Language::Unknown)
    }

    /// The messages that end in these bytes.
    pub(super) fn hear(&mut self, direction: Direction, bytes: &[u8]) -> Vec<Heard> {
        let unread = match direction {
            Direction::ToServer => &mut self.to_server,
            Direction::ToClient => &mut self.to_client,
        };
        unread.extend(bytes);
        let mut heard = Vec::new();
        let mut from = 0;
        loop {
            let rest = unread.get(from..).unwrap_or_default();
            let found = match &mut self.language {
                Language::Postgres(dialogue) => dialogue.find(direction, rest),
                Language::MySql(dialogue) => dialogue.find(direction, rest),
                Language::Unknown => Found::Noise,
            };
            match found {
                Found::Message(message) => {
                    from += message.length;
                    heard.push(message);
                }
                Found::Part => break,
                Found::Noise => {
                    self.language = Language::Unknown;
                    from = unread.len();
                    break;
                }
            }
        }
        unread.drain(..from);
        heard
    }
}

/// The text up to a zero byte or the end, and what follows.
fn text(bytes: &[u8]) -> (String, &[u8]) {
    let mut parts = bytes.splitn(2, |byte| *byte == 0);
    let text = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    (text, parts.next().unwrap_or_default())
}
