//! A database that the published `@auth/pg-adapter` wrote, read back whole.

mod expected;
mod reading;

mod postgres {
    use authjs_adapter::{DynStore, ErrorKind, ManualClock, SessionToken, Snapshot};
    use authjs_sea_orm::{ConnectOptions, Pool, SeaOrmAdapter};
    use authjs_tests::{PostgresDatabase, snapshot_postgres};
    use chrono::{DateTime, Utc};
    use sqlx::{Connection as _, Executor as _, PgConnection};

    use super::expected::NOW;
    use super::reading;

    const FIXTURE: &str = include_str!("../fixtures/live_authjs.sql");

    /// A text of every row of every stock table, microseconds included.
    const CHECKSUMS: [&str; 4] = [
        "SELECT md5(string_agg(r::text, '|' ORDER BY id)) FROM users r",
        "SELECT md5(string_agg(r::text, '|' ORDER BY id)) FROM accounts r",
        "SELECT md5(string_agg(r::text, '|' ORDER BY id)) FROM sessions r",
        r#"SELECT md5(string_agg(r::text, '|' ORDER BY identifier COLLATE "C", token COLLATE "C"))
           FROM verification_token r"#,
    ];

    async fn live_database() -> PostgresDatabase {
        let database = PostgresDatabase::empty().await;
        // The dump empties search_path: this connection is good for nothing else.
        let mut loader = database.connect().await;
        loader.execute(FIXTURE).await.expect("the fixture is SQL");
        loader.close().await.expect("the server answers");
        database
    }

    async fn pool(database: &PostgresDatabase) -> Pool {
        let options = ConnectOptions::from_url(&database.url()).expect("the URL is ours");
        Pool::connect(options).await.expect("the database is there")
    }

    fn adapter(pool: &Pool) -> SeaOrmAdapter {
        let clock = ManualClock::new(NOW.parse().expect("a time"));
        SeaOrmAdapter::shared_with_authjs(pool.clone()).with_clock(clock)
    }

    async fn checksums(connection: &mut PgConnection) -> Vec<String> {
        let mut checksums = Vec::new();
        for sql in CHECKSUMS {
            let checksum = sqlx::query_scalar(sql).fetch_one(&mut *connection).await;
            checksums.push(checksum.expect("the table is there"));
        }
        checksums
    }

    fn counts(rows: &Snapshot) -> [usize; 5] {
        let now: DateTime<Utc> = NOW.parse().expect("a time");
        [
            rows.users.len(),
            rows.accounts.len(),
            rows.sessions.len(),
            rows.verification_tokens.len(),
            rows.sessions
                .iter()
                .filter(|session| session.expires <= now)
                .count(),
        ]
    }

    #[tokio::test]
    async fn every_row_is_read_as_it_stands_before_and_after_up() {
        let database = live_database().await;
        let mut raw = database.connect().await;
        let rows = snapshot_postgres(&mut raw).await;
        let before = checksums(&mut raw).await;
        let pool = pool(&database).await;
        let store: &DynStore = &adapter(&pool);
        assert_eq!(counts(&rows), [1512, 1536, 2261, 124, 801]);

        reading::everything(store, &rows).await;
        authjs_migration::up(pool.connection())
            .await
            .expect("the live database can be migrated");
        reading::everything(store, &rows).await;

        assert_eq!(checksums(&mut raw).await, before);
    }

    #[tokio::test]
    async fn a_token_with_live_rows_of_two_users_belongs_to_nobody() {
        let database = live_database().await;
        let mut raw = database.connect().await;
        raw.execute(
            r#"INSERT INTO sessions ("userId", expires, "sessionToken")
               VALUES (1, '2026-12-01Z', 'twin'), (2, '2026-12-02Z', 'twin'),
                      (1, '2026-12-01Z', 'live'), (2, '2026-10-01Z', 'live')"#,
        )
        .await
        .expect("the stock schema allows twins");
        let pool = pool(&database).await;
        let store: &DynStore = &adapter(&pool);

        let twin = store.get_session_and_user(&SessionToken::new("twin")).await;
        let live = store.get_session_and_user(&SessionToken::new("live")).await;

        assert_eq!(
            twin.map_err(|error| error.kind()),
            Err(ErrorKind::Inconsistent)
        );
        // The row of the other user is expired: it contradicts nothing.
        let user = live.expect("one live row").map(|(_, user)| user.id);
        assert_eq!(user, Some(1.into()));
    }
}
