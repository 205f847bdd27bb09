//! The matrix: for each method the cases, by what they are about.

/// Passes `args model "docs" method { Aspect: case, case; ... } ...` to the macro `then`.
///
/// The first word of a case is its method, and the word before the colon is the column of the
/// matrix that it fills; [`Aspect`](crate::Aspect) says what the columns mean.
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
            create_user {
                Found: create_user_returns_the_stored_row,
                       create_user_cuts_the_time_to_milliseconds,
                       create_user_stores_texts_verbatim,
                       create_user_stores_the_longest_values;
                Malformed: create_user_refuses_texts_that_are_too_long,
                           create_user_refuses_texts_with_nul,
                           create_user_refuses_an_empty_address,
                           create_user_refuses_times_out_of_range;
                Conflict: create_user_refuses_an_address_that_is_taken,
                          create_user_compares_addresses_byte_for_byte;
                Null: create_user_stores_absent_columns_as_null,
                      create_user_allows_many_users_without_an_address;
                Race: create_user_creates_one_of_simultaneous_twins;
            }
            get_user {
                Found: get_user_returns_the_stored_row;
                Unknown: get_user_is_none_for_an_unknown_id;
                Malformed: get_user_is_none_for_a_malformed_id;
                Null: get_user_reads_null_as_absent;
                Race: get_user_reads_whole_rows_beside_update_user;
            }
            get_user_by_email {
                Found: get_user_by_email_returns_the_stored_row;
                Unknown: get_user_by_email_is_none_for_an_unknown_address,
                         get_user_by_email_compares_byte_for_byte;
                Malformed: get_user_by_email_is_none_for_an_impossible_address;
                Null: get_user_by_email_reads_null_as_absent;
                Race: get_user_by_email_reads_whole_rows_beside_create_user;
            }
            get_user_by_account {
                Found: get_user_by_account_returns_the_linked_user;
                Unknown: get_user_by_account_is_none_for_an_unknown_account,
                         get_user_by_account_compares_byte_for_byte;
                Malformed: get_user_by_account_is_none_for_an_impossible_key;
                Null: get_user_by_account_reads_null_as_absent;
                Race: get_user_by_account_reads_whole_rows_beside_update_user;
            }
            update_user {
                Found: update_user_sets_every_column,
                       update_user_leaves_others_alone;
                Unknown: update_user_fails_for_an_unknown_id;
                Malformed: update_user_fails_for_a_malformed_id,
                           update_user_refuses_what_cannot_be_stored;
                Conflict: update_user_refuses_an_address_that_is_taken,
                          update_user_accepts_the_same_address_again;
                Null: update_user_changes_only_what_is_given,
                      update_user_clears_what_is_null,
                      update_user_allows_many_users_without_an_address,
                      update_user_with_nothing_set_is_a_read;
                Race: update_user_keeps_simultaneous_changes_of_different_columns,
                      update_user_gives_an_address_to_one_of_simultaneous_callers,
                      update_user_never_revives_a_deleted_user;
            }
            delete_user {
                Found: delete_user_removes_accounts_and_sessions,
                       delete_user_returns_the_removed_row,
                       delete_user_leaves_others_alone,
                       delete_user_keeps_verification_tokens;
                Unknown: delete_user_is_none_for_an_unknown_id;
                Malformed: delete_user_is_none_for_a_malformed_id;
                Null: delete_user_reads_null_as_absent;
                Race: delete_user_leaves_no_orphan_beside_create_session,
                      delete_user_leaves_no_orphan_beside_link_account;
            }
        }
    };
    ($then:ident $args:tt accounts) => {
        $crate::$then! { $args accounts "Linked accounts."
            link_account {
                Found: link_account_returns_the_stored_row,
                       link_account_keeps_large_numbers,
                       link_account_stores_texts_verbatim,
                       link_account_allows_several_accounts_of_one_user,
                       link_account_stores_the_longest_values;
                Unknown: link_account_reports_a_missing_user_before_a_conflict,
                         link_account_refuses_an_unknown_user;
                Malformed: link_account_refuses_what_cannot_be_stored,
                           link_account_refuses_a_malformed_user;
                Conflict: link_account_refuses_an_account_of_another_user,
                          link_account_refuses_the_same_account_twice;
                Null: link_account_stores_absent_tokens_as_null;
                Race: link_account_links_one_of_simultaneous_callers;
            }
            unlink_account {
                Found: unlink_account_removes_the_account,
                       unlink_account_returns_the_removed_row;
                Unknown: unlink_account_is_none_for_an_unknown_account,
                         unlink_account_compares_byte_for_byte;
                Malformed: unlink_account_is_none_for_an_impossible_key;
                Null: unlink_account_reads_null_as_absent;
                Race: unlink_account_returns_the_row_to_one_caller,
                      unlink_account_returns_each_linked_row_once;
            }
            get_account {
                Found: get_account_returns_the_stored_row;
                Unknown: get_account_is_none_for_an_unknown_account,
                         get_account_compares_byte_for_byte;
                Malformed: get_account_is_none_for_an_impossible_key;
                Null: get_account_reads_null_as_absent;
                Race: get_account_reads_whole_rows_beside_link_account;
            }
        }
    };
    ($then:ident $args:tt sessions) => {
        $crate::$then! { $args sessions "Sessions."
            create_session {
                Found: create_session_returns_the_stored_row,
                       create_session_allows_several_sessions_of_one_user,
                       create_session_cuts_the_time_to_milliseconds,
                       create_session_keeps_tokens_verbatim;
                Unknown: create_session_refuses_an_unknown_user,
                         create_session_reports_a_missing_user_before_a_conflict;
                Malformed: create_session_refuses_a_malformed_user,
                           create_session_refuses_what_cannot_be_stored;
                Conflict: create_session_refuses_a_token_of_the_same_user,
                          create_session_refuses_a_token_of_another_user;
                Expired: create_session_looks_at_no_expiry;
                Race: create_session_creates_one_of_simultaneous_callers;
            }
            get_session_and_user {
                Found: get_session_and_user_returns_both_rows;
                Unknown: get_session_and_user_is_none_for_an_unknown_token,
                         get_session_and_user_compares_byte_for_byte,
                         get_session_and_user_is_none_for_a_handle,
                         get_session_and_user_is_none_after_the_user_is_deleted;
                Malformed: get_session_and_user_is_none_for_an_impossible_token;
                Expired: get_session_and_user_finds_a_session_until_it_ends,
                         get_session_and_user_is_none_from_the_end_on,
                         get_session_and_user_leaves_an_expired_row_to_the_purge;
                Null: get_session_and_user_reads_null_as_absent;
                Race: get_session_and_user_reads_whole_rows_beside_update_user,
                      get_session_and_user_finds_both_or_nothing_beside_delete_user;
            }
            update_session {
                Found: update_session_sets_the_end,
                       update_session_honours_an_earlier_end,
                       update_session_leaves_others_alone;
                Unknown: update_session_is_none_for_an_unknown_token,
                         update_session_compares_byte_for_byte;
                Malformed: update_session_is_none_for_an_impossible_token,
                           update_session_refuses_times_out_of_range;
                Expired: update_session_looks_at_no_expiry;
                Null: update_session_with_nothing_set_is_a_read;
                Race: update_session_never_revives_a_deleted_session,
                      update_session_stores_one_of_simultaneous_ends;
            }
            delete_session {
                Found: delete_session_removes_the_session,
                       delete_session_returns_the_removed_row;
                Unknown: delete_session_is_none_for_an_unknown_token,
                         delete_session_compares_byte_for_byte;
                Malformed: delete_session_is_none_for_an_impossible_token;
                Expired: delete_session_looks_at_no_expiry;
                Race: delete_session_returns_the_row_to_one_caller,
                      delete_session_returns_each_created_row_once;
            }
        }
    };
    ($then:ident $args:tt verification_tokens) => {
        $crate::$then! { $args verification_tokens "Verification tokens."
            create_verification_token {
                Found: create_verification_token_returns_the_stored_row,
                       create_verification_token_cuts_the_time_to_milliseconds,
                       create_verification_token_stores_texts_verbatim,
                       create_verification_token_allows_several_of_one_address;
                Malformed: create_verification_token_refuses_what_cannot_be_stored;
                Conflict: create_verification_token_refuses_a_duplicate;
                Expired: create_verification_token_looks_at_no_expiry;
                Race: create_verification_token_creates_one_of_simultaneous_callers;
            }
            use_verification_token {
                Found: use_verification_token_returns_the_removed_row,
                       use_verification_token_leaves_others_alone;
                Unknown: use_verification_token_works_once,
                         use_verification_token_needs_the_identifier,
                         use_verification_token_needs_the_token,
                         use_verification_token_compares_byte_for_byte;
                Malformed: use_verification_token_is_none_for_an_impossible_key;
                Expired: use_verification_token_looks_at_no_expiry;
                Race: use_verification_token_works_for_one_caller,
                      use_verification_token_returns_each_created_row_once;
            }
        }
    };
    ($then:ident $args:tt authenticators) => {
        $crate::$then! { $args authenticators "Passkeys: [`Authenticators`](authjs_adapter::Authenticators)."
            create_authenticator {
                Found: create_authenticator_returns_the_stored_row,
                       create_authenticator_stores_the_longest_values;
                Unknown: create_authenticator_refuses_an_unknown_user,
                         create_authenticator_reports_a_missing_user_before_a_conflict;
                Malformed: create_authenticator_refuses_what_cannot_be_stored,
                           create_authenticator_refuses_a_malformed_user;
                Conflict: create_authenticator_refuses_a_credential_of_another_user,
                          create_authenticator_refuses_the_same_credential_twice;
                Null: create_authenticator_stores_absent_transports_as_null;
                Race: create_authenticator_creates_one_of_simultaneous_callers;
            }
            get_authenticator {
                Found: get_authenticator_returns_the_stored_row;
                Unknown: get_authenticator_is_none_for_an_unknown_credential,
                         get_authenticator_compares_byte_for_byte;
                Malformed: get_authenticator_is_none_for_an_impossible_credential;
                Null: get_authenticator_reads_null_as_absent;
                Race: get_authenticator_reads_whole_rows_beside_create_authenticator;
            }
            list_authenticators_by_user_id {
                Found: list_authenticators_by_user_id_lists_those_of_the_user;
                Unknown: list_authenticators_by_user_id_is_empty_for_an_unknown_user;
                Malformed: list_authenticators_by_user_id_is_empty_for_a_malformed_user;
                Null: list_authenticators_by_user_id_reads_null_as_absent;
                Race: list_authenticators_by_user_id_lists_whole_rows_beside_create_authenticator;
            }
            update_authenticator_counter {
                Found: update_authenticator_counter_sets_the_counter,
                       update_authenticator_counter_compares_nothing;
                Unknown: update_authenticator_counter_fails_for_an_unknown_credential;
                Malformed: update_authenticator_counter_fails_for_an_impossible_credential;
                Null: update_authenticator_counter_reads_null_as_absent;
                Race: update_authenticator_counter_stores_one_of_simultaneous_counters;
            }
            delete_user {
                Found: delete_user_removes_authenticators;
                Race: delete_user_leaves_no_orphan_beside_create_authenticator;
            }
        }
    };
    ($then:ident $args:tt account_tokens) => {
        $crate::$then! { $args account_tokens "Lists of accounts and fresh tokens: [`Accounts`](authjs_adapter::Accounts)."
            list_accounts {
                Found: list_accounts_lists_those_of_the_user;
                Unknown: list_accounts_is_empty_for_an_unknown_user;
                Malformed: list_accounts_is_empty_for_a_malformed_user;
                Null: list_accounts_reads_null_as_absent;
                Race: list_accounts_lists_whole_rows_beside_upsert_account;
            }
            upsert_account {
                Found: upsert_account_inserts,
                       upsert_account_refreshes_the_tokens,
                       upsert_account_leaves_others_alone;
                Unknown: upsert_account_refuses_an_unknown_user;
                Malformed: upsert_account_refuses_a_malformed_user,
                           upsert_account_refuses_what_cannot_be_stored;
                Conflict: upsert_account_refuses_an_account_of_another_user,
                          upsert_account_reports_a_conflict_before_a_missing_user;
                Null: upsert_account_keeps_an_old_refresh_token;
                Race: upsert_account_inserts_once_of_simultaneous_callers,
                      upsert_account_gives_an_account_to_one_of_simultaneous_people;
            }
            update_account_tokens {
                Found: update_account_tokens_sets_clears_and_keeps,
                       update_account_tokens_leaves_others_alone;
                Unknown: update_account_tokens_fails_for_an_unknown_account;
                Malformed: update_account_tokens_fails_for_an_impossible_key,
                           update_account_tokens_refuses_what_cannot_be_stored;
                Conflict: update_account_tokens_is_none_after_a_lost_race;
                Null: update_account_tokens_clears_every_column,
                      update_account_tokens_with_nothing_set_is_a_read,
                      update_account_tokens_compares_null_with_null,
                      update_account_tokens_that_expects_null_finds_no_token;
                Race: update_account_tokens_succeeds_for_one_caller,
                      update_account_tokens_never_revives_an_unlinked_account;
            }
            delete_user {
                Race: delete_user_leaves_no_orphan_beside_upsert_account;
            }
        }
    };
    ($then:ident $args:tt session_admin) => {
        $crate::$then! { $args session_admin "Devices and signing out: [`SessionAdmin`](authjs_adapter::SessionAdmin)."
            list_sessions {
                Found: list_sessions_lists_those_of_the_user;
                Unknown: list_sessions_is_empty_for_an_unknown_user;
                Malformed: list_sessions_is_empty_for_a_malformed_user;
                Expired: list_sessions_lists_live_sessions_only;
                Race: list_sessions_lists_whole_rows_beside_create_session;
            }
            revoke {
                Found: revoke_removes_the_session,
                       revoke_returns_the_removed_session;
                Unknown: revoke_is_none_for_an_unknown_handle,
                         revoke_is_none_for_an_unknown_user;
                Malformed: revoke_is_none_for_a_malformed_user;
                Conflict: revoke_is_none_for_a_session_of_another_user;
                Expired: revoke_looks_at_no_expiry;
                Race: revoke_returns_the_session_to_one_caller;
            }
            revoke_all {
                Found: revoke_all_removes_and_counts_the_sessions_of_the_user,
                       revoke_all_spares_one_session;
                Unknown: revoke_all_spares_nothing_for_an_unknown_token,
                         revoke_all_is_zero_for_an_unknown_user;
                Malformed: revoke_all_is_zero_for_a_malformed_user;
                Expired: revoke_all_looks_at_no_expiry;
                Race: revoke_all_counts_each_session_once;
            }
            touch_session {
                Found: touch_session_extends,
                       touch_session_never_shortens;
                Unknown: touch_session_is_none_for_an_unknown_token,
                         touch_session_compares_byte_for_byte;
                Malformed: touch_session_is_none_for_an_impossible_token,
                           touch_session_refuses_times_out_of_range;
                Expired: touch_session_extends_until_the_end,
                         touch_session_never_revives;
                Race: touch_session_keeps_the_latest_of_simultaneous_ends,
                      touch_session_never_revives_a_deleted_session;
            }
        }
    };
    ($then:ident $args:tt sign_in) => {
        $crate::$then! { $args sign_in "Whole sign-ins: [`SignIn`](authjs_adapter::SignIn)."
            sign_up {
                Found: sign_up_returns_the_stored_rows,
                       sign_up_normalises_the_address,
                       sign_up_cuts_the_times_to_milliseconds;
                Malformed: sign_up_refuses_what_cannot_be_stored,
                           sign_up_gives_nobody_the_address_of_another;
                Conflict: sign_up_refuses_an_address_that_is_taken,
                          sign_up_refuses_an_account_that_is_linked,
                          sign_up_refuses_a_session_token_that_is_taken,
                          sign_up_reports_the_first_conflict;
                Expired: sign_up_looks_at_no_expiry;
                Null: sign_up_works_without_an_address;
                Race: sign_up_succeeds_for_one_caller,
                      sign_up_gives_an_account_to_one_of_simultaneous_people;
            }
            sign_in_with_email {
                Found: sign_in_with_email_creates_a_new_user,
                       sign_in_with_email_finds_a_known_user,
                       sign_in_with_email_normalises_the_address,
                       sign_in_with_email_verifies_nobody_whose_address_changed,
                       sign_in_with_email_cuts_the_time_to_milliseconds;
                Unknown: sign_in_with_email_works_once,
                         sign_in_with_email_is_unknown_without_a_token,
                         sign_in_with_email_compares_the_identifier_byte_for_byte;
                Malformed: sign_in_with_email_is_unknown_for_an_impossible_token,
                           sign_in_with_email_refuses_what_cannot_be_stored;
                Conflict: sign_in_with_email_keeps_the_token_after_a_conflict;
                Expired: sign_in_with_email_accepts_a_token_until_it_ends,
                         sign_in_with_email_consumes_an_expired_token;
                Null: sign_in_with_email_verifies_where_there_was_null;
                Race: sign_in_with_email_works_for_one_caller,
                      sign_in_with_email_creates_one_user_of_simultaneous_callers,
                      sign_in_with_email_finds_who_is_created_beside_it;
            }
        }
    };
    ($then:ident $args:tt housekeeping) => {
        $crate::$then! { $args housekeeping "The purge: [`Housekeeping`](authjs_adapter::Housekeeping)."
            purge_expired {
                Found: purge_expired_removes_and_counts_what_has_expired,
                       purge_expired_takes_the_oldest_up_to_the_limit,
                       purge_expired_accepts_limits_in_range;
                Unknown: purge_expired_is_empty_when_nothing_has_expired;
                Malformed: purge_expired_refuses_limits_out_of_range;
                Expired: purge_expired_takes_a_session_from_its_end_on,
                         purge_expired_spares_a_verification_token_for_a_day,
                         purge_expired_takes_nothing_live_by_a_wrong_clock;
                Race: purge_expired_counts_each_row_once,
                      purge_expired_takes_no_session_that_was_extended,
                      purge_expired_counts_no_token_that_was_used;
            }
        }
    };
    ($then:ident $args:tt batch_lookup) => {
        $crate::$then! { $args batch_lookup "Many tokens at once: [`BatchLookup`](authjs_adapter::BatchLookup)."
            get_sessions_and_users {
                Found: get_sessions_and_users_answers_in_order,
                       get_sessions_and_users_answers_duplicates,
                       get_sessions_and_users_accepts_the_greatest_batch;
                Unknown: get_sessions_and_users_compares_byte_for_byte,
                         get_sessions_and_users_is_empty_for_no_tokens;
                Malformed: get_sessions_and_users_answers_none_for_impossible_tokens,
                           get_sessions_and_users_refuses_more_than_the_greatest_batch;
                Expired: get_sessions_and_users_answers_none_for_expired_sessions;
                Null: get_sessions_and_users_reads_null_as_absent;
                Race: get_sessions_and_users_reads_whole_rows_beside_update_user;
            }
        }
    };
}
