//! Ctrl-C and SIGTERM end the running program, not the task: servers are stopped first.

use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use anyhow::{Context as _, Result, bail};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// The process id of the program that runs now; 0 for none.
static CHILD: AtomicU32 = AtomicU32::new(0);

/// From now on a signal to end is noted and passed on instead of ending this process.
pub(crate) fn watch() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("no runtime to wait for signals with")?;
    std::thread::spawn(move || {
        runtime.block_on(async {
            while let Ok(signal) = signal().await {
                INTERRUPTED.store(true, Ordering::SeqCst);
                if signal == Signal::Terminate {
                    pass_on();
                }
            }
        });
    });
    Ok(())
}

/// Waits for the program to end; fails if a signal to end came meanwhile.
pub(crate) fn wait(mut child: Child) -> Result<ExitStatus> {
    CHILD.store(child.id(), Ordering::SeqCst);
    if INTERRUPTED.load(Ordering::SeqCst) {
        pass_on();
    }
    let status = child.wait();
    CHILD.store(0, Ordering::SeqCst);
    check()?;
    status.context("waiting for a program")
}

/// Fails if a signal to end has come.
pub(crate) fn check() -> Result<()> {
    if INTERRUPTED.load(Ordering::SeqCst) {
        bail!("interrupted");
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Signal {
    /// Ctrl-C; the terminal sends it to the running program too.
    Interrupt,
    /// Sent to this process alone.
    Terminate,
}

fn pass_on() {
    let child = CHILD.load(Ordering::SeqCst);
    if child != 0 {
        // If it cannot be told, it is waited for all the same.
        let _ = Command::new("kill").arg(child.to_string()).status();
    }
}

#[cfg(unix)]
async fn signal() -> std::io::Result<Signal> {
    use std::future::{Future as _, poll_fn};
    use std::pin::pin;
    use std::task::Poll;

    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = pin!(tokio::signal::ctrl_c());
    poll_fn(|context| match terminate.poll_recv(context) {
        Poll::Ready(_) => Poll::Ready(Ok(Signal::Terminate)),
        Poll::Pending => interrupt
            .as_mut()
            .poll(context)
            .map_ok(|()| Signal::Interrupt),
    })
    .await
}

#[cfg(not(unix))]
async fn signal() -> std::io::Result<Signal> {
    tokio::signal::ctrl_c().await.map(|()| Signal::Interrupt)
}
