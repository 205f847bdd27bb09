//! One direction of one connection.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::fault::{Direction, Fault, Setting};
use super::ledger::Ledger;

/// How much is read at once.
const CHUNK: usize = 16 * 1024;
/// How many chunks are on their way at most; further ones wait in the kernel.
const CHUNKS: usize = 64;
/// How many pieces a throttled lane sends per second.
const PIECES: u32 = 50;

/// The connection was cut in the middle of this direction.
pub(super) struct Cut;

pub(super) struct Lane<'a> {
    pub(super) direction: Direction,
    pub(super) settings: watch::Receiver<Setting>,
    pub(super) ledger: &'a Ledger,
    pub(super) number: usize,
}

/// What was read at once.
struct Chunk {
    arrived: Instant,
    bytes: Vec<u8>,
}

/// What passed since the fault was set.
#[derive(Clone, Copy, Default)]
struct Passed {
    generation: u64,
    bytes: u64,
}

impl Lane<'_> {
    /// Forwards until the sender closes, and then closes.
    pub(super) async fn run(
        mut self,
        from: impl AsyncRead + Unpin,
        to: impl AsyncWrite + Unpin,
    ) -> Result<(), Cut> {
        let (queue, chunks) = mpsc::channel(CHUNKS);
        let reading = read(from, queue, self.ledger, self.number, self.direction);
        let reading = async {
            reading.await;
            Ok(())
        };
        // A cut ends the reader too, which may be waiting for more.
        tokio::try_join!(reading, self.write(chunks, to)).map(|_| ())
    }

    async fn write(
        &mut self,
        mut chunks: mpsc::Receiver<Chunk>,
        mut to: impl AsyncWrite + Unpin,
    ) -> Result<(), Cut> {
        let mut passed = Passed::default();
        while let Some(mut chunk) = chunks.recv().await {
            let mut rest = chunk.bytes.as_mut_slice();
            while !rest.is_empty() {
                let setting = self.flowing(chunk.arrived).await;
                if passed.generation != setting.generation {
                    passed = Passed {
                        generation: setting.generation,
                        bytes: 0,
                    };
                }
                let length = self.piece(setting, passed.bytes, rest.len());
                let (piece, after) = rest.split_at_mut(length);
                rest = after;
                setting.corrupt(self.direction, passed.bytes, piece);
                if to.write_all(piece).await.is_err() {
                    // The receiver is gone; the other direction learns it from its reads.
                    return Ok(());
                }
                let length = length as u64;
                passed.bytes += length;
                self.ledger.forwarded(self.number, self.direction, length);
                if setting.left(self.direction, passed.bytes) == Some(0) {
                    return Err(Cut);
                }
                pause(setting, length).await;
            }
        }
        self.flowing(Instant::now()).await;
        // The receiver may be gone already.
        let _ = to.shutdown().await;
        Ok(())
    }

    /// Waits until something that arrived then may go on.
    async fn flowing(&mut self, arrived: Instant) -> Setting {
        loop {
            let setting = *self.settings.borrow_and_update();
            let due = arrived + setting.delay(self.direction);
            let holds = setting.holds(self.direction);
            if !holds && due <= Instant::now() {
                return setting;
            }
            tokio::select! {
                changed = self.settings.changed() => if changed.is_err() {
                    // The proxy is dropped, and this task with it.
                    std::future::pending::<()>().await;
                },
                () = tokio::time::sleep_until(due), if !holds => {}
            }
        }
    }

    /// How much may go out at once.
    fn piece(&self, setting: Setting, passed: u64, available: usize) -> usize {
        let left = setting.left(self.direction, passed);
        let left = left.map_or(usize::MAX, |left| {
            usize::try_from(left).unwrap_or(usize::MAX)
        });
        let throttle = match setting.fault {
            Some(Fault::Throttle { bytes_per_second }) => {
                usize::try_from(bytes_per_second.get() / PIECES).map_or(usize::MAX, |n| n.max(1))
            }
            _ => usize::MAX,
        };
        available.min(left).min(throttle)
    }
}

async fn read(
    mut from: impl AsyncRead + Unpin,
    queue: mpsc::Sender<Chunk>,
    ledger: &Ledger,
    number: usize,
    direction: Direction,
) {
    let is_request = direction == Direction::ToServer;
    let mut rewriter = is_request.then(|| ledger.rewriter()).flatten();
    let mut buffer = vec![0; CHUNK];
    // A reset by the peer is the end as well.
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let mut bytes = buffer.get(..length).unwrap_or_default().to_vec();
        ledger.received(number, direction, &bytes);
        if let Some(rewriter) = &mut rewriter {
            bytes = rewriter.pass(bytes);
        }
        let arrived = Instant::now();
        if queue.send(Chunk { arrived, bytes }).await.is_err() {
            break;
        }
    }
}

/// The time that so many bytes take on a throttled lane.
async fn pause(setting: Setting, bytes: u64) {
    if let Some(Fault::Throttle { bytes_per_second }) = setting.fault {
        let nanos = bytes * 1_000_000_000 / u64::from(bytes_per_second.get());
        tokio::time::sleep(Duration::from_nanos(nanos)).await;
    }
}
