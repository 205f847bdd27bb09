//! MySQL and MariaDB: <https://mariadb.com/kb/en/clientserver-protocol/>

use super::{Found, Heard, text};
use crate::proxy::Direction;

/// The three bytes of the length and the number of the packet.
const HEADER: usize = 4;
/// A packet of this length goes on in the next one.
const LONGEST: usize = 0x00ff_ffff;
/// The length of a request for TLS, which is the beginning of an answer to the greeting.
const TLS_REQUEST: usize = 32;
/// The flag of it, in the second byte.
const TLS_FLAG: u8 = 0x08;

#[derive(Default)]
pub(super) struct MySqlDialogue {
    /// True if what the client sends next belongs to a command that was too long for a packet.
    is_longer: bool,
    /// True if what comes now is encrypted.
    is_encrypted: bool,
}

impl MySqlDialogue {
    pub(super) fn find(&mut self, direction: Direction, bytes: &[u8]) -> Found {
        if self.is_encrypted {
            return Found::Noise;
        }
        let Some([a, b, c, number]) = bytes.first_chunk::<HEADER>() else {
            return Found::Part;
        };
        let size = u32::from_le_bytes([*a, *b, *c, 0]) as usize;
        let Some(body) = bytes.get(HEADER..HEADER + size) else {
            return Found::Part;
        };
        let (name, text) = match direction {
            Direction::ToServer => self.request(*number, body),
            Direction::ToClient => ("packet", None),
        };
        Found::Message(Heard {
            name,
            length: HEADER + size,
            text,
        })
    }

    /// A command begins with packet 0; what answers the server's greeting has other numbers.
    fn request(&mut self, number: u8, body: &[u8]) -> (&'static str, Option<String>) {
        let continues = std::mem::replace(&mut self.is_longer, body.len() == LONGEST);
        if continues {
            return ("rest of a command", None);
        }
        if number != 0 {
            self.is_encrypted =
                body.len() == TLS_REQUEST && body.get(1).is_some_and(|flags| flags & TLS_FLAG != 0);
            return ("handshake", None);
        }
        let Some((kind, rest)) = body.split_first() else {
            return ("unknown request", None);
        };
        let name = command(*kind);
        let has_text = ["COM_QUERY", "COM_STMT_PREPARE"].contains(&name);
        (name, has_text.then(|| text(rest).0))
    }
}

const fn command(kind: u8) -> &'static str {
    match kind {
        0x01 => "COM_QUIT",
        0x02 => "COM_INIT_DB",
        0x03 => "COM_QUERY",
        0x09 => "COM_STATISTICS",
        0x0e => "COM_PING",
        0x11 => "COM_CHANGE_USER",
        0x16 => "COM_STMT_PREPARE",
        0x17 => "COM_STMT_EXECUTE",
        0x18 => "COM_STMT_SEND_LONG_DATA",
        0x19 => "COM_STMT_CLOSE",
        0x1a => "COM_STMT_RESET",
        0x1b => "COM_SET_OPTION",
        0x1c => "COM_STMT_FETCH",
        0x1f => "COM_RESET_CONNECTION",
        _ => "unknown request",
    }
}
