//! Faults of servers of our own, for which the binaries of a server are needed.

use std::str::FromStr as _;
use std::sync::Arc;

use authjs_test_servers::{DatabaseServer, ServerOptions};
use authjs_tests::{
    Crashed, CrashedBackend, Crowded, Frozen, FrozenBackends, Hosted, MariadbDatabase,
    PostgresDatabase, ReadOnlyServer, Restarted,
};
use sqlx::mysql::MySqlConnectOptions;
use sqlx::{ConnectOptions as _, Executor as _};

use super::Job;

const CRASHED_BACKEND: [&str; 3] = ["F7", "backend-killed", "`kill -9` of one backend"];
const CRASHED: [&str; 3] = ["F8", "server-killed", "`kill -9` of the server, fsync on"];
const RESTARTED: [&str; 3] = ["F9", "restarted", "the server is restarted"];
const FROZEN: [&str; 3] = [
    "F10",
    "server-frozen",
    "the server stands still and goes on",
];
const FROZEN_BACKENDS: [&str; 3] = ["F10", "backends-frozen", "all backends stand still"];
const CROWDED: [&str; 3] = ["F15", "crowded", "max_connections=10, all taken"];
const READ_ONLY: [&str; 3] = ["F25", "read-only-server", "the server takes no writes"];

/// The faults that need a server of our own.
pub(super) fn trials() -> Vec<&'static str> {
    let faults = [
        CRASHED_BACKEND,
        CRASHED,
        RESTARTED,
        FROZEN,
        FROZEN_BACKENDS,
        CROWDED,
        READ_ONLY,
    ];
    faults
        .into_iter()
        .flat_map(|[fault, name, _]| [fault, name])
        .collect()
}

pub(super) fn postgres() -> Result<Vec<Job<PostgresDatabase>>, String> {
    let server = PostgresDatabase::start(ServerOptions::durable())?;
    let small = ServerOptions::default()
        .with("max_connections=10")
        .with("superuser_reserved_connections=0");
    let small = PostgresDatabase::start(small)?;
    let mut jobs = of_any(&server, &small);
    jobs.push(Job::new(CRASHED_BACKEND, CrashedBackend).on(&server));
    jobs.push(
        Job::new(FROZEN_BACKENDS, FrozenBackends)
            .beyond_the_deadline()
            .on(&server),
    );
    Ok(jobs)
}

pub(super) async fn mariadb() -> Result<Vec<Job<MariadbDatabase>>, String> {
    let server = MariadbDatabase::start(ServerOptions::durable())?;
    let small = MariadbDatabase::start(ServerOptions::default().with("max_connections=10"))?;
    let mut jobs = of_any(&server, &small);
    // Root may write to a server that is read-only.
    let url = somebody(&server).await.map_err(|error| error.to_string())?;
    let read_only = ReadOnlyServer(Arc::clone(&server));
    jobs.push(Job::new(READ_ONLY, read_only).on(&server).at(url));
    Ok(jobs)
}

/// The faults that every server has.
fn of_any<D: Hosted>(
    server: &Arc<dyn DatabaseServer>,
    small: &Arc<dyn DatabaseServer>,
) -> Vec<Job<D>> {
    vec![
        Job::new(RESTARTED, Restarted(Arc::clone(server))).on(server),
        Job::new(CRASHED, Crashed(Arc::clone(server))).on(server),
        Job::new(FROZEN, Frozen(Arc::clone(server)))
            .beyond_the_deadline()
            .unnoticed()
            .on(server),
        Job::new(CROWDED, Crowded).on(small),
    ]
}

/// A user without privileges over the server, and their URL.
async fn somebody(server: &Arc<dyn DatabaseServer>) -> sqlx::Result<String> {
    let mut root = MySqlConnectOptions::from_str(&server.url())?
        .connect()
        .await?;
    root.execute("CREATE USER somebody@'127.0.0.1'").await?;
    root.execute(r"GRANT ALL ON `authjs\_test\_%`.* TO somebody@'127.0.0.1'")
        .await?;
    Ok(server.url().replace("root@", "somebody@"))
}
