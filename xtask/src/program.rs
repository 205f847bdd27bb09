//! The programs that a task is made of.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, ExitStatus};

use anyhow::{Context as _, Result, bail};
use authjs_test_servers::line;
pub(crate) use authjs_test_servers::{capture, find};

use crate::interrupt;

/// The folder of the workspace.
pub(crate) fn workspace() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// The cargo that runs this task, in the folder of the workspace.
pub(crate) fn cargo<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments).current_dir(workspace());
    command
}

/// Prints the command, runs it to its end and fails if it did.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = status(command)?;
    if !status.success() {
        bail!("`{}` failed ({status})", line(command));
    }
    Ok(())
}

/// Prints the command, runs it to its end and returns how it ended.
pub(crate) fn status(command: &mut Command) -> Result<ExitStatus> {
    let line = line(command);
    println!("$ {line}");
    let child = command
        .spawn()
        .with_context(|| format!("`{line}` cannot be started"))?;
    interrupt::wait(child)
}

/// True if the command can be started and succeeds; its output is not shown.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}
