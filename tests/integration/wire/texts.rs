//! Over the whole suite the server sees a fixed set of SQL texts: no value is part of one.

use super::Watched;
use super::snapshot::assert_known;
use super::suite::texts_of_the_suite;

async fn the_suite_sends_the_known_texts<D: Watched>() {
    let texts = texts_of_the_suite::<D>().await;

    assert_known(D::NAME, &texts);
}

mod mariadb {
    use authjs_tests::MariadbDatabase;

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn the_suite_sends_the_known_texts() {
        super::the_suite_sends_the_known_texts::<MariadbDatabase>().await;
    }
}

mod postgres {
    use authjs_tests::PostgresDatabase;

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn the_suite_sends_the_known_texts() {
        super::the_suite_sends_the_known_texts::<PostgresDatabase>().await;
    }
}

mod sqlite {
    use authjs_tests::SqliteDatabase;

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn the_suite_sends_the_known_texts() {
        super::the_suite_sends_the_known_texts::<SqliteDatabase>().await;
    }
}
