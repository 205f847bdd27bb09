//! "Who is this?": through the adapter and through bare sqlx with the same JOIN on a pool with
//! the same settings. Run it with `cargo xtask bench`; only the ratios of one run mean anything.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark that prints, and ends when something goes wrong"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use authjs_adapter::{Adapter, ManualClock, Session, User};
use authjs_benches::{FILL_POSTGRES, FILL_SQLITE, SESSIONS, median, now, output_directory, token};
use authjs_sea_orm::{ConnectOptions, Pool, SeaOrmAdapter};
use authjs_tests::{PostgresDatabase, SqliteDatabase};
use chrono::{DateTime, Utc};
use criterion::{BenchmarkId, Criterion, Throughput};
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

/// How many look-ups are under way at once.
const IN_FLIGHT: [usize; 2] = [1, 20];
/// A step through the sessions that visits them all, far from one another.
const STRIDE: u32 = 61_801;

/// The JOIN of the adapter, as somebody would write it by hand.
const LOOKUP: &str = "SELECT s.id, s.\"userId\", s.expires, \
     u.id, u.name, u.email, u.\"emailVerified\", u.image \
     FROM sessions s JOIN users u ON u.id = s.\"userId\" \
     WHERE s.\"sessionToken\" = $1 AND s.expires > $2";

type Row = (
    i32,
    i32,
    DateTime<Utc>,
    i32,
    Option<String>,
    Option<String>,
    Option<DateTime<Utc>>,
    Option<String>,
);

/// One way to look a session up.
trait Lookup: Clone + Send + Sync + 'static {
    fn find(&self, session: u32) -> impl Future<Output = bool> + Send;
}

#[derive(Clone)]
struct ThroughAdapter(Arc<SeaOrmAdapter>);

impl Lookup for ThroughAdapter {
    async fn find(&self, session: u32) -> bool {
        let found: Option<(Session, User)> = self
            .0
            .get_session_and_user(&token(session))
            .await
            .expect("the look-up succeeds");
        found.is_some()
    }
}

#[derive(Clone)]
struct BarePostgres(PgPool);

impl Lookup for BarePostgres {
    async fn find(&self, session: u32) -> bool {
        let token = token(session);
        let query = sqlx::query_as::<_, Row>(LOOKUP)
            .bind(token.expose())
            .bind(now());
        query
            .fetch_optional(&self.0)
            .await
            .expect("the look-up succeeds")
            .is_some()
    }
}

#[derive(Clone)]
struct BareSqlite(SqlitePool);

impl Lookup for BareSqlite {
    async fn find(&self, session: u32) -> bool {
        let token = token(session);
        let query = sqlx::query_as::<_, Row>(LOOKUP)
            .bind(token.expose())
            .bind(now());
        query
            .fetch_optional(&self.0)
            .await
            .expect("the look-up succeeds")
            .is_some()
    }
}

fn main() {
    let runtime = Runtime::new().expect("a runtime can be made");
    let mut criterion = Criterion::default()
        .output_directory(&output_directory())
        .measurement_time(Duration::from_secs(8))
        .configure_from_args();

    let (database, adapter, bare) = runtime.block_on(postgres());
    measure(&mut criterion, &runtime, "postgres", &adapter, &bare);
    drop(database);
    let (database, adapter, bare) = runtime.block_on(sqlite());
    measure(&mut criterion, &runtime, "sqlite", &adapter, &bare);
    drop(database);

    criterion.final_summary();
    for backend in ["postgres", "sqlite"] {
        for in_flight in IN_FLIGHT {
            report(backend, in_flight);
        }
    }
}

fn measure(
    criterion: &mut Criterion,
    runtime: &Runtime,
    backend: &str,
    adapter: &impl Lookup,
    bare: &impl Lookup,
) {
    for in_flight in IN_FLIGHT {
        let mut group = criterion.benchmark_group(group(backend, in_flight));
        group.throughput(Throughput::Elements(in_flight as u64));
        group.bench_function(BenchmarkId::from_parameter("adapter"), |bencher| {
            bencher
                .to_async(runtime)
                .iter(|| look_up(adapter, in_flight));
        });
        group.bench_function(BenchmarkId::from_parameter("sqlx"), |bencher| {
            bencher.to_async(runtime).iter(|| look_up(bare, in_flight));
        });
        group.finish();
    }
}

/// Looks `in_flight` sessions up at once.
async fn look_up(lookup: &impl Lookup, in_flight: usize) {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let next = || NEXT.fetch_add(STRIDE, Ordering::Relaxed) % SESSIONS;
    if in_flight == 1 {
        assert!(lookup.find(next()).await, "every session is there");
        return;
    }
    let mut tasks = JoinSet::new();
    for _ in 0..in_flight {
        let (lookup, session) = (lookup.clone(), next());
        tasks.spawn(async move { lookup.find(session).await });
    }
    while let Some(found) = tasks.join_next().await {
        assert!(found.expect("a look-up ends"), "every session is there");
    }
}

fn group(backend: &str, in_flight: usize) -> String {
    format!("session_lookup_{backend}_{in_flight}")
}

fn report(backend: &str, in_flight: usize) {
    let group = group(backend, in_flight);
    if let (Some(adapter), Some(bare)) = (median(&group, "adapter"), median(&group, "sqlx")) {
        println!(
            "session_lookup {backend}, {in_flight} in flight: adapter takes {:.2} times what bare sqlx takes",
            adapter / bare
        );
    }
}

async fn postgres() -> (PostgresDatabase, ThroughAdapter, BarePostgres) {
    let database = PostgresDatabase::migrated().await;
    let bare = PgPoolOptions::new()
        .max_connections(20)
        .acquire_timeout(Duration::from_secs(2))
        .idle_timeout(Duration::from_secs(30))
        .max_lifetime(Duration::from_mins(30))
        .test_before_acquire(false)
        .connect_with(database.options())
        .await
        .expect("the database is there");
    for sql in FILL_POSTGRES {
        sqlx::query(sql)
            .execute(&bare)
            .await
            .expect("the tables can be filled");
    }
    let adapter = adapter(&database.url()).await;
    (database, adapter, BarePostgres(bare))
}

async fn sqlite() -> (SqliteDatabase, ThroughAdapter, BareSqlite) {
    let database = SqliteDatabase::migrated().await;
    let url = database.url();
    let file: SqliteConnectOptions = url.parse().expect("the URL is ours");
    let bare = SqlitePoolOptions::new()
        .max_connections(4)
        .acquire_timeout(Duration::from_secs(2))
        .idle_timeout(Duration::from_secs(30))
        .max_lifetime(Duration::from_mins(30))
        .test_before_acquire(false)
        .connect_with(file)
        .await
        .expect("the file is there");
    for sql in FILL_SQLITE {
        sqlx::query(sql)
            .execute(&bare)
            .await
            .expect("the tables can be filled");
    }
    let adapter = adapter(&url).await;
    (database, adapter, BareSqlite(bare))
}

async fn adapter(url: &str) -> ThroughAdapter {
    let options = ConnectOptions::from_url(url).expect("the URL is ours");
    let pool = Pool::connect(options).await.expect("the database is there");
    let adapter = SeaOrmAdapter::shared_with_authjs(pool).with_clock(ManualClock::new(now()));
    ThroughAdapter(Arc::new(adapter))
}
