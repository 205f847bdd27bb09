//! What becomes of connections while nobody uses them (F5, F27), on each server.

use std::time::Duration;

use authjs_adapter::Adapter as _;
use authjs_sea_orm::{Pool, SeaOrmAdapter};
use authjs_tests::{Fault, Hosted, Proxy, held_after};
use tokio::time::Instant;

use super::given::options;

/// Longer than a connection may idle without a ping.
const IDLE: Duration = Duration::from_millis(5200);
/// How long the ping may take, and what a busy machine may add.
const PING: Duration = Duration::from_millis(1000 + 1500);
/// Within which connections are back in the pool.
const PERMITS: Duration = Duration::from_secs(10);
const CONNECTIONS: u32 = 4;

/// Lists the tests, for one backend.
macro_rules! each {
    ($database:ty) => {
        each! { $database:
            nobody_who_reads_sees_that_idle_connections_were_ended,
            a_connection_that_fell_silent_while_it_idled_is_replaced_before_its_use
        }
    };
    ($database:ty: $($name:ident),*) => {
        $(
            #[tokio::test]
            async fn $name() {
                super::$name::<$database>().await;
            }
        )*
    };
}

mod postgres {
    use authjs_tests::PostgresDatabase;

    each!(PostgresDatabase);
}

mod mariadb {
    use authjs_tests::MariadbDatabase;

    each!(MariadbDatabase);
}

async fn in_parallel(store: &SeaOrmAdapter) {
    let calls: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.get_user(&1.into()).await })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.expect("no panic"), Ok(None));
    }
}

async fn nobody_who_reads_sees_that_idle_connections_were_ended<D: Hosted>() {
    let database = D::migrated().await;
    let pool = Pool::connect(options(&database).max_connections(CONNECTIONS)).await;
    let pool = pool.expect("the database is there");
    let store = SeaOrmAdapter::shared_with_authjs(&pool);
    in_parallel(&store).await;
    assert_eq!(held_after(&pool, PERMITS).await, 0);

    database.end_all().await;

    for _ in 0..2 {
        in_parallel(&store).await;
    }
}

async fn a_connection_that_fell_silent_while_it_idled_is_replaced_before_its_use<D: Hosted>() {
    let database = D::migrated().await;
    let proxy = Proxy::before(&database).await;
    let pool = Pool::connect(proxy.options(&database).max_connections(1)).await;
    let pool = pool.expect("the proxy is open");
    let store = SeaOrmAdapter::shared_with_authjs(&pool);
    store.get_user(&1.into()).await.expect("an answer");
    assert_eq!(held_after(&pool, PERMITS).await, 0);
    let before = proxy.accepted();
    tokio::time::sleep(IDLE).await;
    assert_eq!(proxy.accepted(), before, "it was replaced too early");
    proxy.fail_open(Fault::BlackHole).await;

    let asked = Instant::now();
    let answer = store.get_user(&1.into()).await;
    let waited = asked.elapsed();

    assert_eq!(answer, Ok(None));
    assert!(waited < PING, "{waited:?}");
    assert_eq!(proxy.accepted(), before + 1);
}
