//! PostgreSQL: <https://www.postgresql.org/docs/current/protocol-message-formats.html>

use super::{Found, Heard, text};
use crate::proxy::Direction;

/// The codes that stand where a start-up message has its version.
const SSL_REQUEST: u32 = 80_877_103;
const GSS_REQUEST: u32 = 80_877_104;
const CANCEL: u32 = 80_877_102;

#[derive(Default)]
pub(super) struct PostgresDialogue {
    /// True once the client has sent its start-up message: from then on messages have a type.
    has_started: bool,
    /// True until the server has answered a question for encryption, with one byte.
    has_asked_for_encryption: bool,
}

impl PostgresDialogue {
    pub(super) fn find(&mut self, direction: Direction, bytes: &[u8]) -> Found {
        match direction {
            Direction::ToServer if !self.has_started => self.find_start(bytes),
            Direction::ToClient if self.has_asked_for_encryption => self.find_answer(bytes),
            _ => find_typed(direction, bytes),
        }
    }

    /// A length and a code, no type.
    fn find_start(&mut self, bytes: &[u8]) -> Found {
        let Some(length) = number(bytes) else {
            return Found::Part;
        };
        let length = length as usize;
        let (Some(message), Some(code)) = (bytes.get(..length), bytes.get(4..).and_then(number))
        else {
            return if length < 8 {
                Found::Noise
            } else {
                Found::Part
            };
        };
        let name = match code {
            SSL_REQUEST | GSS_REQUEST => {
                self.has_asked_for_encryption = true;
                "EncryptionRequest"
            }
            CANCEL => "CancelRequest",
            _ => {
                self.has_started = true;
                "StartupMessage"
            }
        };
        Found::Message(Heard {
            name,
            length: message.len(),
            text: None,
        })
    }

    fn find_answer(&mut self, bytes: &[u8]) -> Found {
        match bytes.first() {
            None => Found::Part,
            Some(b'N') => {
                self.has_asked_for_encryption = false;
                Found::Message(Heard {
                    name: "EncryptionRefused",
                    length: 1,
                    text: None,
                })
            }
            Some(_) => Found::Noise,
        }
    }
}

/// A type, a length that counts itself, and the rest.
fn find_typed(direction: Direction, bytes: &[u8]) -> Found {
    let (Some(kind), Some(length)) = (bytes.first(), bytes.get(1..).and_then(number)) else {
        return Found::Part;
    };
    let length = 1 + length as usize;
    if length < 5 {
        return Found::Noise;
    }
    let Some(body) = bytes.get(5..length) else {
        return Found::Part;
    };
    Found::Message(Heard {
        name: match direction {
            Direction::ToServer => request(*kind),
            Direction::ToClient => answer(*kind),
        },
        length,
        text: match (direction, kind) {
            (Direction::ToServer, b'Q') => Some(text(body).0),
            // The name of the statement comes first.
            (Direction::ToServer, b'P') => Some(text(text(body).1).0),
            _ => None,
        },
    })
}

fn number(bytes: &[u8]) -> Option<u32> {
    bytes.first_chunk().copied().map(u32::from_be_bytes)
}

const fn request(kind: u8) -> &'static str {
    match kind {
        b'B' => "Bind",
        b'C' => "Close",
        b'D' => "Describe",
        b'E' => "Execute",
        b'F' => "FunctionCall",
        b'H' => "Flush",
        b'P' => "Parse",
        b'Q' => "Query",
        b'S' => "Sync",
        b'X' => "Terminate",
        b'c' => "CopyDone",
        b'd' => "CopyData",
        b'f' => "CopyFail",
        b'p' => "PasswordMessage",
        _ => "unknown request",
    }
}

const fn answer(kind: u8) -> &'static str {
    match kind {
        b'1' => "ParseComplete",
        b'2' => "BindComplete",
        b'3' => "CloseComplete",
        b'A' => "NotificationResponse",
        b'C' => "CommandComplete",
        b'D' => "DataRow",
        b'E' => "ErrorResponse",
        b'I' => "EmptyQueryResponse",
        b'K' => "BackendKeyData",
        b'N' => "NoticeResponse",
        b'R' => "Authentication",
        b'S' => "ParameterStatus",
        b'T' => "RowDescription",
        b'Z' => "ReadyForQuery",
        b'n' => "NoData",
        b's' => "PortalSuspended",
        b't' => "ParameterDescription",
        _ => "unknown answer",
    }
}
