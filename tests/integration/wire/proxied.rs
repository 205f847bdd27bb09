//! A server behind a proxy that reads the protocol.

use std::collections::BTreeSet;
use std::time::Duration;

use authjs_adapter::async_trait;
use authjs_sea_orm::Pool;
use authjs_tests::{Exchange, MariadbDatabase, Networked, PostgresDatabase, Proxy, exchanges};
use sqlx::{AssertSqlSafe, Executor as _};

use super::{Seen, Watch, Watched};

/// After which a connection that has not come back never will.
const LIMIT: Duration = Duration::from_secs(10);

pub(crate) struct Proxied(Proxy);

#[async_trait]
impl Watched for PostgresDatabase {
    type Watch = Proxied;

    const NAME: &'static str = "postgres";
    const AT_ONCE: usize = 2;

    async fn watched(&self, connections: u32) -> (Pool, Proxied) {
        // Nobody looks at what a crash would leave.
        let name = self.name();
        let hurry = format!(r#"ALTER DATABASE "{name}" SET synchronous_commit = off"#);
        let hurried = self.connect().await.execute(AssertSqlSafe(hurry)).await;
        hurried.expect("the database is ours");
        proxied(self, connections).await
    }

    async fn clear(&self) {
        let clear = "DELETE FROM users; DELETE FROM verification_token";
        let cleared = self.connect().await.execute(clear).await;
        cleared.expect("the tables are there");
    }
}

#[async_trait]
impl Watched for MariadbDatabase {
    type Watch = Proxied;

    const NAME: &'static str = "mariadb";
    const AT_ONCE: usize = 2;

    async fn watched(&self, connections: u32) -> (Pool, Proxied) {
        proxied(self, connections).await
    }

    async fn clear(&self) {
        let clear = "DELETE FROM users; DELETE FROM verification_token";
        let cleared = self.connect().await.execute(clear).await;
        cleared.expect("the tables are there");
    }
}

async fn proxied(database: &impl Networked, connections: u32) -> (Pool, Proxied) {
    let proxy = Proxy::before(database).await;
    let options = proxy.readable_options(database);
    let pool = Pool::connect(options.max_connections(connections)).await;
    proxy.listen();
    (pool.expect("the proxy is open"), Proxied(proxy))
}

#[async_trait]
impl Watch for Proxied {
    /// The pool sends a ping on each connection that comes back: the last thing to be heard.
    async fn end(&self) -> Seen {
        let mut heard = Vec::new();
        let all = async {
            loop {
                heard.append(&mut self.0.heard());
                let exchanges = exchanges(&heard);
                let is_back = |last: &Exchange| last.is_ping() && !last.answers.is_empty();
                if exchanges.is_empty() || exchanges.last().is_some_and(is_back) {
                    return exchanges;
                }
                tokio::task::yield_now().await;
            }
        };
        let all = tokio::time::timeout(LIMIT, all).await;
        let waited_for = waited_for(all.expect("the connection comes back"));
        Seen {
            statements: waited_for.iter().map(|one| one.statements() as u64).sum(),
            round_trips: waited_for.iter().map(names).collect(),
        }
    }

    fn texts(&self) -> BTreeSet<String> {
        self.0.sql()
    }
}

/// Leaves out the ping after the work of each connection: nobody waits for it. One that comes
/// before any work is waited for.
fn waited_for(exchanges: Vec<Exchange>) -> Vec<Exchange> {
    let mut has_worked = false;
    let is_waited_for = |exchange: &Exchange| {
        let is_release = exchange.is_ping() && has_worked;
        has_worked = !exchange.is_ping();
        !is_release
    };
    exchanges.into_iter().filter(is_waited_for).collect()
}

fn names(exchange: &Exchange) -> Vec<&'static str> {
    exchange
        .requests
        .iter()
        .map(|request| request.name)
        .collect()
}
