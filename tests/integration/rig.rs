//! The test databases themselves.

mod postgres {
    use authjs_tests::PostgresDatabase;
    use sqlx::Connection as _;

    async fn exists(name: &str) -> bool {
        let other = PostgresDatabase::empty().await;
        let mut connection = other.connect().await;
        let exists =
            sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
                .bind(name)
                .fetch_one(&mut connection)
                .await
                .expect("the catalog can be read");
        connection.close().await.expect("the server answers");
        exists
    }

    #[tokio::test]
    async fn a_database_is_dropped_with_its_value_though_somebody_is_connected() {
        let database = PostgresDatabase::migrated().await;
        let connected = database.connect().await;
        let name = database.name().to_owned();
        assert!(exists(&name).await);

        drop(database);

        assert!(!exists(&name).await);
        drop(connected);
    }

    #[tokio::test]
    async fn a_database_is_dropped_when_its_test_panics() {
        let database = PostgresDatabase::migrated().await;
        let name = database.name().to_owned();

        let ended = tokio::spawn(async move {
            let _database = database;
            panic!("as a failing test does");
        })
        .await;

        assert!(ended.is_err_and(|end| end.is_panic()));
        assert!(!exists(&name).await);
    }

    #[tokio::test]
    async fn two_databases_share_nothing() {
        let one = PostgresDatabase::migrated().await;
        let other = PostgresDatabase::migrated().await;
        let insert = "INSERT INTO users (name) VALUES ('Ada')";
        sqlx::query(insert)
            .execute(&mut one.connect().await)
            .await
            .expect("the tables are there");

        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM users")
            .fetch_one(&mut other.connect().await)
            .await
            .expect("the tables are there");

        assert_eq!(count, 0);
    }
}

mod mariadb {
    use authjs_tests::MariadbDatabase;
    use sqlx::Connection as _;

    async fn exists(name: &str) -> bool {
        let other = MariadbDatabase::empty().await;
        let mut connection = other.connect().await;
        let exists = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?)",
        )
        .bind(name)
        .fetch_one(&mut connection)
        .await
        .expect("the catalog can be read");
        connection.close().await.expect("the server answers");
        exists
    }

    #[tokio::test]
    async fn a_database_is_dropped_with_its_value_though_somebody_is_writing() {
        let database = MariadbDatabase::migrated().await;
        let mut connected = database.connect().await;
        let mut writing = connected.begin().await.expect("the server answers");
        sqlx::query("INSERT INTO users (name) VALUES ('Ada')")
            .execute(&mut *writing)
            .await
            .expect("the table is there");
        let name = database.name().to_owned();
        assert!(exists(&name).await);

        drop(database);

        assert!(!exists(&name).await);
    }

    #[tokio::test]
    async fn a_database_is_dropped_when_its_test_panics() {
        let database = MariadbDatabase::migrated().await;
        let name = database.name().to_owned();

        let ended = tokio::spawn(async move {
            let _database = database;
            panic!("as a failing test does");
        })
        .await;

        assert!(ended.is_err_and(|end| end.is_panic()));
        assert!(!exists(&name).await);
    }

    #[tokio::test]
    async fn two_databases_share_nothing() {
        let one = MariadbDatabase::migrated().await;
        let other = MariadbDatabase::migrated().await;
        let insert = "INSERT INTO users (name) VALUES ('Ada')";
        sqlx::query(insert)
            .execute(&mut one.connect().await)
            .await
            .expect("the tables are there");

        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM users")
            .fetch_one(&mut other.connect().await)
            .await
            .expect("the tables are there");

        assert_eq!(count, 0);
    }
}
