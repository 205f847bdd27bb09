//! What is missing or wrong is named (P31).

use authjs_adapter::Adapter as _;
use authjs_sea_orm::{ConnectOptions, Finding, Pool, SeaOrmAdapter, Unfit, verify};
use authjs_tests::PostgresDatabase;

use crate::sea_orm::given::{Given, ada};
use crate::sea_orm::stock::Stock as _;

type Postgres = Given<PostgresDatabase>;

/// What is found, in short: the kind, the table, the columns and the promise.
async fn found(pool: &Pool) -> Vec<String> {
    let findings = verify(pool).await.expect("the catalog can be read");
    findings.iter().map(short).collect()
}

fn short(finding: &Finding) -> String {
    format!(
        "{:?} {} ({}) {}",
        finding.kind(),
        finding.table().unwrap_or("-"),
        finding.columns().join(", "),
        finding.promise().unwrap_or("-")
    )
}

/// What is found in a database that our migrations made, after this was done to it.
async fn found_after(sql: &str) -> Vec<String> {
    let given = Postgres::migrated().await;
    given.database.execute(sql).await;
    found(&given.pool).await
}

#[tokio::test]
async fn in_a_migrated_database_nothing_is_wrong() {
    let given = Postgres::migrated().await;

    assert_eq!(found(&given.pool).await, [""; 0]);
    given.store.strict().await.expect("nothing is wrong");
}

#[tokio::test]
async fn a_stock_database_lacks_what_upstream_does_not_make() {
    let given = Postgres::stock("").await;

    let found = found(&given.pool).await;

    assert_eq!(
        found,
        [
            "MissingUnique users (email) P4",
            "MissingUnique accounts (provider, providerAccountId) P5",
            "MissingCascade accounts (userId) P6",
            "MissingIndex accounts (userId) -",
            "MissingUnique sessions (sessionToken) P9",
            "MissingCascade sessions (userId) P6",
            "MissingIndex sessions (userId) -",
            "MissingIndex sessions (expires) -",
            "MissingIndex verification_token (expires) -",
            "MissingTable authenticators () -",
        ]
    );
}

#[tokio::test]
async fn strict_refuses_with_what_breaks_a_promise_and_without_notices() {
    let given = Postgres::stock("CREATE UNIQUE INDEX ON users (email)").await;

    let unfit = given.store.strict().await.expect_err("much is missing");

    let text = unfit.to_string();
    let Unfit::Breaks { findings } = unfit else {
        unreachable!("the database was not asked: {text}");
    };
    let found: Vec<_> = findings.iter().map(short).collect();
    assert_eq!(
        found,
        [
            "MissingUnique accounts (provider, providerAccountId) P5",
            "MissingCascade accounts (userId) P6",
            "MissingUnique sessions (sessionToken) P9",
            "MissingCascade sessions (userId) P6",
        ]
    );
    assert!(text.contains("accounts (provider, providerAccountId): add a unique"));
}

#[tokio::test]
async fn columns_of_other_types_are_named() {
    let given = Postgres::on(PostgresDatabase::empty().await).await;
    given
        .database
        .execute(
            r#"CREATE TABLE users (id uuid PRIMARY KEY, name varchar(100), email text UNIQUE,
                "emailVerified" timestamp, image text);
            CREATE TABLE verification_token (identifier text, expires timestamptz(0), token text,
                PRIMARY KEY (identifier, token));
            CREATE INDEX ON verification_token (expires)"#,
        )
        .await;

    let found = found(&given.pool).await;

    assert_eq!(
        found,
        [
            "WrongType users (id) P25",
            "TooNarrow users (name) P26",
            "WrongType users (emailVerified) P23",
            "MissingTable accounts () P23",
            "MissingTable sessions () P23",
            "TooNarrow verification_token (expires) P26",
            "MissingTable authenticators () -",
        ]
    );
}

#[tokio::test]
async fn a_column_that_is_not_there_is_named() {
    let found = found_after("ALTER TABLE users DROP image").await;

    assert_eq!(found, ["MissingColumn users (image) P23"]);
}

#[tokio::test]
async fn a_domain_counts_as_what_is_below_it() {
    let found =
        found_after("CREATE DOMAIN label AS varchar(255); ALTER TABLE users ALTER name TYPE label")
            .await;

    assert_eq!(found, [""; 0]);
}

