//! Each fault, between a client and a server that echoes.

use std::io::ErrorKind;
use std::num::NonZeroU32;
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixListener};
use tokio::time::{Instant, timeout};

use super::{Direction, Fault, Protocol, Proxy, Upstream};

/// Long enough to see that nothing comes.
const SILENCE: Duration = Duration::from_millis(50);
/// After which what should come never will.
const LIMIT: Duration = Duration::from_secs(10);

/// Sends back what it gets, and closes when the client does.
async fn echo(stream: impl AsyncRead + AsyncWrite) {
    let (mut from, mut to) = tokio::io::split(stream);
    // Who was cut off is not there to complain to.
    let _ = tokio::io::copy(&mut from, &mut to).await;
    let _ = to.shutdown().await;
}

async fn proxied() -> Proxy {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(echo(stream));
        }
    });
    Proxy::new(
        Upstream::Tcp("127.0.0.1".to_owned(), port),
        Protocol::Opaque,
    )
    .await
}

async fn client(proxy: &Proxy) -> TcpStream {
    let client = TcpStream::connect(proxy.address()).await;
    client.expect("the proxy listens")
}

/// What comes back for this.
async fn ask(client: &mut TcpStream, text: &str) -> std::io::Result<String> {
    client.write_all(text.as_bytes()).await?;
    hear(client, text.len()).await
}

async fn hear(client: &mut TcpStream, length: usize) -> std::io::Result<String> {
    let mut answer = vec![0; length];
    let read = timeout(LIMIT, client.read_exact(&mut answer)).await;
    read.expect("an answer in time")?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// All that comes until the end.
async fn rest(client: &mut TcpStream) -> String {
    let mut rest = Vec::new();
    let read = timeout(LIMIT, client.read_to_end(&mut rest)).await;
    read.expect("the end in time").expect("an orderly end");
    String::from_utf8_lossy(&rest).into_owned()
}

async fn is_silent(client: &mut TcpStream) -> bool {
    timeout(SILENCE, client.read_u8()).await.is_err()
}

#[tokio::test]
async fn without_a_fault_everything_passes_and_is_counted() {
    let proxy = proxied().await;
    let (mut one, mut other) = (client(&proxy).await, client(&proxy).await);

    let answers = [
        ask(&mut one, "hello").await.expect("an answer"),
        ask(&mut other, "you").await.expect("an answer"),
    ];

    assert_eq!(answers, ["hello", "you"]);
    let traffic = proxy.traffic();
    assert_eq!(
        (traffic.to_server.received, traffic.to_server.forwarded),
        (8, 8)
    );
    assert_eq!(
        (traffic.to_client.received, traffic.to_client.forwarded),
        (8, 8)
    );
    let each = proxy.traffic_by_connection();
    assert_eq!(
        [each[0].to_server.forwarded, each[1].to_server.forwarded],
        [5, 3]
    );
}

#[tokio::test]
async fn a_server_on_a_unix_socket_is_reached() {
    let folder = TempDir::new().expect("a temporary folder");
    let socket = folder.path().join("socket");
    let listener = UnixListener::bind(&socket).expect("a socket");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(echo(stream));
        }
    });
    let proxy = Proxy::new(Upstream::Unix(socket), Protocol::Opaque).await;

    let answer = ask(&mut client(&proxy).await, "hello").await;

    assert_eq!(answer.expect("an answer"), "hello");
}

#[tokio::test]
async fn the_end_of_a_client_reaches_the_server_and_comes_back() {
    let proxy = proxied().await;
    let mut client = client(&proxy).await;

    client.write_all(b"last words").await.expect("it is open");
    client.shutdown().await.expect("it is open");

    assert_eq!(rest(&mut client).await, "last words");
}

#[tokio::test]
async fn a_refusing_proxy_closes_what_is_open_and_listens_again_on_the_same_port() {
    let proxy = proxied().await;
    let mut open = client(&proxy).await;
    ask(&mut open, "hello").await.expect("an answer");

    proxy.fail(Fault::Refuse).await;
    let refused = TcpStream::connect(proxy.address()).await;
    let end = rest(&mut open).await;
    proxy.pass().await;
    let answer = ask(&mut client(&proxy).await, "again").await;

    assert_eq!(
        refused.expect_err("nobody listens").kind(),
        ErrorKind::ConnectionRefused
    );
    assert_eq!(end, "");
    assert_eq!(answer.expect("an answer"), "again");
}

#[tokio::test]
async fn a_reset_reaches_open_connections_and_new_ones() {
    let proxy = proxied().await;
    let mut open = client(&proxy).await;
    ask(&mut open, "hello").await.expect("an answer");

    proxy.fail(Fault::Reset).await;
    let errors = [
        hear(&mut open, 1).await.expect_err("it was reset").kind(),
        hear(&mut client(&proxy).await, 1)
            .await
            .expect_err("it was reset")
            .kind(),
    ];

    assert_eq!(errors, [ErrorKind::ConnectionReset; 2]);
}

#[tokio::test]
async fn a_black_hole_takes_everything_and_gives_it_back_at_its_end() {
    let proxy = proxied().await;
    let mut open = client(&proxy).await;
    ask(&mut open, "hello").await.expect("an answer");

    proxy.fail(Fault::BlackHole).await;
    let mut new = client(&proxy).await;
    open.write_all(b"held").await.expect("it is taken");
    new.write_all(b"back").await.expect("it is taken");
    let silent = (is_silent(&mut open).await, is_silent(&mut new).await);
    let forwarded = proxy.traffic().to_server.forwarded;
    proxy.pass().await;

    assert_eq!(silent, (true, true));
    assert_eq!(forwarded, 5);
    assert_eq!(hear(&mut open, 4).await.expect("an answer"), "held");
    assert_eq!(hear(&mut new, 4).await.expect("an answer"), "back");
}

