//! A pooler with fewer places than the pool.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use authjs_adapter::{Adapter as _, ErrorKind};
use authjs_sea_orm::{ConnectOptions, Pool, SeaOrmAdapter};
use authjs_tests::{PgBouncer, PostgresDatabase};
use tokio::time::Instant;

/// More than the pooler has places.
const CONNECTIONS: u32 = 8;
const CALLERS: u32 = 16;
/// Longer than it takes to notice a place that is lost.
const LOAD: Duration = Duration::from_secs(15);

/// The pool of the driver that is in use now.
fn generation(pool: &Pool) -> usize {
    let pool = pool.connection().get_postgres_connection_pool();
    Arc::as_ptr(&pool.connect_options()).addr()
}

#[tokio::test]
async fn a_pooler_with_fewer_places_than_the_pool_makes_callers_wait_and_nothing_else() {
    let database = PostgresDatabase::migrated().await;
    let settings = [
        "pool_mode = session",
        "ignore_startup_parameters = extra_float_digits",
        "default_pool_size = 3",
        // It keeps those that have left waiting.
        "max_client_conn = 1000",
    ];
    let pooler = PgBouncer::before(&database, &settings).await;
    let options = ConnectOptions::from_url(&pooler.url()).expect("the URL is ours");
    let options = options.max_connections(CONNECTIONS);
    let pool = Pool::connect(options.acquire_timeout(Duration::from_secs(1))).await;
    let pool = pool.expect("there are places");
    let store = SeaOrmAdapter::shared_with_authjs(&pool);
    store.inspect().await.expect("the catalog can be read");
    let first = generation(&pool);
    let end = Instant::now() + LOAD;

    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let (mut served, mut busy) = (0_u32, 0_u32);
                while Instant::now() < end {
                    match store.get_user(&1.into()).await {
                        Ok(None) => served += 1,
                        Ok(Some(_)) => unreachable!("there is nobody"),
                        Err(error) => {
                            assert_eq!(error.kind(), ErrorKind::Busy, "{error:?}");
                            busy += 1;
                        }
                    }
                }
                (served, busy)
            })
        })
        .collect();
    let mut seen = BTreeSet::from([first]);
    while Instant::now() < end {
        seen.insert(generation(&pool));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let (mut served, mut busy) = (0, 0);
    for caller in callers {
        let of_caller = caller.await.expect("no other error");
        served += of_caller.0;
        busy += of_caller.1;
    }

    assert_eq!(seen.len(), 1, "the pool was replaced");
    assert!(served > 100 * busy.max(1), "{served} served, {busy} busy");
    // The control: without callers that wait in vain this test shows nothing.
    assert!(busy > 0, "there was a place for each");
}
