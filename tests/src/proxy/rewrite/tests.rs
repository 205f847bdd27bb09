use super::{Rewriter, Rewriting};
use crate::proxy::protocol::Protocol;

/// What is sent for these bytes, if they come in pieces of this length.
fn sent_in_pieces(
    protocol: Protocol,
    rewriting: &Rewriting,
    bytes: &[u8],
    length: usize,
) -> Vec<u8> {
    let mut rewriter = Rewriter::new(protocol, rewriting.clone());
    let pieces = bytes.chunks(length);
    pieces
        .flat_map(|piece| rewriter.pass(piece.to_vec()))
        .collect()
}

/// The same in every length of pieces, from single bytes to everything at once.
fn sent(protocol: Protocol, texts: (&str, &str), bytes: &[u8]) -> Vec<u8> {
    let rewriting = rewriting(texts);
    let whole = sent_in_pieces(protocol, &rewriting, bytes, usize::MAX);
    for length in 1..=bytes.len() {
        let sent = sent_in_pieces(protocol, &rewriting, bytes, length);
        assert_eq!(sent, whole, "in pieces of {length}");
    }
    whole
}

fn rewriting((old, new): (&str, &str)) -> Rewriting {
    let rewriting = Rewriting::default();
    rewriting.set(Some((old.to_owned(), new.to_owned())));
    rewriting
}

/// The first message of a client of PostgreSQL.
fn start() -> Vec<u8> {
    let mut message = 8_u32.to_be_bytes().to_vec();
    message.extend(196_608_u32.to_be_bytes());
    message
}

/// A message of PostgreSQL.
fn typed(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).expect("it is short");
    [&[kind], &length.to_be_bytes()[..], body].concat()
}

/// A packet of MySQL.
fn packet(number: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).expect("it is short");
    [&length.to_le_bytes()[..3], &[number], body].concat()
}

#[test]
fn a_text_of_postgresql_is_replaced_and_its_message_says_the_new_length() {
    let talk = |text: &str| {
        let parse = [b"s_1\0", text.as_bytes(), b"\0\0\x01\0\0\0\x17"].concat();
        [start(), typed(b'P', &parse), typed(b'S', b"")].concat()
    };

    for new in ["SELECT 1", "SELECT 22", "SELECT 'more than before'"] {
        let sent = sent(Protocol::Postgres, ("SELECT $1", new), &talk("SELECT $1"));

        assert_eq!(sent, talk(new));
    }
}

#[test]
fn a_text_without_a_statement_is_replaced_too() {
    let talk = |text: &str| [start(), typed(b'Q', format!("{text}\0").as_bytes())].concat();

    let sent = sent(Protocol::Postgres, ("BEGIN", "ROLLBACK"), &talk("BEGIN"));

    assert_eq!(sent, talk("ROLLBACK"));
}

#[test]
fn a_text_of_mysql_is_replaced_and_its_packet_says_the_new_length() {
    let talk = |text: &str| {
        let prepare = [b"\x16", text.as_bytes()].concat();
        [
            packet(1, &[0xff; 80]),
            packet(0, &prepare),
            packet(0, b"\x0e"),
        ]
        .concat()
    };

    for new in ["SELECT 1", "SELECT 2", &"SELECT ".repeat(60)] {
        let sent = sent(Protocol::MySql, ("SELECT ?", new), &talk("SELECT ?"));

        assert_eq!(sent, talk(new));
    }
}

#[test]
fn a_text_that_only_begins_with_the_old_one_is_left_alone() {
    let talk = [
        packet(1, &[0xff; 80]),
        packet(0, b"\x16SELECT ? FROM t"),
        packet(0, b"\x03SELEC"),
    ]
    .concat();

    let sent = sent(Protocol::MySql, ("SELECT ?", "DELETE ?"), &talk);

    assert_eq!(sent, talk);
}

#[test]
fn an_argument_that_reads_like_the_old_text_is_left_alone() {
    let bind = typed(b'B', b"\0s_1\0\0\0\0\x01\0\0\0\x09SELECT $1\0\0");
    let talk = [start(), bind, typed(b'S', b"")].concat();

    let sent = sent(Protocol::Postgres, ("SELECT $1", "SELECT 1"), &talk);

    assert_eq!(sent, talk);
}

#[test]
fn a_name_that_reads_like_the_old_text_is_left_alone() {
    let parse = |text: &str| typed(b'P', format!("BEGIN\0{text}\0\0\0").as_bytes());
    let talk = |text: &str| [start(), parse(text)].concat();

    let sent = sent(Protocol::Postgres, ("BEGIN", "ROLLBACK"), &talk("BEGIN"));

    assert_eq!(sent, talk("ROLLBACK"));
}

#[test]
fn every_time_is_counted_and_a_new_text_is_counted_from_nought() {
    let rewriting = rewriting(("BEGIN", "ROLLBACK"));
    let begin = packet(0, b"\x03BEGIN");
    let mut one = Rewriter::new(Protocol::MySql, rewriting.clone());
    let mut other = Rewriter::new(Protocol::MySql, rewriting.clone());

    one.pass(begin.clone());
    one.pass(begin.clone());
    other.pass(begin.clone());
    let times = rewriting.times();
    rewriting.set(Some(("COMMIT".to_owned(), "ROLLBACK".to_owned())));

    assert_eq!(times, 3);
    assert_eq!(one.pass(begin.clone()), begin);
    assert_eq!(rewriting.times(), 0);
}

#[test]
fn nothing_is_set_until_a_text_is_given_and_after_it_is_taken_back() {
    let rewriting = Rewriting::default();
    let begin = packet(0, b"\x03BEGIN");
    let mut rewriter = Rewriter::new(Protocol::MySql, rewriting.clone());

    assert!(!rewriting.is_set());
    assert_eq!(rewriter.pass(begin.clone()), begin);
    rewriting.set(Some(("BEGIN".to_owned(), "COMMIT".to_owned())));
    assert!(rewriting.is_set());
    assert_eq!(rewriter.pass(begin.clone()), packet(0, b"\x03COMMIT"));
    rewriting.set(None);
    assert!(!rewriting.is_set());
    assert_eq!(rewriter.pass(begin.clone()), begin);
}

#[test]
fn nothing_is_kept_back_of_what_cannot_be_understood() {
    let mut tls_request = vec![0; 32];
    tls_request[1] = 0x08;
    let noise = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc];
    let talk = [packet(1, &tls_request), noise.to_vec()].concat();

    let encrypted = sent(Protocol::MySql, ("BEGIN", "COMMIT"), &talk);
    let opaque = sent(Protocol::Opaque, ("BEGIN", "COMMIT"), b"BEGIN");

    assert_eq!(encrypted, talk);
    assert_eq!(opaque, b"BEGIN");
}
