//! SQLite has no wire: the driver's own log of statements, and what the database tells at the end
//! of each transaction.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr as _;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use authjs_adapter::async_trait;
use authjs_sea_orm::Pool;
use authjs_tests::SqliteDatabase;
use sea_orm::SqlxSqliteConnector;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Executor as _};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata};

use super::{Seen, Watch, Watched};

/// Where the driver logs its statements.
const TARGET: &str = "sqlx::query";

/// What was seen, in its order. A statement is logged at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Sight {
    Statement(String),
    /// A transaction was committed or rolled back.
    End,
}

/// The log of the program: the driver works on threads of its own, so that there is only one.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<Sight>>>);

impl Log {
    /// The one of this process, whose tests that need it run one at a time.
    fn of_the_process() -> Self {
        static LOG: OnceLock<Log> = OnceLock::new();
        let log = LOG.get_or_init(|| {
            let log = Self::default();
            tracing::subscriber::set_global_default(log.clone()).expect("nobody else listens");
            log
        });
        log.clone()
    }

    fn sights(&self) -> MutexGuard<'_, Vec<Sight>> {
        self.0.lock().expect("nobody panics with it")
    }
}

impl tracing::Subscriber for Log {
    /// Only the pools of this module log at this level.
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == TARGET && *metadata.level() == Level::TRACE
    }

    fn event(&self, event: &Event<'_>) {
        let mut text = Text::default();
        event.record(&mut text);
        // A short statement is its own summary.
        let sql = if text.whole.is_empty() {
            text.summary
        } else {
            text.whole
        };
        self.sights().push(Sight::Statement(sql.trim().to_owned()));
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// The statement of an event.
#[derive(Default)]
struct Text {
    summary: String,
    whole: String,
}

impl Visit for Text {
    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" => value.clone_into(&mut self.summary),
            "db.statement" => value.clone_into(&mut self.whole),
            _ => {}
        }
    }
}

pub(crate) struct Traced {
    log: Log,
    texts: Mutex<BTreeSet<String>>,
    // Other tests of the process wait until this one is over.
    _turn: tokio::sync::MutexGuard<'static, ()>,
}

#[async_trait]
impl Watched for SqliteDatabase {
    type Watch = Traced;

    const NAME: &'static str = "sqlite";
    /// There is one log, and one writer.
    const AT_ONCE: usize = 1;

    async fn watched(&self, connections: u32) -> (Pool, Traced) {
        static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
        let turn = TURN.lock().await;
        let log = Log::of_the_process();
        let options = SqliteConnectOptions::from_str(&self.url())
            .expect("the URL is ours")
            .foreign_keys(true)
            // Nobody looks at what a crash would leave.
            .synchronous(SqliteSynchronous::Off)
            .log_statements("trace".parse().expect("a level"));
        let hooked = log.clone();
        let pool = SqlitePoolOptions::new()
            .max_connections(connections)
            .after_connect(move |connection, _| {
                let log = hooked.clone();
                Box::pin(async move { hook(connection, log).await })
            })
            .connect_with(options)
            .await
            .expect("the database is there");
        let watch = Traced {
            log,
            texts: Mutex::default(),
            _turn: turn,
        };
        (
            SqlxSqliteConnector::from_sqlx_sqlite_pool(pool).into(),
            watch,
        )
    }

    async fn clear(&self) {
        let clear = "DELETE FROM users; DELETE FROM verification_token";
        let cleared = self.connect().await.execute(clear).await;
        cleared.expect("the tables are there");
    }
}

/// The driver does not log BEGIN, COMMIT and ROLLBACK; the database tells about the latter two.
async fn hook(connection: &mut SqliteConnection, log: Log) -> sqlx::Result<()> {
    let mut handle = connection.lock_handle().await?;
    let rolled_back = log.clone();
    handle.set_rollback_hook(move || rolled_back.sights().push(Sight::End));
    handle.set_commit_hook(move || {
        log.sights().push(Sight::End);
        true
    });
    Ok(())
}

impl Traced {
    /// Takes what was logged, and keeps its texts.
    fn take(&self) -> Vec<Sight> {
        let sights = std::mem::take(&mut *self.log.sights());
        let texts = sights.iter().filter_map(|sight| match sight {
            // Settings of a new connection.
            Sight::Statement(text) if text.starts_with("PRAGMA") => None,
            Sight::Statement(text) => Some(text.clone()),
            Sight::End => None,
        });
        self.texts
            .lock()
            .expect("nobody panics with it")
            .extend(texts);
        sights
    }
}

#[async_trait]
impl Watch for Traced {
    async fn end(&self) -> Seen {
        Seen {
            statements: count(&self.take()),
            round_trips: Vec::new(),
        }
    }

    fn texts(&self) -> BTreeSet<String> {
        self.take();
        self.texts.lock().expect("nobody panics with it").clone()
    }
}

/// A statement that is its own transaction ends it before it is logged itself. Any other end is a
/// statement, and its transaction began with one.
fn count(sights: &[Sight]) -> u64 {
    let is_statement = |sight: &Sight| matches!(sight, Sight::Statement(_));
    let next = sights.iter().skip(1).map(Some).chain([None]);
    let of_each = sights.iter().zip(next).map(|(sight, next)| {
        let is_own = next.is_some_and(is_statement);
        match sight {
            Sight::Statement(_) => 1,
            Sight::End if is_own => 0,
            Sight::End => 2,
        }
    });
    of_each.sum()
}