#[tokio::test]
async fn a_fault_of_open_connections_spares_new_ones() {
    let proxy = proxied().await;
    let mut open = client(&proxy).await;
    ask(&mut open, "hello").await.expect("an answer");

    proxy.fail_open(Fault::BlackHole).await;
    open.write_all(b"held").await.expect("it is taken");
    let answer = ask(&mut client(&proxy).await, "new").await;

    assert_eq!(answer.expect("an answer"), "new");
    assert!(is_silent(&mut open).await);
}

#[tokio::test]
async fn a_delay_is_added_in_each_direction() {
    let proxy = proxied().await;
    let mut client = client(&proxy).await;
    let (to_server, to_client) = (Duration::from_millis(60), Duration::from_millis(90));
    proxy
        .fail(Fault::Delay {
            to_server,
            to_client,
        })
        .await;

    let asked = Instant::now();
    let answer = ask(&mut client, "hello").await;
    let waited = asked.elapsed();

    assert_eq!(answer.expect("an answer"), "hello");
    assert!(waited >= to_server + to_client, "{waited:?}");
}

#[tokio::test]
async fn a_throttled_wire_takes_the_time_that_its_bytes_need() {
    let proxy = proxied().await;
    let mut client = client(&proxy).await;
    let bytes_per_second = NonZeroU32::new(1000).expect("it is positive");
    proxy.fail(Fault::Throttle { bytes_per_second }).await;

    let asked = Instant::now();
    let answer = ask(&mut client, &"x".repeat(200)).await;
    let waited = asked.elapsed();

    assert_eq!(answer.expect("an answer").len(), 200);
    // All but the last piece has to be waited for.
    assert!(waited >= Duration::from_millis(150), "{waited:?}");
}

#[tokio::test]
async fn a_half_open_connection_is_silent_in_one_direction() {
    let proxy = proxied().await;
    let mut client = client(&proxy).await;
    ask(&mut client, "hello").await.expect("an answer");

    let silent = Direction::ToClient;
    proxy.fail(Fault::HalfOpen { silent }).await;
    client.write_all(b"one-way").await.expect("it is taken");
    let is_silent = is_silent(&mut client).await;
    let traffic = proxy.traffic();
    proxy.pass().await;

    assert!(is_silent);
    assert_eq!(
        (traffic.to_server.forwarded, traffic.to_client.forwarded),
        (12, 5)
    );
    assert_eq!(hear(&mut client, 7).await.expect("an answer"), "one-way");
}

#[tokio::test]
async fn a_connection_is_cut_after_exactly_so_many_bytes_to_the_client() {
    let proxy = proxied().await;
    let mut client = client(&proxy).await;
    ask(&mut client, "hello").await.expect("an answer");

    let cut = Fault::CutAfter {
        direction: Direction::ToClient,
        bytes: 4,
    };
    proxy.fail_open(cut).await;
    client.write_all(b"truncated").await.expect("it is open");

    assert_eq!(rest(&mut client).await, "trun");
    let traffic = proxy.traffic();
    assert_eq!(
        (traffic.to_server.forwarded, traffic.to_client.forwarded),
        (14, 9)
    );
}

#[tokio::test]
async fn a_connection_is_cut_after_exactly_so_many_bytes_to_the_server() {
    let proxy = proxied().await;
    let mut client = client(&proxy).await;
    ask(&mut client, "hello").await.expect("an answer");

    let cut = Fault::CutAfter {
        direction: Direction::ToServer,
        bytes: 4,
    };
    proxy.fail(cut).await;
    client.write_all(b"truncated").await.expect("it is open");

    // What the server answers to a cut request is lost.
    assert_eq!(rest(&mut client).await, "");
    assert_eq!(proxy.traffic().to_server.forwarded, 9);
}

#[tokio::test]
async fn a_cut_after_nothing_ends_an_idle_connection() {
    let proxy = proxied().await;
    let mut client = client(&proxy).await;
    ask(&mut client, "hello").await.expect("an answer");

    let cut = Fault::CutAfter {
        direction: Direction::ToServer,
        bytes: 0,
    };
    proxy.fail_open(cut).await;

    assert_eq!(rest(&mut client).await, "");
}

#[tokio::test]
async fn one_byte_arrives_changed() {
    let proxy = proxied().await;
    let mut client = client(&proxy).await;
    ask(&mut client, "hello").await.expect("an answer");

    let flip = Fault::Flip {
        direction: Direction::ToServer,
        at: 5,
        mask: 0x20,
    };
    proxy.fail(flip).await;
    let answers = [
        ask(&mut client, "abc").await.expect("an answer"),
        ask(&mut client, "defg").await.expect("an answer"),
    ];

    assert_eq!(answers, ["abc", "deFg"]);
}

#[tokio::test]
async fn a_client_of_a_server_that_is_gone_is_reset() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let proxy = Proxy::new(
        Upstream::Tcp("127.0.0.1".to_owned(), port),
        Protocol::Opaque,
    )
    .await;

    let answer = hear(&mut client(&proxy).await, 1).await;

    assert_eq!(
        answer.expect_err("nobody is there").kind(),
        ErrorKind::ConnectionReset
    );
}

#[tokio::test]
async fn a_dropped_proxy_closes_everything() {
    let proxy = proxied().await;
    let address = proxy.address();
    let mut open = client(&proxy).await;
    ask(&mut open, "hello").await.expect("an answer");

    drop(proxy);

    assert_eq!(rest(&mut open).await, "");
    let refused = TcpStream::connect(address).await;
    assert_eq!(
        refused.expect_err("nobody listens").kind(),
        ErrorKind::ConnectionRefused
    );
}
