//! What is made of the list of the cases.

/// Makes one test per conformance case, in a module per model, for the adapter behind a
/// [`Harness`](crate::Harness).
///
/// With only a harness it needs an adapter with every capability
/// ([`Store`](authjs_adapter::Store)). An adapter without some of them names the models that it
/// has; the first four need nothing but [`Adapter`](authjs_adapter::Adapter):
/// `users`, `accounts`, `sessions`, `verification_tokens`, `authenticators`, `account_tokens`,
/// `session_admin`, `sign_in`, `housekeeping`, `batch_lookup`.
///
/// Call it once per module; the tests are named `users::get_user_is_none_for_an_unknown_id`
/// below it.
///
/// # Examples
///
/// ```
/// mod memory {
///     authjs_conformance::conformance_suite!(authjs_conformance::MemoryHarness);
/// }
///
/// mod core_only {
///     authjs_conformance::conformance_suite!(
///         authjs_conformance::MemoryHarness: users, accounts, sessions, verification_tokens
///     );
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! conformance_suite {
    ($harness:ty) => {
        type HarnessUnderTest = $harness;
        $crate::__cases! { __tests () * }
    };
    ($harness:ty: $($model:ident),+ $(,)?) => {
        type HarnessUnderTest = $harness;
        $($crate::__cases! { __tests () $model })+
    };
}

/// Makes the tests of one model.
#[doc(hidden)]
#[macro_export]
macro_rules! __tests {
    (() $model:ident $doc:literal
        $($method:ident { $($aspect:ident: $($case:ident),+;)+ })+
    ) => {
        mod $model {
            $($($(
                #[test]
                fn $case() {
                    $crate::run::<super::HarnessUnderTest>(|h| {
                        ::std::boxed::Box::pin($crate::$model::$case(h))
                    });
                }
            )+)+)+
        }
    };
}

/// Adds the cases of one model to a vector.
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    (($cases:ident) $model:ident $doc:literal
        $($method:ident { $($aspect:ident: $($case:ident),+;)+ })+
    ) => {
        $cases.extend([$($($(
            $crate::Case {
                model: stringify!($model),
                method: stringify!($method),
                aspect: $crate::Aspect::$aspect,
                name: stringify!($case),
                run: |h| ::std::boxed::Box::pin($crate::$model::$case(h)),
            },
        )+)+)+]);
    };
}

/// Makes the cases of one model public. A case that is not in the list is dead code, which
/// the compiler reports.
#[doc(hidden)]
#[macro_export]
macro_rules! __modules {
    (() $model:ident $doc:literal
        $($method:ident { $($aspect:ident: $($case:ident),+;)+ })+
    ) => {
        #[doc = $doc]
        pub mod $model {
            $(pub use $crate::cases::$model::$method::{$($($case),+),+};)+
        }
    };
}
