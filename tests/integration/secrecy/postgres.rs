//! PostgreSQL: its own errors and notices, those of triggers, checks and views of the
//! application, refused and lost connections, locks, deadlines.

use std::time::Duration;

use authjs_adapter::ErrorKind;
use authjs_sea_orm::{ConnectError, ConnectOptions, Pool, SeaOrmAdapter};
use authjs_tests::{Capture, PostgresDatabase, canary};
use sea_orm::TransactionTrait as _;
use sqlx::{AssertSqlSafe, Executor as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::calls::everything;
use super::{assert_silent, listen, options, stores};

const HEARD: [&str; 3] = ["span authjs", "event authjs", "span sea_orm"];

const TABLES: [&str; 5] = [
    "users",
    "accounts",
    "sessions",
    "verification_token",
    "authenticators",
];

async fn execute(database: &PostgresDatabase, statements: &str) {
    let told = database
        .connect()
        .await
        .execute(AssertSqlSafe(statements.to_owned()))
        .await;
    told.expect("the statements are right");
}

/// Calls everything in both modes on a migrated database after these statements.
async fn after(statements: &str, expected: ErrorKind) {
    let database = PostgresDatabase::migrated().await;
    execute(&database, statements).await;
    let capture = listen();
    let (_pool, stores) = stores(&capture, &database).await;

    for store in &stores {
        capture.debug("store", store);
        let errors = everything(store, &capture).await;
        assert!(errors.have(expected), "{errors:?}");
    }

    assert_silent(&capture, &HEARD);
}

/// A trigger on each table that runs this for each row that is written.
fn triggers(body: &str) -> String {
    let function = format!(
        "CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN {body} RETURN NEW; END $$;"
    );
    let triggers = TABLES.map(|table| {
        format!(
            "CREATE TRIGGER told BEFORE INSERT OR UPDATE ON {table} \
             FOR EACH ROW EXECUTE FUNCTION told();"
        )
    });
    function + &triggers.concat()
}

#[tokio::test]
async fn nothing_is_told_when_all_goes_well_or_is_refused() {
    after("SELECT 1", ErrorKind::UserMissing).await;
}

#[tokio::test]
async fn nothing_is_told_in_a_transaction_of_the_caller() {
    let capture = listen();
    let database = PostgresDatabase::migrated().await;
    let (pool, stores) = stores(&capture, &database).await;

    for store in &stores {
        let transaction = pool.connection().begin().await.expect("a transaction");
        everything(&store.on(&transaction).savepoints(), &capture).await;
        // The first error aborts it, and all that follows fails.
        everything(&store.on(&transaction), &capture).await;
        transaction.rollback().await.expect("a rollback");
    }

    assert_silent(&capture, &HEARD);
}

/// The message, the detail and the hint of the error hold the row.
#[tokio::test]
async fn nothing_is_told_when_a_trigger_raises_the_row() {
    let body = "RAISE EXCEPTION 'not %', NEW USING DETAIL = NEW::text, HINT = NEW::text;";
    after(&triggers(body), ErrorKind::Internal).await;
}

/// The driver hands notices to the log, so that the pool asks for none. (`RAISE INFO` reaches
/// every client: who uses it in a trigger has to filter `sqlx::postgres::notice`.)
#[tokio::test]
async fn nothing_is_told_when_a_trigger_gives_notice_of_the_row() {
    let body = "RAISE NOTICE 'row %', NEW; RAISE WARNING 'row %', NEW;";
    after(&triggers(body), ErrorKind::UserMissing).await;
}

/// The detail of such an error holds the whole row.
#[tokio::test]
async fn nothing_is_told_when_a_constraint_of_the_application_is_violated() {
    let checks = format!(
        "ALTER TABLE users ADD CONSTRAINT no_bird CHECK (name NOT LIKE '{0}%');
         ALTER TABLE accounts ADD CONSTRAINT no_bird CHECK (access_token NOT LIKE '{0}%');
         ALTER TABLE sessions ADD COLUMN tenant integer NOT NULL;
         ALTER TABLE verification_token ADD COLUMN tenant text NOT NULL;",
        canary("")
    );
    after(&checks, ErrorKind::Internal).await;
}

#[tokio::test]
async fn nothing_is_told_when_a_unique_or_foreign_key_of_the_application_is_violated() {
    let keys = "CREATE UNIQUE INDEX one_name ON users (name);
         CREATE UNIQUE INDEX one_image ON users (lower(image));
         CREATE TABLE tenants (name text PRIMARY KEY);
         ALTER TABLE accounts ADD FOREIGN KEY (access_token) REFERENCES tenants;
         ALTER TABLE sessions ADD FOREIGN KEY (\"sessionToken\") REFERENCES tenants;";
    after(keys, ErrorKind::Internal).await;
}

/// The server quotes what it cannot convert.
#[tokio::test]
async fn nothing_is_told_when_a_value_is_no_number() {
    let views = "ALTER TABLE users RENAME TO people;
         CREATE VIEW users AS SELECT id, name::integer::text AS name, email, \"emailVerified\", \
         image FROM people;
         INSERT INTO people (name, email) VALUES ('kanarienvogel', 'kanarienvogel-email@example.com');
         ALTER TABLE sessions ALTER expires TYPE text;
         ALTER TABLE accounts ALTER expires_at TYPE text;
         ALTER TABLE verification_token ALTER expires TYPE bytea USING 'kanarienvogel';";
    after(views, ErrorKind::Internal).await;
}

#[tokio::test]
async fn nothing_is_told_without_tables() {
    let drop = "DROP TABLE users, accounts, sessions, verification_token, authenticators";
    after(drop, ErrorKind::Internal).await;
}

#[tokio::test]
async fn nothing_is_told_while_rows_are_locked_or_the_deadline_passes() {
    let capture = listen();
    let database = PostgresDatabase::migrated().await;
    let mut other = database.connect().await;
    let lock = "BEGIN; LOCK TABLE users, accounts, sessions, verification_token, authenticators";
    other.execute(lock).await.expect("the locks are free");
    let options = options(&database).timeouts(Duration::from_secs(2), Duration::from_millis(20));
    let pool = Pool::connect(options).await.expect("the database is there");
    let store = SeaOrmAdapter::shared_with_authjs(&pool);
    let hasty = store.clone().with_deadline(Duration::from_millis(5));
    store.inspect().await.expect("the catalog is not locked");

    let busy = everything(&store, &capture).await;
    let late = everything(&hasty, &capture).await;

    assert!(busy.have(ErrorKind::Busy), "{busy:?}");
    assert!(late.have(ErrorKind::Unavailable), "{late:?}");
    assert_silent(&capture, &HEARD);
}

#[tokio::test]
async fn nothing_is_told_when_connections_are_lost() {
    let capture = listen();
    let database = PostgresDatabase::migrated().await;
    let (_pool, [store, _]) = stores(&capture, &database).await;
    let kill = "CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$;";
    let on = |table| {
        format!(
            "CREATE TRIGGER told BEFORE INSERT OR UPDATE ON {table} \
             FOR EACH ROW EXECUTE FUNCTION told();"
        )
    };
    execute(&database, &(kill.to_owned() + &TABLES.map(on).concat())).await;

    let errors = everything(&store, &capture).await;

    assert!(errors.have(ErrorKind::Unavailable), "{errors:?}");
    assert_silent(&capture, &HEARD);
}

/// The URL with other parts between scheme and query.
fn elsewhere(database: &PostgresDatabase, user: &str, name: &str) -> String {
    let url = database.url();
    let (_, place) = url.split_once("://").expect("a URL");
    let authority = place.split(['/', '?']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("postgres://{user}:{}@{host}/{name}", canary("password"))
}

/// Connects at once and later, and tells why it did not work.
async fn refused(capture: &Capture, url: &str) -> ConnectError {
    let options = ConnectOptions::from_url(url).expect("a URL");
    let hasty = options.clone().acquire_timeout(Duration::from_millis(200));
    let later = Pool::per_request(hasty).expect("a pool that connects later");
    let store = SeaOrmAdapter::shared_with_authjs(later);
    let error = Pool::connect(options).await.expect_err("nobody is let in");
    capture.error("connect", &error);
    let errors = everything(&store, capture).await;
    assert!(errors.have(ErrorKind::Unavailable), "{errors:?}");
    error
}

#[tokio::test]
async fn nothing_is_told_when_the_server_refuses_the_user_or_the_database() {
    let capture = listen();
    let database = PostgresDatabase::empty().await;
    let user = elsewhere(&database, &canary("user"), database.name());
    let name = database.options().get_username().to_owned();
    let unknown = elsewhere(&database, &name, &canary("database"));

    let user = refused(&capture, &user).await;
    let unknown = refused(&capture, &unknown).await;

    assert_eq!(user, ConnectError::Authentication);
    assert_eq!(unknown, ConnectError::NoSuchDatabase);
    assert_silent(&capture, &["connect", "event sqlx"]);
}

/// A server that refuses each password in these words.
async fn server(message: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut asked = [0; 1024];
            let _ = stream.read(&mut asked).await;
            let fields = format!("SFATAL\0VFATAL\0C28P01\0M{message}\0D{message}\0\0");
            let length = u32::try_from(fields.len() + 4).expect("a short message");
            let mut answer = vec![b'E'];
            answer.extend(length.to_be_bytes());
            answer.extend(fields.as_bytes());
            let _ = stream.write_all(&answer).await;
        }
    });
    let [user, password, name] = ["user", "password", "database"].map(canary);
    format!("postgres://{user}:{password}@{address}/{name}?sslmode=disable")
}

#[tokio::test]
async fn nothing_is_told_when_the_password_is_wrong() {
    let capture = listen();
    let message = format!(
        "password authentication failed for user \"{}\"",
        canary("user")
    );
    let url = server(message).await;

    let error = refused(&capture, &url).await;

    assert_eq!(error, ConnectError::Authentication);
    assert_silent(&capture, &["connect"]);
}

#[tokio::test]
async fn nothing_is_told_when_nobody_listens() {
    let capture = listen();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let [user, password, name] = ["user", "password", "database"].map(canary);

    let error = refused(
        &capture,
        &format!("postgres://{user}:{password}@{address}/{name}"),
    )
    .await;

    assert_eq!(error, ConnectError::Unreachable);
    assert_silent(&capture, &["connect"]);
}
