//! The one list of the cases, and what is made of it.

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
    (() $model:ident $doc:literal $($case:ident,)+) => {
        mod $model {
            $(
                #[test]
                fn $case() {
                    $crate::run::<super::HarnessUnderTest>(|h| {
                        ::std::boxed::Box::pin($crate::$model::$case(h))
                    });
                }
            )+
        }
    };
}

/// Adds the cases of one model to a vector.
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    (($cases:ident) $model:ident $doc:literal $($case:ident,)+) => {
        $cases.extend([$(
            $crate::Case::new(stringify!($model), stringify!($case), |h| {
                ::std::boxed::Box::pin($crate::$model::$case(h))
            }),
        )+]);
    };
}

/// Makes the cases of one model public. A case that is not in the list is dead code, which
/// the compiler reports.
#[doc(hidden)]
#[macro_export]
macro_rules! __modules {
    (() $model:ident $doc:literal $($case:ident,)+) => {
        #[doc = $doc]
        pub mod $model {
            pub use $crate::cases::$model::{$($case),+};
        }
    };
}

/// The list: passes `args model "docs" case, case, ...` to the macro `then`.
#[doc(hidden)]
#[macro_export]
macro_rules! __cases {
    ($then:ident $args:tt *) => {
        $crate::__cases! { $then $args users }
        $crate::__cases! { $then $args accounts }
        $crate::__cases! { $then $args sessions }
        $crate::__cases! { $then $args verification_tokens }
        $crate::__cases! { $then $args authenticators }
        $crate::__cases! { $then $args account_tokens }
        $crate::__cases! { $then $args session_admin }
        $crate::__cases! { $then $args sign_in }
        $crate::__cases! { $then $args housekeeping }
        $crate::__cases! { $then $args batch_lookup }
    };
    ($then:ident $args:tt users) => {
        $crate::$then! { $args users "Users."
            create_user_returns_the_stored_row,
            create_user_stores_absent_columns_as_null,
            create_user_allows_many_users_without_an_address,
            create_user_cuts_the_time_to_milliseconds,
            create_user_stores_texts_verbatim,
            create_user_refuses_an_address_that_is_taken,
            create_user_compares_addresses_byte_for_byte,
            create_user_stores_the_longest_values,
            create_user_refuses_texts_that_are_too_long,
            create_user_refuses_texts_with_nul,
            create_user_refuses_an_empty_address,
            create_user_refuses_times_out_of_range,
            create_user_creates_one_of_simultaneous_twins,
            get_user_returns_the_stored_row,
            get_user_is_none_for_an_unknown_id,
            get_user_is_none_for_a_malformed_id,
            get_user_by_email_returns_the_stored_row,
            get_user_by_email_is_none_for_an_unknown_address,
            get_user_by_email_compares_byte_for_byte,
            get_user_by_email_is_none_for_an_impossible_address,
            get_user_by_account_returns_the_linked_user,
            get_user_by_account_is_none_for_an_unknown_account,
            get_user_by_account_compares_byte_for_byte,
            get_user_by_account_is_none_for_an_impossible_key,
            update_user_changes_only_what_is_given,
            update_user_sets_every_column,
            update_user_clears_what_is_null,
            update_user_with_nothing_set_is_a_read,
            update_user_leaves_others_alone,
            update_user_fails_for_an_unknown_id,
            update_user_fails_for_a_malformed_id,
            update_user_refuses_an_address_that_is_taken,
            update_user_accepts_the_same_address_again,
            update_user_refuses_what_cannot_be_stored,
            update_user_keeps_simultaneous_changes_of_different_columns,
            delete_user_removes_accounts_and_sessions,
            delete_user_returns_the_removed_row,
            delete_user_leaves_others_alone,
            delete_user_keeps_verification_tokens,
            delete_user_is_none_for_an_unknown_id,
            delete_user_is_none_for_a_malformed_id,
            delete_user_leaves_no_orphan_beside_create_session,
        }
    };
    ($then:ident $args:tt accounts) => {
        $crate::$then! { $args accounts "Linked accounts."
            link_account_returns_the_stored_row,
            link_account_stores_absent_tokens_as_null,
            link_account_keeps_large_numbers,
            link_account_stores_texts_verbatim,
            link_account_allows_several_accounts_of_one_user,
            link_account_stores_the_longest_values,
            link_account_refuses_what_cannot_be_stored,
            link_account_refuses_an_account_of_another_user,
            link_account_refuses_the_same_account_twice,
            link_account_reports_a_missing_user_before_a_conflict,
            link_account_refuses_an_unknown_user,
            link_account_refuses_a_malformed_user,
            link_account_links_one_of_simultaneous_callers,
            unlink_account_removes_the_account,
            unlink_account_returns_the_removed_row,
            unlink_account_is_none_for_an_unknown_account,
            unlink_account_is_none_for_an_impossible_key,
            unlink_account_returns_the_row_to_one_caller,
            get_account_returns_the_stored_row,
            get_account_is_none_for_an_unknown_account,
            get_account_compares_byte_for_byte,
            get_account_is_none_for_an_impossible_key,
        }
    };
    ($then:ident $args:tt sessions) => {
        $crate::$then! { $args sessions "Sessions."
            create_session_returns_the_stored_row,
            create_session_allows_several_sessions_of_one_user,
            create_session_looks_at_no_expiry,
            create_session_cuts_the_time_to_milliseconds,
            create_session_keeps_tokens_verbatim,
            create_session_refuses_a_token_of_the_same_user,
            create_session_refuses_a_token_of_another_user,
            create_session_refuses_an_unknown_user,
            create_session_refuses_a_malformed_user,
            create_session_reports_a_missing_user_before_a_conflict,
            create_session_refuses_what_cannot_be_stored,
            create_session_creates_one_of_simultaneous_callers,
            get_session_and_user_returns_both_rows,
            get_session_and_user_is_none_for_an_unknown_token,
            get_session_and_user_compares_byte_for_byte,
            get_session_and_user_is_none_for_an_impossible_token,
            get_session_and_user_is_none_for_a_handle,
            get_session_and_user_finds_a_session_until_it_ends,
            get_session_and_user_is_none_from_the_end_on,
            get_session_and_user_leaves_an_expired_row_to_the_purge,
            get_session_and_user_is_none_after_the_user_is_deleted,
            update_session_sets_the_end,
            update_session_honours_an_earlier_end,
            update_session_looks_at_no_expiry,
            update_session_with_nothing_set_is_a_read,
            update_session_leaves_others_alone,
            update_session_is_none_for_an_unknown_token,
            update_session_is_none_for_an_impossible_token,
            update_session_refuses_times_out_of_range,
            update_session_never_revives_a_deleted_session,
            delete_session_removes_the_session,
            delete_session_returns_the_removed_row,
            delete_session_looks_at_no_expiry,
            delete_session_is_none_for_an_unknown_token,
            delete_session_is_none_for_an_impossible_token,
            delete_session_returns_the_row_to_one_caller,
        }
    };
    ($then:ident $args:tt verification_tokens) => {
        $crate::$then! { $args verification_tokens "Verification tokens."
            create_verification_token_returns_the_stored_row,
            create_verification_token_cuts_the_time_to_milliseconds,
            create_verification_token_stores_texts_verbatim,
            create_verification_token_allows_several_of_one_address,
            create_verification_token_refuses_a_duplicate,
            create_verification_token_refuses_what_cannot_be_stored,
            create_verification_token_creates_one_of_simultaneous_callers,
            use_verification_token_returns_the_removed_row,
            use_verification_token_works_once,
            use_verification_token_needs_the_identifier,
            use_verification_token_needs_the_token,
            use_verification_token_leaves_others_alone,
            use_verification_token_looks_at_no_expiry,
            use_verification_token_compares_byte_for_byte,
            use_verification_token_is_none_for_an_impossible_key,
            use_verification_token_works_for_one_caller,
        }
    };
    ($then:ident $args:tt authenticators) => {
        $crate::$then! { $args authenticators "Passkeys: [`Authenticators`](authjs_adapter::Authenticators)."
            create_authenticator_returns_the_stored_row,
            create_authenticator_stores_absent_transports_as_null,
            create_authenticator_stores_the_longest_values,
            create_authenticator_refuses_what_cannot_be_stored,
            create_authenticator_refuses_a_credential_of_another_user,
            create_authenticator_refuses_the_same_credential_twice,
            create_authenticator_refuses_an_unknown_user,
            create_authenticator_refuses_a_malformed_user,
            create_authenticator_reports_a_missing_user_before_a_conflict,
            create_authenticator_creates_one_of_simultaneous_callers,
            get_authenticator_returns_the_stored_row,
            get_authenticator_is_none_for_an_unknown_credential,
            get_authenticator_compares_byte_for_byte,
            get_authenticator_is_none_for_an_impossible_credential,
            list_authenticators_by_user_id_lists_those_of_the_user,
            list_authenticators_by_user_id_is_empty_for_an_unknown_user,
            list_authenticators_by_user_id_is_empty_for_a_malformed_user,
            update_authenticator_counter_sets_the_counter,
            update_authenticator_counter_compares_nothing,
            update_authenticator_counter_fails_for_an_unknown_credential,
            update_authenticator_counter_fails_for_an_impossible_credential,
            delete_user_removes_authenticators,
        }
    };
    ($then:ident $args:tt account_tokens) => {
        $crate::$then! { $args account_tokens "Lists of accounts and fresh tokens: [`Accounts`](authjs_adapter::Accounts)."
            list_accounts_lists_those_of_the_user,
            list_accounts_is_empty_for_an_unknown_user,
            list_accounts_is_empty_for_a_malformed_user,
            upsert_account_inserts,
            upsert_account_refreshes_the_tokens,
            upsert_account_keeps_an_old_refresh_token,
            upsert_account_refuses_an_account_of_another_user,
            upsert_account_reports_a_conflict_before_a_missing_user,
            upsert_account_refuses_an_unknown_user,
            upsert_account_refuses_a_malformed_user,
            upsert_account_refuses_what_cannot_be_stored,
            upsert_account_inserts_once_of_simultaneous_callers,
            update_account_tokens_sets_clears_and_keeps,
            update_account_tokens_clears_every_column,
            update_account_tokens_with_nothing_set_is_a_read,
            update_account_tokens_is_none_after_a_lost_race,
            update_account_tokens_compares_null_with_null,
            update_account_tokens_that_expects_null_finds_no_token,
            update_account_tokens_fails_for_an_unknown_account,
            update_account_tokens_fails_for_an_impossible_key,
            update_account_tokens_refuses_what_cannot_be_stored,
            update_account_tokens_succeeds_for_one_caller,
        }
    };
    ($then:ident $args:tt session_admin) => {
        $crate::$then! { $args session_admin "Devices and signing out: [`SessionAdmin`](authjs_adapter::SessionAdmin)."
            list_sessions_lists_those_of_the_user,
            list_sessions_lists_live_sessions_only,
            list_sessions_is_empty_for_an_unknown_user,
            list_sessions_is_empty_for_a_malformed_user,
            revoke_removes_the_session,
            revoke_returns_the_removed_session,
            revoke_looks_at_no_expiry,
            revoke_is_none_for_a_session_of_another_user,
            revoke_is_none_for_an_unknown_handle,
            revoke_is_none_for_an_unknown_user,
            revoke_is_none_for_a_malformed_user,
            revoke_returns_the_session_to_one_caller,
            revoke_all_removes_and_counts_the_sessions_of_the_user,
            revoke_all_spares_one_session,
            revoke_all_spares_nothing_for_an_unknown_token,
            revoke_all_is_zero_for_an_unknown_user,
            revoke_all_is_zero_for_a_malformed_user,
            touch_session_extends,
            touch_session_never_shortens,
            touch_session_extends_until_the_end,
            touch_session_never_revives,
            touch_session_is_none_for_an_unknown_token,
            touch_session_is_none_for_an_impossible_token,
            touch_session_refuses_times_out_of_range,
            touch_session_keeps_the_latest_of_simultaneous_ends,
        }
    };
    ($then:ident $args:tt sign_in) => {
        $crate::$then! { $args sign_in "Whole sign-ins: [`SignIn`](authjs_adapter::SignIn)."
            sign_up_returns_the_stored_rows,
            sign_up_normalises_the_address,
            sign_up_works_without_an_address,
            sign_up_refuses_an_address_that_is_taken,
            sign_up_refuses_an_account_that_is_linked,
            sign_up_refuses_a_session_token_that_is_taken,
            sign_up_reports_the_first_conflict,
            sign_up_refuses_what_cannot_be_stored,
            sign_up_succeeds_for_one_caller,
            sign_in_with_email_creates_a_new_user,
            sign_in_with_email_finds_a_known_user,
            sign_in_with_email_works_once,
            sign_in_with_email_is_unknown_without_a_token,
            sign_in_with_email_compares_the_identifier_byte_for_byte,
            sign_in_with_email_is_unknown_for_an_impossible_token,
            sign_in_with_email_accepts_a_token_until_it_ends,
            sign_in_with_email_consumes_an_expired_token,
            sign_in_with_email_normalises_the_address,
            sign_in_with_email_keeps_the_token_after_a_conflict,
            sign_in_with_email_refuses_what_cannot_be_stored,
            sign_in_with_email_works_for_one_caller,
            sign_in_with_email_creates_one_user_of_simultaneous_callers,
        }
    };
    ($then:ident $args:tt housekeeping) => {
        $crate::$then! { $args housekeeping "The purge: [`Housekeeping`](authjs_adapter::Housekeeping)."
            purge_expired_removes_and_counts_what_has_expired,
            purge_expired_is_empty_when_nothing_has_expired,
            purge_expired_takes_a_session_from_its_end_on,
            purge_expired_spares_a_verification_token_for_a_day,
            purge_expired_takes_the_oldest_up_to_the_limit,
            purge_expired_takes_nothing_live_by_a_wrong_clock,
            purge_expired_refuses_limits_out_of_range,
            purge_expired_accepts_limits_in_range,
            purge_expired_counts_each_row_once,
        }
    };
    ($then:ident $args:tt batch_lookup) => {
        $crate::$then! { $args batch_lookup "Many tokens at once: [`BatchLookup`](authjs_adapter::BatchLookup)."
            get_sessions_and_users_answers_in_order,
            get_sessions_and_users_answers_duplicates,
            get_sessions_and_users_answers_none_for_impossible_tokens,
            get_sessions_and_users_compares_byte_for_byte,
            get_sessions_and_users_answers_none_for_expired_sessions,
            get_sessions_and_users_is_empty_for_no_tokens,
            get_sessions_and_users_accepts_the_greatest_batch,
            get_sessions_and_users_refuses_more_than_the_greatest_batch,
        }
    };
}
