//! The long form of the proof: every race under every setting, the published adapter beside
//! ours, every fault, every place to cut or drop a write, and the specification. `cargo xtask torture` runs it.
//!
//! It prints one table, writes it to `target/torture`, and fails if anything went wrong.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a program for a person; what goes wrong in it ends it"
)]

mod arguments;
mod plan;
mod suites;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use authjs_tests::{Report, Setting, Way, race, serve_race, sign_up_until_killed};
use clap::Parser as _;

use self::arguments::{Arguments, Child, Task};
use self::plan::Plan;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    let code = runtime.block_on(async {
        tokio::select! {
            code = run() => code,
            () = interrupted() => {
                println!("interrupted");
                ExitCode::FAILURE
            }
        }
    });
    // A suite that was given up may have left threads that never end.
    runtime.shutdown_timeout(LAST_WORDS);
    code
}

/// For what is dropped at the end, such as servers of our own.
const LAST_WORDS: Duration = Duration::from_secs(20);

/// Returns on Ctrl-C and on SIGTERM. Who ends by them drops nothing, and servers of our own, which
/// no terminal reaches, would stay for ever.
async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};

    let [mut interrupt, mut terminate] = [SignalKind::interrupt(), SignalKind::terminate()]
        .map(|kind| signal(kind).expect("signals can be heard"));
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

async fn run() -> ExitCode {
    let arguments = Arguments::parse();
    match &arguments.task {
        Some(Task::Child(child)) => {
            serve(child).await;
            ExitCode::SUCCESS
        }
        Some(Task::Client { number }) => {
            sign_up_until_killed(*number).await;
            ExitCode::SUCCESS
        }
        None => torture(&arguments).await,
    }
}

/// Makes the calls of some callers of a race, for the process that started this one.
async fn serve(child: &Child) {
    let race = race(&child.race).expect("a race");
    let setting = Setting {
        pool: child.pool,
        isolation: child.isolation,
        way: Way::Processes,
    };
    serve_race(race, setting).await;
}

async fn torture(arguments: &Arguments) -> ExitCode {
    let began = Instant::now();
    let plan = Plan::new(arguments);
    let rows = suites::run(&plan).await;
    let report = Report {
        run: plan.describe(began.elapsed()).await,
        rows,
    };
    let markdown = report.markdown();
    println!("\n{markdown}");
    std::fs::create_dir_all(&arguments.out).expect("the folder of the report can be made");
    let json = serde_json::to_string_pretty(&report).expect("a report is JSON");
    std::fs::write(arguments.out.join("report.md"), markdown).expect("the report can be written");
    std::fs::write(arguments.out.join("report.json"), json).expect("the report can be written");
    println!("written to {}", arguments.out.display());
    if report.is_failed() {
        println!("FAILED: a promise was broken, or something was not tried");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
