//! One connection through the proxy.

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::fault::{Direction, Fault, Setting};
use super::lane::{Cut, Lane};
use super::ledger::Ledger;
use super::upstream::{Stream, Upstream};

/// A connection, whose task ends with it.
pub(super) struct Connection {
    setting: watch::Sender<Setting>,
    task: JoinHandle<()>,
}

impl Connection {
    pub(super) fn start(
        client: TcpStream,
        upstream: Upstream,
        ledger: Arc<Ledger>,
        number: usize,
        setting: Setting,
    ) -> Self {
        let (setting, settings) = watch::channel(setting);
        let wire = Wire {
            settings,
            ledger,
            number,
        };
        let task = tokio::spawn(wire.serve(client, upstream));
        Self { setting, task }
    }

    pub(super) fn set(&self, setting: Setting) {
        self.setting.send_replace(setting);
    }

    pub(super) fn is_over(&self) -> bool {
        self.task.is_finished()
    }

    /// Waits until its fault has ended it.
    pub(super) async fn ended(mut self) {
        // A panic of its task was printed.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Why a connection ends.
enum End {
    /// Both sides have closed it.
    Closed,
    /// By [`Fault::Refuse`].
    Refused,
    /// By [`Fault::Reset`], or because the server cannot be reached.
    Reset,
    /// By [`Fault::CutAfter`].
    Cut,
}

struct Wire {
    settings: watch::Receiver<Setting>,
    ledger: Arc<Ledger>,
    number: usize,
}

impl Wire {
    async fn serve(self, mut client: TcpStream, upstream: Upstream) {
        client
            .set_nodelay(true)
            .expect("an option of every TCP socket");
        let mut server = None;
        let end = tokio::select! {
            biased;
            end = verdict(self.settings.clone()) => end,
            end = self.forward(&mut client, &mut server, &upstream) => end,
        };
        match end {
            End::Closed | End::Refused => {}
            // The client may be gone already.
            End::Reset => client.set_zero_linger().unwrap_or_default(),
            End::Cut => drain(client, server).await,
        }
    }

    async fn forward(
        &self,
        client: &mut TcpStream,
        server: &mut Option<Box<dyn Stream>>,
        upstream: &Upstream,
    ) -> End {
        let mut settings = self.settings.clone();
        let is_on_its_way = settings.wait_for(|setting| !setting.holds(Direction::ToServer));
        if is_on_its_way.await.is_err() {
            return End::Closed;
        }
        let Ok(stream) = upstream.connect().await else {
            return End::Reset;
        };
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = tokio::io::split(server.insert(stream));
        let both = tokio::try_join!(
            self.lane(Direction::ToServer).run(from_client, to_server),
            self.lane(Direction::ToClient).run(from_server, to_client),
        );
        both.map_or_else(|Cut| End::Cut, |_| End::Closed)
    }

    fn lane(&self, direction: Direction) -> Lane<'_> {
        Lane {
            direction,
            settings: self.settings.clone(),
            ledger: &self.ledger,
            number: self.number,
        }
    }
}

/// Waits for a fault that ends the connection whatever is forwarded.
async fn verdict(mut settings: watch::Receiver<Setting>) -> End {
    let end = |setting: &Setting| match setting.fault {
        Some(Fault::Refuse) => Some(End::Refused),
        Some(Fault::Reset) => Some(End::Reset),
        Some(Fault::CutAfter { bytes: 0, .. }) => Some(End::Cut),
        _ => None,
    };
    let setting = settings.wait_for(|setting| end(setting).is_some()).await;
    // Without its sender the connection is dropped, and this task with it.
    setting
        .ok()
        .and_then(|setting| end(&setting))
        .unwrap_or(End::Closed)
}

/// Ends both ways and reads on until the peers have closed theirs: closing with unread bytes
/// would reset the connection, and destroy what the peers have not read.
async fn drain(mut client: TcpStream, server: Option<Box<dyn Stream>>) {
    // A peer may be gone already.
    let _ = client.shutdown().await;
    let Some(mut server) = server else {
        return swallow(client).await;
    };
    let _ = server.shutdown().await;
    tokio::join!(swallow(client), swallow(server));
}

async fn swallow(mut stream: impl AsyncRead + Unpin) {
    let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
}
