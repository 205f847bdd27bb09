//! Places of a pool that the driver loses come back, on each server.

use std::time::Duration;

use authjs_adapter::{Adapter as _, ErrorKind};
use authjs_sea_orm::{Pool, SeaOrmAdapter};
use authjs_tests::{Fault, Networked, Proxy};
use tokio::time::Instant;

use super::given::kind;

/// How long a call waits for a connection here.
const ACQUIRE: Duration = Duration::from_millis(300);
/// Within which no place may be lost any more (P16), and what a busy machine may add.
const RECOVERY: Duration = Duration::from_secs(10 + 5);

/// Lists the tests, for one backend.
macro_rules! each {
    ($database:ty) => {
        each! { $database:
            a_connection_that_falls_silent_on_its_way_back_keeps_its_place_for_seconds_only
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

/// The driver pings a connection on its way back, without a limit: what falls silent just then,
/// when nothing is wrong yet and nothing is examined, never comes back.
async fn a_connection_that_falls_silent_on_its_way_back_keeps_its_place_for_seconds_only<
    D: Networked,
>() {
    let database = D::migrated().await;
    let proxy = Proxy::before(&database).await;
    let options = proxy.options(&database).max_connections(1);
    let pool = Pool::connect(options.acquire_timeout(ACQUIRE)).await;
    let store = SeaOrmAdapter::shared_with_authjs(pool.expect("the proxy is open"));
    store.inspect().await.expect("the catalog can be read");

    store.get_user(&1.into()).await.expect("an answer");
    // At its first poll, before the task runs that gives the connection back.
    proxy.fail_open(Fault::BlackHole).await;
    let first = store.get_user(&1.into()).await;
    let noticed = Instant::now();
    while store.get_user(&1.into()).await.is_err() {
        assert!(noticed.elapsed() < RECOVERY, "the place is lost");
    }

    // The control: without a place that is lost this test shows nothing.
    assert_eq!(kind(first), Some(ErrorKind::Busy));
    for _ in 0..20 {
        store.get_user(&1.into()).await.expect("an answer");
    }
}
