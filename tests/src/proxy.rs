//! A wire that can fail: a proxy before a database server, in this process and without privileges.
//!
//! It listens on a free port of the loopback interface and forwards each connection to the server.
//! Faults are switched on and off while it runs ([`Proxy::fail`], [`Proxy::pass`]). It counts
//! bytes and protocol messages ([`Proxy::traffic`]), keeps the distinct SQL texts
//! ([`Proxy::sql`]), and records what was said while somebody listens ([`Proxy::listen`]).

mod connection;
mod exchange;
mod fault;
mod lane;
mod ledger;
mod networked;
mod protocol;
mod rewrite;
mod upstream;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use authjs_sea_orm::ConnectOptions;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;

use self::connection::Connection;
use self::fault::Setting;
use self::ledger::Ledger;

pub use self::{
    exchange::{Exchange, exchanges},
    fault::{Direction, Fault},
    ledger::{Flow, Message, Traffic},
    networked::Networked,
    protocol::Protocol,
    upstream::Upstream,
};

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1024;

/// Forwards connections to a database server, or fails to in the way it is told.
///
/// Its tasks live on the runtime that made it. Dropping it ends them and closes every connection.
pub struct Proxy {
    address: SocketAddr,
    inner: Arc<Inner>,
    door: tokio::sync::Mutex<Door>,
}

struct Inner {
    upstream: Upstream,
    ledger: Arc<Ledger>,
    lines: Mutex<Lines>,
}

/// The connections, and what a new one meets.
struct Lines {
    setting: Setting,
    open: Vec<Connection>,
}

enum Door {
    Open(Accepting),
    /// Keeps the port while nobody listens on it.
    Shut(TcpSocket),
    /// Between the two.
    Moving,
}

struct Accepting(JoinHandle<()>);

impl Drop for Accepting {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Proxy {
    /// A proxy before the server of this database.
    pub async fn before(database: &impl Networked) -> Self {
        Self::new(database.upstream(), protocol_of(database)).await
    }

    /// A proxy before this server, whose clients speak this protocol.
    ///
    /// A server that does not listen is noticed when a client comes, whose connection is reset.
    pub async fn new(upstream: Upstream, protocol: Protocol) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let inner = Arc::new(Inner {
            upstream,
            ledger: Arc::new(Ledger::new(protocol)),
            lines: Mutex::new(Lines {
                setting: Setting::default(),
                open: Vec::new(),
            }),
        });
        let door = Door::Open(accept(listener, Arc::clone(&inner)));
        Self {
            address,
            inner,
            door: tokio::sync::Mutex::new(door),
        }
    }

    /// Where it listens; the same for all its life.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// How to reach the database through here, with TLS if the build and the server have it. Then
    /// only bytes can be counted.
    #[must_use]
    pub fn options<D: Networked>(&self, database: &D) -> ConnectOptions {
        options(&database.url_at(self.address))
    }

    /// How to reach the database through here in the clear, so that messages can be read.
    #[must_use]
    pub fn readable_options<D: Networked>(&self, database: &D) -> ConnectOptions {
        options(&self.readable_url(database))
    }

    /// The same as a URL.
    #[must_use]
    pub fn readable_url<D: Networked>(&self, database: &D) -> String {
        format!("{}?{}", database.url_at(self.address), D::IN_THE_CLEAR)
    }

    /// Puts a fault on every connection, those that are open and those that come.
    ///
    /// It replaces the fault before it. When this returns, nothing more passes that the fault
    /// does not let pass, and with [`Fault::Refuse`] and [`Fault::Reset`] the open connections
    /// are gone.
    pub async fn fail(&self, fault: Fault) {
        let gone = self.inner.set(Some(fault), Reach::All);
        if fault == Fault::Refuse {
            self.shut().await;
        } else {
            self.open().await;
        }
        end_all(gone).await;
    }

    /// Puts a fault on the connections that are open; new ones work.
    ///
    /// This is a server that went away, and another one that took its address.
    pub async fn fail_open(&self, fault: Fault) {
        let gone = self.inner.set(Some(fault), Reach::Open);
        self.open().await;
        end_all(gone).await;
    }

    /// Ends every fault. What was held back goes out first.
    pub async fn pass(&self) {
        let gone = self.inner.set(None, Reach::All);
        self.open().await;
        end_all(gone).await;
    }

