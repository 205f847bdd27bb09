//! What can be done to a server of our own.

use std::fmt;
use std::process::Command;

use anyhow::Result;

use crate::program;

/// How a server is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// In order: it ends its connections and writes what it has to.
    Fast,
    /// `kill -9` of its main process: as a crash.
    Kill,
}

/// What a process is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// It ends in order.
    Terminate,
    /// It ends at once.
    Kill,
    /// It does nothing any more, and keeps all that it has.
    Freeze,
    /// It goes on.
    Thaw,
}

/// A server of our own: stopped and removed on drop. Its text says where it is.
pub trait DatabaseServer: fmt::Debug + fmt::Display + Send + Sync {
    /// How clients reach it, as somebody who may do everything.
    fn url(&self) -> String;

    /// The process id of its main process.
    ///
    /// # Errors
    /// It does not run.
    fn pid(&self) -> Result<u32>;

    /// Stops it, and returns when its port is free.
    ///
    /// # Errors
    /// It does not run, or does not stop.
    fn stop(&self, how: Stop) -> Result<()>;

    /// Starts it again with the port and the data that it had, and returns when it answers.
    ///
    /// # Errors
    /// It does not start; what it said is in the error.
    fn start_again(&self) -> Result<()>;
}

/// Sends a signal to a process.
///
/// # Errors
/// There is no such process, or it is not ours.
pub fn signal(pid: u32, signal: Signal) -> Result<()> {
    let name = match signal {
        Signal::Terminate => "-TERM",
        Signal::Kill => "-KILL",
        Signal::Freeze => "-STOP",
        Signal::Thaw => "-CONT",
    };
    program::capture(Command::new("kill").args([name, &pid.to_string()])).map(drop)
}