#[tokio::test]
async fn an_index_that_failed_to_build_is_none() {
    let found = found_after(
        "DROP INDEX authjs_sessions_user_id_idx;
        CREATE INDEX partial ON sessions (\"userId\") WHERE expires > '2020-01-01'",
    )
    .await;

    assert_eq!(found, ["MissingIndex sessions (userId) -"]);
}

#[tokio::test]
async fn a_collation_that_takes_addresses_for_equal_is_named() {
    let found = found_after(
        "CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        ALTER TABLE users ALTER email TYPE varchar(255) COLLATE ci",
    )
    .await;

    assert_eq!(found, ["InexactCollation users (email) P24"]);
}

#[tokio::test]
async fn a_unique_that_takes_addresses_for_equal_is_named() {
    let found = found_after(
        "CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        CREATE UNIQUE INDEX own ON users (email COLLATE ci)",
    )
    .await;

    assert_eq!(found, ["InexactCollation users (email) P24"]);
}

#[tokio::test]
async fn a_server_that_takes_no_writes_is_named() {
    let database = PostgresDatabase::migrated().await;
    let read_only = format!(
        r#"ALTER DATABASE "{}" SET default_transaction_read_only = on"#,
        database.name()
    );
    database.execute(&read_only).await;
    let given = Postgres::on(database).await;

    assert_eq!(found(&given.pool).await, ["ReadOnly - () P31"]);
}

/// A role of one test, which may do what it was granted.
struct Role<'g> {
    given: &'g Postgres,
    name: String,
}

impl<'g> Role<'g> {
    async fn that_may(given: &'g Postgres, what: &str) -> Self {
        let name = format!("{}_role", given.database.name());
        given
            .database
            .execute(&format!(
                r#"CREATE ROLE "{name}" NOLOGIN;
                GRANT {what} ON ALL TABLES IN SCHEMA public TO "{name}";
                GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{name}""#
            ))
            .await;
        Self { given, name }
    }

    /// An adapter on a pool of the application, as this role.
    async fn store(&self) -> SeaOrmAdapter {
        let role = self.name.clone();
        let own = sqlx::postgres::PgPoolOptions::new()
            .max_connections(1)
            .after_connect(move |connection, _| {
                let role = role.clone();
                Box::pin(async move {
                    let set = sqlx::query("SELECT set_config('role', $1, false)");
                    set.bind(role).execute(connection).await.map(|_| ())
                })
            })
            .connect_with(self.given.database.options())
            .await
            .expect("the database is there");
        let own = sea_orm::SqlxPostgresConnector::from_sqlx_postgres_pool(own);
        SeaOrmAdapter::shared_with_authjs(own)
    }

    /// Roles belong to the server, and outlive the database.
    async fn drop(self) {
        let name = &self.name;
        let drop = format!(r#"DROP OWNED BY "{name}"; DROP ROLE "{name}""#);
        self.given.database.execute(&drop).await;
    }
}

#[tokio::test]
async fn a_role_that_may_only_read_can_ask() {
    let given = Postgres::migrated().await;
    let role = Role::that_may(&given, "SELECT").await;
    let store = role.store().await;

    let findings = store.verify().await;
    let written = store.create_user(ada()).await;
    role.drop().await;

    assert_eq!(findings, Ok(Vec::new()));
    written.expect_err("the role may only read");
}

/// Rows that a policy hides look as if they were not there.
#[tokio::test]
async fn row_level_security_that_hides_rows_is_named_and_refused() {
    let given = Postgres::migrated().await;
    let known = given.ada().await;
    let hide = "ALTER TABLE users ENABLE ROW LEVEL SECURITY;
        CREATE POLICY nobody ON users USING (false)";
    given.database.execute(hide).await;
    let role = Role::that_may(&given, "SELECT, INSERT, UPDATE, DELETE").await;
    let store = role.store().await;

    let seen = store.get_user(&known.id).await;
    let findings = store.verify().await;
    let refused = store.strict().await.err().map(|unfit| unfit.to_string());
    role.drop().await;

    let findings = findings.expect("the catalog can be read");
    let findings: Vec<_> = findings.iter().map(short).collect();
    assert_eq!(
        (seen, findings),
        (Ok(None), vec!["HiddenRows users () P13".to_owned()])
    );
    assert!(refused.is_some_and(|text| text.contains("hides rows of users")));
}

/// Policies do not bind the owner of a table, unless it is told so.
#[tokio::test]
async fn row_level_security_that_hides_nothing_is_not_named() {
    let found = found_after("ALTER TABLE users ENABLE ROW LEVEL SECURITY").await;

    assert_eq!(found, [""; 0]);
}

#[tokio::test]
async fn what_is_said_is_one_sentence_that_says_what_to_do() {
    let given = Postgres::stock("ALTER TABLE users DROP name, ALTER image TYPE varchar(9)").await;

    let findings = given.store.verify().await.expect("the catalog");

    let texts: Vec<_> = findings.iter().take(3).map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "users has no column name: add it as VARCHAR(255) or longer, or TEXT",
            "users (image) does not hold every value that can be stored: it has to be TEXT (MySQL: MEDIUMTEXT)",
            "nothing refuses a second row with the same users (email): add a unique constraint",
        ]
    );
}

#[tokio::test]
async fn a_database_that_cannot_be_asked_is_an_error() {
    let given = Postgres::migrated().await;
    let url = given
        .database
        .url()
        .replace(given.database.name(), "authjs_no_such_database");
    let options = ConnectOptions::from_url(&url).expect("a URL");
    let pool = Pool::per_request(options).expect("a pool that connects later");

    let unfit = SeaOrmAdapter::shared_with_authjs(pool).strict().await;

    assert!(matches!(unfit, Err(Unfit::NotExamined(_))), "{unfit:?}");
}
