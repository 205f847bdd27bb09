use super::{Dialogue, Heard, Protocol};
use crate::proxy::Direction::{self, ToClient, ToServer};

/// What is heard if the bytes come in pieces of this length, as name and text.
fn heard_in_pieces(
    protocol: Protocol,
    talk: &[(Direction, Vec<u8>)],
    length: usize,
) -> Vec<(&'static str, Option<String>)> {
    let mut dialogue = Dialogue::new(protocol);
    talk.iter()
        .flat_map(|(direction, bytes)| {
            let pieces = bytes.chunks(length);
            let heard = pieces.flat_map(|piece| dialogue.hear(*direction, piece));
            heard.collect::<Vec<_>>()
        })
        .map(|Heard { name, text, .. }| (name, text))
        .collect()
}

/// The same in every length of pieces, from single bytes to everything at once.
fn heard(protocol: Protocol, talk: &[(Direction, Vec<u8>)]) -> Vec<(&'static str, Option<String>)> {
    let whole = heard_in_pieces(protocol, talk, usize::MAX);
    for length in 1..64 {
        assert_eq!(heard_in_pieces(protocol, talk, length), whole, "{length}");
    }
    whole
}

fn names(heard: &[(&'static str, Option<String>)]) -> Vec<&'static str> {
    heard.iter().map(|(name, _)| *name).collect()
}

/// A message of PostgreSQL.
fn typed(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).expect("it is short");
    let mut message = vec![kind];
    message.extend(length.to_be_bytes());
    message.extend(body);
    message
}

fn untyped(code: u32) -> Vec<u8> {
    let mut message = 8_u32.to_be_bytes().to_vec();
    message.extend(code.to_be_bytes());
    message
}

/// A packet of MySQL.
fn packet(number: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).expect("it is short");
    let mut packet = length.to_le_bytes()[..3].to_vec();
    packet.push(number);
    packet.extend(body);
    packet
}

#[test]
fn a_dialogue_of_postgresql_is_understood_in_pieces() {
    let statement = [
        typed(b'P', b"sqlx_s_1\0SELECT $1\0\0\0"),
        typed(b'B', &[0; 12]),
        typed(b'E', b"\0\0\0\0\0"),
        typed(b'S', b""),
    ];
    let answers = [
        typed(b'1', b""),
        typed(b'2', b""),
        typed(b'D', &[7; 70]),
        typed(b'C', b"SELECT 1\0"),
        typed(b'Z', b"I"),
    ];
    let talk = [
        (ToServer, untyped(80_877_103)),
        (ToClient, b"N".to_vec()),
        (ToServer, untyped(196_608)),
        (ToClient, typed(b'R', &[0; 4])),
        (ToServer, statement.concat()),
        (ToClient, answers.concat()),
        (ToServer, typed(b'Q', "SELECT 'é'\0".as_bytes())),
    ];

    let heard = heard(Protocol::Postgres, &talk);

    let expected = [
        "EncryptionRequest EncryptionRefused StartupMessage Authentication",
        "Parse Bind Execute Sync",
        "ParseComplete BindComplete DataRow CommandComplete ReadyForQuery",
        "Query",
    ];
    assert_eq!(names(&heard).join(" "), expected.join(" "));
    let texts: Vec<_> = heard.into_iter().filter_map(|(_, text)| text).collect();
    assert_eq!(texts, ["SELECT $1", "SELECT 'é'"]);
}

#[test]
fn a_dialogue_of_mysql_is_understood_in_pieces() {
    let talk = [
        (ToClient, packet(0, &[10; 90])),
        (ToServer, packet(1, &[0xff; 80])),
        (ToClient, packet(2, &[0; 7])),
        (ToServer, packet(0, b"\x16SELECT ?")),
        (ToClient, packet(1, &[0; 12])),
        (ToServer, packet(0, b"\x17\x01\0\0\0")),
        (ToClient, packet(1, &[0; 200])),
        (
            ToServer,
            [packet(0, b"\x19\x01\0\0\0"), packet(0, b"\x03BEGIN")].concat(),
        ),
        (ToClient, packet(1, &[0; 7])),
        (ToServer, packet(0, b"\x0e")),
    ];

    let heard = heard(Protocol::MySql, &talk);

    let expected = [
        "packet handshake packet COM_STMT_PREPARE packet COM_STMT_EXECUTE packet",
        "COM_STMT_CLOSE COM_QUERY packet COM_PING",
    ];
    assert_eq!(names(&heard).join(" "), expected.join(" "));
    let texts: Vec<_> = heard.into_iter().filter_map(|(_, text)| text).collect();
    assert_eq!(texts, ["SELECT ?", "BEGIN"]);
}

#[test]
fn the_rest_of_a_long_command_is_no_command() {
    let long = [&[3][..], &vec![b' '; 0x00ff_fffe]].concat();
    let talk = [
        (ToServer, packet(0, &long)),
        (ToServer, packet(1, b"\x01 which is no COM_QUIT")),
        (ToServer, packet(0, b"\x0e")),
    ];

    let heard = heard_in_pieces(Protocol::MySql, &talk, 1 << 20);

    assert_eq!(
        names(&heard),
        ["COM_QUERY", "rest of a command", "COM_PING"]
    );
}

#[test]
fn nothing_is_made_up_from_encrypted_bytes() {
    let noise = vec![0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc];
    let mut tls_request = vec![0; 32];
    tls_request[1] = 0x08;
    let postgres = [
        (ToServer, untyped(80_877_103)),
        (ToClient, b"S".to_vec()),
        (ToServer, noise.clone()),
        (ToClient, noise.clone()),
    ];
    let mysql = [
        (ToClient, packet(0, &[10; 90])),
        (ToServer, packet(1, &tls_request)),
        (ToServer, noise.clone()),
        (ToClient, noise),
    ];

    let postgres = heard(Protocol::Postgres, &postgres);
    let mysql = heard(Protocol::MySql, &mysql);

    assert_eq!(names(&postgres), ["EncryptionRequest"]);
    assert_eq!(names(&mysql), ["packet", "handshake"]);
}

#[test]
fn the_lengths_of_messages_add_up_to_their_bytes() {
    let bytes = [untyped(196_608), typed(b'Q', b"BEGIN\0"), typed(b'S', b"")].concat();
    let mut dialogue = Dialogue::new(Protocol::Postgres);

    let heard = dialogue.hear(ToServer, &bytes);

    let lengths: Vec<_> = heard.iter().map(|message| message.length).collect();
    assert_eq!(lengths, [8, 11, 5]);
}
