//! A server that can fall silent: a proxy before the real one.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use authjs_sea_orm::ConnectOptions;
use authjs_tests::PostgresDatabase;
use sqlx::postgres::PgConnectOptions;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Forwards connections to a database, or takes them and forwards nothing.
pub(super) struct Proxy {
    address: SocketAddr,
    /// How many connections, from the first on, nothing is forwarded for.
    silent: Arc<watch::Sender<usize>>,
    accepted: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<u8>>>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    pub(super) async fn before(database: &PostgresDatabase) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let silent = Arc::new(watch::Sender::new(0));
        let accepted = Arc::default();
        let requests = Arc::default();
        let accepting = tokio::spawn(accept(
            listener,
            database.options(),
            Arc::clone(&silent),
            Arc::clone(&accepted),
            Arc::clone(&requests),
        ));
        Self {
            address,
            silent,
            accepted,
            requests,
            accepting,
        }
    }

    /// How to reach the database through here, with TLS if the build and the server have it.
    pub(super) fn options(&self, database: &PostgresDatabase) -> ConnectOptions {
        self.options_with(database, "prefer")
    }

    /// The same in the clear, so that the proxy can read the requests.
    pub(super) fn readable_options(&self, database: &PostgresDatabase) -> ConnectOptions {
        self.options_with(database, "disable")
    }

    fn options_with(&self, database: &PostgresDatabase, ssl_mode: &str) -> ConnectOptions {
        let url = database.url();
        let (_, place) = url.split_once("://").expect("a URL");
        let authority = place.split(['/', '?']).next().unwrap_or_default();
        let user = authority.rsplit_once('@').map_or_else(
            || database.options().get_username().to_owned(),
            |(user, _)| user.to_owned(),
        );
        let place = format!("{}/{}", self.address, database.name());
        let url = format!("postgres://{user}@{place}?sslmode={ssl_mode}");
        ConnectOptions::from_url(&url).expect("the URL is ours")
    }

    /// Lets nothing through any more, in both directions and on new connections.
    pub(super) fn freeze(&self) {
        self.silent.send_replace(usize::MAX);
    }

    /// Lets nothing through any more on the connections that are open; new ones work.
    pub(super) fn freeze_open_connections(&self) {
        self.silent
            .send_replace(self.accepted.load(Ordering::SeqCst));
    }

    /// Lets everything through again, first what was held back.
    pub(super) fn thaw(&self) {
        self.silent.send_replace(0);
    }

    /// True if a client has sent this text since the proxy was made.
    pub(super) fn was_asked(&self, text: &str) -> bool {
        let requests = self.requests.lock().expect("nobody panics with it");
        requests
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(
    listener: TcpListener,
    server: PgConnectOptions,
    silent: Arc<watch::Sender<usize>>,
    accepted: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<u8>>>,
) {
    while let Ok((client, _)) = listener.accept().await {
        client
            .set_nodelay(true)
            .expect("an option of every TCP socket");
        let (from_client, to_client) = tokio::io::split(client);
        let (from_server, to_server) = tokio::io::split(connect(&server).await);
        let number = accepted.fetch_add(1, Ordering::SeqCst);
        let requests = Some(Arc::clone(&requests));
        tokio::spawn(forward(
            from_client,
            to_server,
            silent.subscribe(),
            number,
            requests,
        ));
        tokio::spawn(forward(
            from_server,
            to_client,
            silent.subscribe(),
            number,
            None,
        ));
    }
}

/// By TCP, or by the socket in a directory.
async fn connect(server: &PgConnectOptions) -> Box<dyn Stream> {
    let (host, port) = (server.get_host(), server.get_port());
    let folder = server.get_socket().cloned();
    let folder = folder.or_else(|| host.starts_with('/').then(|| PathBuf::from(host)));
    if let Some(folder) = folder {
        let socket = folder.join(format!(".s.PGSQL.{port}"));
        return Box::new(
            UnixStream::connect(socket)
                .await
                .expect("the server listens"),
        );
    }
    let stream = TcpStream::connect((host, port))
        .await
        .expect("the server listens");
    stream
        .set_nodelay(true)
        .expect("an option of every TCP socket");
    Box::new(stream)
}

async fn forward(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut silent: watch::Receiver<usize>,
    number: usize,
    record: Option<Arc<Mutex<Vec<u8>>>>,
) {
    let mut buffer = [0; 8192];
    loop {
        let length = from.read(&mut buffer).await.unwrap_or(0);
        let bytes = buffer.get(..length).unwrap_or_default();
        if let Some(record) = &record {
            record.lock().expect("nobody panics with it").extend(bytes);
        }
        let thawed = silent.wait_for(|silent| number >= *silent).await.is_ok();
        if length == 0 || !thawed || to.write_all(bytes).await.is_err() {
            break;
        }
    }
    // The other side learns that this one is gone; it may know already.
    let _ = to.shutdown().await;
}
