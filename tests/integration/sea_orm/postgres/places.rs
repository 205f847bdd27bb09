//! A pooler with fewer places than the pool.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use authjs_adapter::{Adapter as _, ErrorKind, NewUser};
use authjs_sea_orm::{ConnectOptions, Pool, SeaOrmAdapter};
use authjs_tests::{PgBouncer, PostgresDatabase};
use tokio::time::Instant;

use crate::sea_orm::given::Given;
use crate::sea_orm::stock::Stock as _;

/// More than the pooler has places.
const CONNECTIONS: u32 = 8;
const CALLERS: u32 = 16;
/// Longer than it takes to notice a place that is lost.
const LOAD: Duration = Duration::from_secs(15);
/// Few connections come back: on a pool where many do, some are always on their way.
const SLOW: &str = "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_sleep(0.5); RETURN new; END';
    CREATE TRIGGER dawdle AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION dawdle()";

/// The pool of the driver that is in use now.
fn generation(pool: &Pool) -> usize {
    let pool = pool.connection().get_postgres_connection_pool();
    Arc::as_ptr(&pool.connect_options()).addr()
}

#[tokio::test]
async fn a_pooler_with_fewer_places_than_the_pool_makes_callers_wait_and_nothing_else() {
    let given = Given::<PostgresDatabase>::migrated().await;
    given.database.execute(SLOW).await;
    let settings = [
        "pool_mode = session",
        "ignore_startup_parameters = extra_float_digits",
        "default_pool_size = 3",
        // It keeps those that have left waiting.
        "max_client_conn = 1000",
    ];
    let pooler = PgBouncer::before(&given.database, &settings).await;
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
                let (mut served, mut busy) = (0_u64, 0_u64);
                while Instant::now() < end {
                    match store.create_user(NewUser::default()).await {
                        Ok(_) => served += 1,
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
    assert!(served > 2 * LOAD.as_secs(), "only {served} were served");
    assert_eq!(given.rows().await.users.len() as u64, served);
    // The control: without callers that wait in vain this test shows nothing.
    assert!(busy > 0, "there was a place for each");
}
