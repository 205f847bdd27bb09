//! The conformance suite on every backend: directly, through `Arc<dyn Store>` as applications
//! hold it, and with hashed session tokens.

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
}
