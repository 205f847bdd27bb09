//! The end of a connection in the place of an answer: what became of the write is unknown.

use std::net::SocketAddr;

use authjs_adapter::{Adapter as _, ErrorKind, NewUser, Outcome};
use authjs_sea_orm::{ConnectOptions, Pool, SeaOrmAdapter};
use authjs_tests::{Networked as _, PostgresDatabase, Proxy, TestDatabase as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::sea_orm::stock::Stock as _;

/// What PostgreSQL answers when an insert is done.
const DONE: &[u8] = b"INSERT 0 1\0";

/// An error message that ends the connection.
fn fatal(code: &str) -> Vec<u8> {
    let mut body = Vec::new();
    for (field, value) in [
        (b'S', "FATAL"),
        (b'V', "FATAL"),
        (b'C', code),
        (b'M', "closed"),
    ] {
        body.push(field);
        body.extend(value.as_bytes());
        body.push(0);
    }
    body.push(0);
    let length = u32::try_from(body.len() + 4).expect("a short message");
    [&b"E"[..], &length.to_be_bytes(), &body].concat()
}

/// Forwards one connection; the answer to the first insert is `end`, and there is no further.
async fn forward(client: TcpStream, server: SocketAddr, end: Vec<u8>) {
    let server = TcpStream::connect(server).await;
    let (mut answers, mut asks) = server.expect("PostgreSQL listens").into_split();
    let (mut from, mut to) = client.into_split();
    tokio::spawn(async move { tokio::io::copy(&mut from, &mut asks).await });
    let mut bytes = vec![0; 65_536];
    while let Ok(length @ 1..) = answers.read(&mut bytes).await {
        let answer = bytes.get(..length).unwrap_or_default();
        let ends = answer.windows(DONE.len()).any(|part| part == DONE);
        let sent = to.write_all(if ends { &end } else { answer }).await;
        if ends || sent.is_err() {
            return;
        }
    }
}

/// What is told of a creation that PostgreSQL did, where this error ended the connection; and
/// how many users there are then.
async fn told(code: &str) -> (ErrorKind, Outcome, bool, usize) {
    let database = PostgresDatabase::migrated().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let url = format!("{}?sslmode=disable", database.url_at(address));
    // Whether the server listens on a port or a socket is the proxy's business.
    let proxy = Proxy::before(&database).await;
    let server = proxy.address();
    let end = fatal(code);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(forward(client, server, end.clone()));
        }
    });
    let options = ConnectOptions::from_url(&url).expect("a URL");
    let pool = Pool::connect(options.max_connections(1)).await;
    let store = SeaOrmAdapter::shared_with_authjs(pool.expect("the proxy is open"));

    let error = store.create_user(NewUser::default()).await;
    let error = error.expect_err("the connection ended");

    let users = database.snapshot().await.users.len();
    (error.kind(), error.outcome(), error.is_retryable(), users)
}

#[tokio::test]
async fn a_write_whose_answer_was_the_end_of_the_connection_has_an_unknown_outcome() {
    for code in ["XX000", "53100", "57014", "57P01"] {
        let told = told(code).await;

        let unknown = (ErrorKind::Unavailable, Outcome::Unknown, false, 1);
        assert_eq!(told, unknown, "{code}");
    }
}

/// The code is also that of a stale plan, after which all connections are made anew.
#[tokio::test]
async fn a_trigger_that_does_not_support_something_is_asked_once() {
    let database = PostgresDatabase::migrated().await;
    let refuse = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN RAISE EXCEPTION USING ERRCODE = ''0A000''; END';
        CREATE TRIGGER refuse BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION refuse()";
    database.execute(refuse).await;
    let options = ConnectOptions::from_url(&database.url()).expect("a URL");
    let pool = Pool::connect(options).await.expect("the database is there");
    let store = SeaOrmAdapter::shared_with_authjs(pool);

    let error = store.create_user(NewUser::default()).await;

    let error = error.expect_err("the trigger refuses");
    assert_eq!(error.kind(), ErrorKind::Internal);
    assert_eq!(store.statements_sent(), 1);
}
