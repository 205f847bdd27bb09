//! The conformance suite on every backend: directly, through `Arc<dyn Store>` as applications
//! hold it, with hashed session tokens, and in transactions of the caller.

mod memory {
    use authjs_conformance::{MemoryHarness, conformance_suite};

    conformance_suite!(MemoryHarness);

    mod dynamic {
        use authjs_conformance::{DynHarness, conformance_suite};

        use super::MemoryHarness;

        conformance_suite!(DynHarness<MemoryHarness>);
    }
}

mod sqlite {
    use authjs_conformance::conformance_suite;
    use authjs_tests::{SeaOrmHarness, SqliteDatabase};

    conformance_suite!(SeaOrmHarness<SqliteDatabase>);

    mod dynamic {
        use authjs_conformance::{DynHarness, conformance_suite};

        use super::{SeaOrmHarness, SqliteDatabase};

        conformance_suite!(DynHarness<SeaOrmHarness<SqliteDatabase>>);
    }

    mod standalone {
        use authjs_conformance::conformance_suite;
        use authjs_tests::Standalone;

        use super::{SeaOrmHarness, SqliteDatabase};

        conformance_suite!(SeaOrmHarness<SqliteDatabase, Standalone>);
    }

    mod in_transaction {
        use authjs_conformance::conformance_suite;
        use authjs_tests::InTransactionHarness;

        use super::SqliteDatabase;

        conformance_suite!(InTransactionHarness<SqliteDatabase>);
    }

    /// The models with writes that the database may refuse: there it matters that the caller
    /// can go on.
    mod with_savepoints {
        use authjs_conformance::conformance_suite;
        use authjs_tests::{Commits, InTransactionHarness};

        use super::SqliteDatabase;

        conformance_suite!(
            InTransactionHarness<SqliteDatabase, Commits>:
            users, accounts, sessions, verification_tokens, authenticators, account_tokens, sign_in
        );
    }
}

mod postgres {
    use authjs_conformance::conformance_suite;
    use authjs_tests::{PostgresDatabase, SeaOrmHarness};

    conformance_suite!(SeaOrmHarness<PostgresDatabase>);

    mod dynamic {
        use authjs_conformance::{DynHarness, conformance_suite};

        use super::{PostgresDatabase, SeaOrmHarness};

        conformance_suite!(DynHarness<SeaOrmHarness<PostgresDatabase>>);
    }

    mod standalone {
        use authjs_conformance::conformance_suite;
        use authjs_tests::Standalone;

        use super::{PostgresDatabase, SeaOrmHarness};

        conformance_suite!(SeaOrmHarness<PostgresDatabase, Standalone>);
    }

    mod in_transaction {
        use authjs_conformance::conformance_suite;
        use authjs_tests::InTransactionHarness;

        use super::PostgresDatabase;

        conformance_suite!(InTransactionHarness<PostgresDatabase>);
    }

    /// The models with writes that the database may refuse: there it matters that the caller
    /// can go on.
    mod with_savepoints {
        use authjs_conformance::conformance_suite;
        use authjs_tests::{Commits, InTransactionHarness};

        use super::PostgresDatabase;

        conformance_suite!(
            InTransactionHarness<PostgresDatabase, Commits>:
            users, accounts, sessions, verification_tokens, authenticators, account_tokens, sign_in
        );
    }
}

mod mariadb {
    use authjs_conformance::conformance_suite;
    use authjs_tests::{MariadbDatabase, SeaOrmHarness};

    conformance_suite!(SeaOrmHarness<MariadbDatabase>);

    mod dynamic {
        use authjs_conformance::{DynHarness, conformance_suite};

        use super::{MariadbDatabase, SeaOrmHarness};

        conformance_suite!(DynHarness<SeaOrmHarness<MariadbDatabase>>);
    }

    mod standalone {
        use authjs_conformance::conformance_suite;
        use authjs_tests::Standalone;

        use super::{MariadbDatabase, SeaOrmHarness};

        conformance_suite!(SeaOrmHarness<MariadbDatabase, Standalone>);
    }

    mod in_transaction {
        use authjs_conformance::conformance_suite;
        use authjs_tests::InTransactionHarness;

        use super::MariadbDatabase;

        conformance_suite!(InTransactionHarness<MariadbDatabase>);
    }

    /// The models with writes that the database may refuse: there it matters that the caller
    /// can go on.
    mod with_savepoints {
        use authjs_conformance::conformance_suite;
        use authjs_tests::{Commits, InTransactionHarness};

        use super::MariadbDatabase;

        conformance_suite!(
            InTransactionHarness<MariadbDatabase, Commits>:
            users, accounts, sessions, verification_tokens, authenticators, account_tokens, sign_in
        );
    }
}