    /// How many connections were accepted since the proxy was made.
    #[must_use]
    pub fn accepted(&self) -> usize {
        self.inner.ledger.connections()
    }

    /// What went over all connections together since the proxy was made.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        self.inner.ledger.total()
    }

    /// The same for each connection, in the order in which they were accepted.
    #[must_use]
    pub fn traffic_by_connection(&self) -> Vec<Traffic> {
        self.inner.ledger.by_connection()
    }

    /// The distinct SQL texts that clients sent since the proxy was made.
    #[must_use]
    pub fn sql(&self) -> BTreeSet<String> {
        self.inner.ledger.sql()
    }

    /// True if this stands in an SQL text that a client sent since the proxy was made.
    #[must_use]
    pub fn was_asked(&self, text: &str) -> bool {
        self.sql().iter().any(|sql| sql.contains(text))
    }

    /// Begins to record the messages of both sides, from nothing.
    pub fn listen(&self) {
        self.inner.ledger.listen();
    }

    /// The messages since [`listen`](Self::listen), or since this was called last, in the order
    /// in which they arrived here. Nothing if nobody listens.
    #[must_use]
    pub fn heard(&self) -> Vec<Message> {
        self.inner.ledger.heard()
    }

    /// Sends `new` to the server wherever a client sends the SQL text `old`, on connections that
    /// come from now on.
    pub fn rewrite(&self, old: &str, new: &str) {
        let texts = (old.to_owned(), new.to_owned());
        self.inner.ledger.rewriting().set(Some(texts));
    }

    /// How often that was done since [`rewrite`](Self::rewrite).
    #[must_use]
    pub fn rewritten(&self) -> usize {
        self.inner.ledger.rewriting().times()
    }

    async fn shut(&self) {
        let mut door = self.door.lock().await;
        if let Door::Open(mut accepting) = std::mem::replace(&mut *door, Door::Moving) {
            accepting.0.abort();
            // The listener goes with its task, which ends as it was told to.
            let _ = (&mut accepting.0).await;
            *door = Door::Shut(bound(self.address));
        }
    }

    async fn open(&self) {
        let mut door = self.door.lock().await;
        *door = match std::mem::replace(&mut *door, Door::Moving) {
            Door::Shut(port) => {
                let listener = port.listen(BACKLOG).expect("the port is ours");
                Door::Open(accept(listener, Arc::clone(&self.inner)))
            }
            other => other,
        };
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// Which connections a fault is put on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    All,
    Open,
}

impl Inner {
    fn lines(&self) -> std::sync::MutexGuard<'_, Lines> {
        self.lines.lock().expect("nobody panics with it")
    }

    /// Returns the connections that the fault ends.
    fn set(&self, fault: Option<Fault>, reach: Reach) -> Vec<Connection> {
        let mut lines = self.lines();
        lines.open.retain(|connection| !connection.is_over());
        let setting = lines.setting.next(fault);
        for connection in &lines.open {
            connection.set(setting);
        }
        lines.setting = match reach {
            Reach::All => setting,
            Reach::Open => setting.next(None),
        };
        if setting.ends_connections() {
            std::mem::take(&mut lines.open)
        } else {
            Vec::new()
        }
    }

    fn adopt(&self, client: TcpStream) {
        let mut lines = self.lines();
        let number = self.ledger.add();
        let setting = lines.setting;
        let upstream = self.upstream.clone();
        let ledger = Arc::clone(&self.ledger);
        let connection = Connection::start(client, upstream, ledger, number, setting);
        lines.open.push(connection);
    }
}

async fn end_all(connections: Vec<Connection>) {
    for connection in connections {
        connection.ended().await;
    }
}

fn accept(listener: TcpListener, inner: Arc<Inner>) -> Accepting {
    Accepting(tokio::spawn(async move {
        loop {
            // A client that is gone before it was accepted is an error of this client only.
            if let Ok((client, _)) = listener.accept().await {
                inner.adopt(client);
            }
        }
    }))
}

/// A socket that keeps the port; who connects to it is refused until it listens.
fn bound(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket
        .set_reuseaddr(true)
        .expect("an option of every TCP socket");
    socket.bind(address).expect("the port is ours");
    socket
}

fn options(url: &str) -> ConnectOptions {
    ConnectOptions::from_url(url).expect("the URL is ours")
}

const fn protocol_of<D: Networked>(_: &D) -> Protocol {
    D::PROTOCOL
}
