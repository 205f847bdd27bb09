//! The rules that the mutants break, and the cases that each is made for.

use std::fmt;

/// Lists the rules: what is wrong, where it was seen, and cases that must notice it.
macro_rules! rules {
    ($($(#[$doc:meta])* $rule:ident: [$($case:literal),+ $(,)?],)+) => {
        /// One rule of `MemoryAdapter` that a mutant breaks.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Rule {
            $($(#[$doc])* $rule,)+
        }

        impl Rule {
            /// All of them.
            pub(crate) const ALL: &[Self] = &[$(Self::$rule),+];

            /// Cases that must fail for the mutant; others may.
            pub(crate) const fn aims(self) -> &'static [&'static str] {
                match self {
                    $(Self::$rule => &[$($case),+],)+
                }
            }
        }
    };
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

rules! {
    // Values that are altered on their way, in each table.

    /// Cuts what is too long, as a MySQL server without strict mode does.
    CutsLongTexts: ["users::create_user_refuses_texts_that_are_too_long"],
    /// Ends a text at its first NUL, as C does.
    CutsAtNul: ["users::create_user_refuses_texts_with_nul"],
    /// Stores a dash for an empty key.
    TakesEmptyKeys: ["users::create_user_refuses_an_empty_address"],
    /// Stores the nearest time that it can.
    ClampsTimes: [
        "users::create_user_refuses_times_out_of_range",
        "sessions::update_session_refuses_times_out_of_range",
        "session_admin::touch_session_refuses_times_out_of_range",
    ],
    /// Removes white space around texts.
    TrimsTexts: [
        "users::create_user_stores_texts_verbatim",
        "accounts::link_account_stores_texts_verbatim",
        "sessions::create_session_keeps_tokens_verbatim",
        "verification_tokens::create_verification_token_stores_texts_verbatim",
    ],
    /// Counts bytes where the limit is in characters.
    CountsBytes: [
        "users::create_user_stores_the_longest_values",
        "accounts::link_account_stores_the_longest_values",
        "authenticators::create_authenticator_stores_the_longest_values",
    ],
    /// Stores whole seconds: Drizzle's `timestamp` on MySQL has no fraction.
    StoresSeconds: ["users::update_user_sets_every_column", "sessions::update_session_sets_the_end"],
    /// Stores times in the zone of the server (better-auth#9920, create-t3-app#1863).
    ShiftsTimes: [
        "sessions::create_session_returns_the_stored_row",
        "verification_tokens::create_verification_token_returns_the_stored_row",
    ],
    /// Returns its argument and not the row, as pg-adapter's createVerificationToken does.
    ReturnsTheArgument: [
        "users::create_user_cuts_the_time_to_milliseconds",
        "sessions::create_session_cuts_the_time_to_milliseconds",
        "verification_tokens::create_verification_token_cuts_the_time_to_milliseconds",
    ],
    /// Stores the empty text for what is absent.
    StoresEmptyTextForNull: [
        "users::create_user_stores_absent_columns_as_null",
        "authenticators::create_authenticator_stores_absent_transports_as_null",
    ],

    // Keys and conditions.

    /// Takes the digits at the start of an id, as `parseInt` and MySQL's `id = '1abc'` do.
    ParsesIdsLoosely: [
        "users::get_user_is_none_for_a_malformed_id",
        "users::update_user_fails_for_a_malformed_id",
        "users::delete_user_is_none_for_a_malformed_id",
        "accounts::link_account_refuses_a_malformed_user",
        "sessions::create_session_refuses_a_malformed_user",
        "authenticators::create_authenticator_refuses_a_malformed_user",
        "authenticators::list_authenticators_by_user_id_is_empty_for_a_malformed_user",
        "account_tokens::list_accounts_is_empty_for_a_malformed_user",
        "account_tokens::upsert_account_refuses_a_malformed_user",
        "session_admin::list_sessions_is_empty_for_a_malformed_user",
        "session_admin::revoke_is_none_for_a_malformed_user",
        "session_admin::revoke_all_is_zero_for_a_malformed_user",
    ],
    /// Lets the database refuse an id that is no number, as pg-adapter's updateUser and
    /// deleteUser do.
    MalformedIdsAreErrors: ["users::update_user_fails_for_a_malformed_id"],
    /// Lets the database refuse a key that cannot be stored (PostgreSQL's 22021).
    ImpossibleKeysAreErrors: [
        "users::get_user_by_email_is_none_for_an_impossible_address",
        "users::get_user_by_account_is_none_for_an_impossible_key",
        "accounts::unlink_account_is_none_for_an_impossible_key",
        "accounts::get_account_is_none_for_an_impossible_key",
        "sessions::get_session_and_user_is_none_for_an_impossible_token",
        "sessions::update_session_is_none_for_an_impossible_token",
        "sessions::delete_session_is_none_for_an_impossible_token",
        "verification_tokens::use_verification_token_is_none_for_an_impossible_key",
        "authenticators::get_authenticator_is_none_for_an_impossible_credential",
        "authenticators::update_authenticator_counter_fails_for_an_impossible_credential",
        "account_tokens::update_account_tokens_fails_for_an_impossible_key",
        "session_admin::touch_session_is_none_for_an_impossible_token",
        "sign_in::sign_in_with_email_is_unknown_for_an_impossible_token",
        "batch_lookup::get_sessions_and_users_answers_none_for_impossible_tokens",
    ],
    /// Folds case and accents and ignores trailing spaces, as the default collations of MySQL
    /// and MariaDB do.
    FoldsKeys: [
        "users::create_user_compares_addresses_byte_for_byte",
        "users::get_user_by_email_compares_byte_for_byte",
        "users::get_user_by_account_compares_byte_for_byte",
        "accounts::get_account_compares_byte_for_byte",
        "sessions::get_session_and_user_compares_byte_for_byte",
        "verification_tokens::use_verification_token_compares_byte_for_byte",
        "authenticators::get_authenticator_compares_byte_for_byte",
        "sign_in::sign_in_with_email_compares_the_identifier_byte_for_byte",
        "batch_lookup::get_sessions_and_users_compares_byte_for_byte",
    ],
    /// Finds the first row where no row matches.
    LooksUpWithoutCondition: [
        "users::get_user_is_none_for_an_unknown_id",
        "users::get_user_by_email_is_none_for_an_unknown_address",
        "users::get_user_by_account_is_none_for_an_unknown_account",
        "accounts::get_account_is_none_for_an_unknown_account",
        "sessions::get_session_and_user_is_none_for_an_unknown_token",
        "authenticators::get_authenticator_is_none_for_an_unknown_credential",
    ],
    /// Lists everybody's rows for an unknown user.
    ListsWithoutCondition: [
        "authenticators::list_authenticators_by_user_id_is_empty_for_an_unknown_user",
        "account_tokens::list_accounts_is_empty_for_an_unknown_user",
        "session_admin::list_sessions_is_empty_for_an_unknown_user",
    ],
    /// Lists rows in the order of the table, or in the opposite one.
    ListsUnsorted: [
        "authenticators::list_authenticators_by_user_id_lists_those_of_the_user",
        "account_tokens::list_accounts_lists_those_of_the_user",
        "session_admin::list_sessions_lists_those_of_the_user",
    ],
    /// Compares an id of one type with one of another (next-auth#10875).
    ComparesIdsOfTwoTypes: ["users::get_user_returns_the_stored_row"],
    /// Swaps provider and account id: getAccount takes them in the other order.
    SwapsTheAccountKey: [
        "users::get_user_by_account_returns_the_linked_user",
        "accounts::get_account_returns_the_stored_row",
    ],
    /// Never finds an address or a credential: asks for another column.
    LooksUpAnotherColumn: [
        "users::get_user_by_email_returns_the_stored_row",
        "authenticators::get_authenticator_returns_the_stored_row",
    ],
    /// Has no foreign keys, as the stock tables of pg-adapter.
    NoForeignKeys: [
        "accounts::link_account_refuses_an_unknown_user",
        "sessions::create_session_refuses_an_unknown_user",
        "authenticators::create_authenticator_refuses_an_unknown_user",
        "account_tokens::upsert_account_refuses_an_unknown_user",
    ],
    /// Has a unique constraint on `userId` (nextauthjs/adapters#295).
    UniqueUserId: [
        "accounts::link_account_allows_several_accounts_of_one_user",
        "sessions::create_session_allows_several_sessions_of_one_user",
    ],
    /// Looks for a conflict before it looks for the user.
    ConflictBeforeUserMissing: [
        "accounts::link_account_reports_a_missing_user_before_a_conflict",
        "sessions::create_session_reports_a_missing_user_before_a_conflict",
        "authenticators::create_authenticator_reports_a_missing_user_before_a_conflict",
    ],

    // Updates.

    /// Sends NULL for what is absent, as pg-adapter does for undefined.
    AbsentBecomesNull: ["users::update_user_changes_only_what_is_given"],
    /// Keeps a column that is to be cleared: `COALESCE($1, name)`.
    IgnoresNull: [
        "users::update_user_clears_what_is_null",
        "account_tokens::update_account_tokens_clears_every_column",
    ],
    /// Makes an UPDATE without columns, which is not valid SQL.
    EmptyPatchesFail: [
        "users::update_user_with_nothing_set_is_a_read",
        "sessions::update_session_with_nothing_set_is_a_read",
        "account_tokens::update_account_tokens_with_nothing_set_is_a_read",
    ],
    /// Does not look at the number of rows that an UPDATE changed.
    RowCountIgnored: [
        "users::update_user_fails_for_an_unknown_id",
        "authenticators::update_authenticator_counter_fails_for_an_unknown_credential",
    ],
    /// Turns each failure of an update into "nothing there", as pg-adapter's getUser does.
    SwallowsErrors: ["account_tokens::update_account_tokens_fails_for_an_unknown_account"],

    // Deletes.

    /// Returns nothing, as pg-adapter does.
    DeletesReturnNothing: [
        "users::delete_user_returns_the_removed_row",
        "accounts::unlink_account_returns_the_removed_row",
        "sessions::delete_session_returns_the_removed_row",
        "session_admin::revoke_returns_the_removed_session",
    ],
    /// Fails where there is nothing to delete, as Prisma does (next-auth#4495).
    DeletingNothingFails: [
        "users::delete_user_is_none_for_an_unknown_id",
        "accounts::unlink_account_is_none_for_an_unknown_account",
        "sessions::delete_session_is_none_for_an_unknown_token",
        "session_admin::revoke_is_none_for_an_unknown_user",
    ],
    /// Finds, then deletes, and returns what it found.
    FindsThenDeletes: [
        "accounts::unlink_account_returns_the_row_to_one_caller",
        "sessions::delete_session_returns_the_row_to_one_caller",
        "session_admin::revoke_returns_the_session_to_one_caller",
    ],
    /// Does not delete sessions that have ended.
    DeletesSkipExpired: [
        "sessions::delete_session_looks_at_no_expiry",
        "session_admin::revoke_looks_at_no_expiry",
    ],
    /// Deletes each session of the user.
    DeletesSessionsByUser: [
        "sessions::delete_session_removes_the_session",
        "session_admin::revoke_removes_the_session",
    ],

    // Users.

    /// Does not write the image.
    DropsTheImage: ["users::create_user_returns_the_stored_row"],
    /// Takes two absent addresses for equal, as SQL Server does.
    NullAddressesConflict: ["users::create_user_allows_many_users_without_an_address"],
    /// Has no unique constraint on the address, as the stock tables of pg-adapter.
    TwinUsers: ["users::create_user_refuses_an_address_that_is_taken"],
    /// Looks whether the address is taken, then inserts.
    ChecksTheAddressThenInserts: ["users::create_user_creates_one_of_simultaneous_twins"],
    /// Looks whether the address is taken, the user's own row included.
    ChecksTheAddressThenUpdates: ["users::update_user_accepts_the_same_address_again"],
    /// Reads the row, merges, and writes each column, as pg-adapter does.
    WholeRowUpdate: ["users::update_user_keeps_simultaneous_changes_of_different_columns"],
    /// Writes one column after the other.
    UpdatesColumnByColumn: ["users::update_user_refuses_an_address_that_is_taken"],
    /// Sets the name of everybody.
    UpdatesEverybody: ["users::update_user_leaves_others_alone"],
    /// Deletes the user row only, without a cascade.
    CascadeMissing: [
        "users::delete_user_removes_accounts_and_sessions",
        "authenticators::delete_user_removes_authenticators",
    ],
    /// Deletes everybody's sessions with one user.
    CascadesToEverybody: ["users::delete_user_leaves_others_alone"],
    /// Deletes the verification tokens of the address too.
    CascadesToVerificationTokens: ["users::delete_user_keeps_verification_tokens"],
    /// Answers as if the user were deleted, and deletes nothing (better-auth
    /// GHSA-2vg6-77g8-24mp).
    DeletesUsersSoftly: ["sessions::get_session_and_user_is_none_after_the_user_is_deleted"],

    // Accounts.

    /// Does not write the session state.
    DropsTheSessionState: ["accounts::link_account_returns_the_stored_row"],
    /// Stores 0 for an absent `expires_at`.
    ExpiresAtOfNullIsZero: ["accounts::link_account_stores_absent_tokens_as_null"],
    /// Cuts `expires_at` to 32 bits.
    ExpiresAtIn32Bits: ["accounts::link_account_keeps_large_numbers"],
    /// Gives an account to whoever links it last.
    OwnerChangesOnLink: ["accounts::link_account_refuses_an_account_of_another_user"],
    /// Refreshes an account that the user has already.
    LinkAccountUpserts: ["accounts::link_account_refuses_the_same_account_twice"],
    /// Looks whether the account is linked, then inserts.
    ChecksTheAccountThenLinks: ["accounts::link_account_links_one_of_simultaneous_callers"],
    /// Unlinks by the provider only.
    UnlinksTheWholeProvider: ["accounts::unlink_account_removes_the_account"],
    /// Inserts no account.
    UpsertOnlyUpdates: ["account_tokens::upsert_account_inserts"],
    /// Leaves stored tokens as they are, as Auth.js does (next-auth#3599).
    UpsertNeverRefreshes: ["account_tokens::upsert_account_refreshes_the_tokens"],
    /// Writes NULL over a refresh token where none came.
    UpsertDropsTheRefreshToken: ["account_tokens::upsert_account_keeps_an_old_refresh_token"],
    /// Keeps each old value where none came.
    UpsertKeepsEveryOldToken: ["account_tokens::upsert_account_keeps_an_old_refresh_token"],
    /// `ON CONFLICT DO UPDATE` without a condition on the owner.
    OwnerChangesOnUpsert: ["account_tokens::upsert_account_refuses_an_account_of_another_user"],
    /// Looks for the user before it looks for the account.
    UserMissingBeforeConflict: [
        "account_tokens::upsert_account_reports_a_conflict_before_a_missing_user",
    ],
    /// Finds, then inserts or updates.
    FindsThenUpserts: ["account_tokens::upsert_account_inserts_once_of_simultaneous_callers"],
    /// Forgets one of the tokens (better-auth#10757).
    ForgetsTheIdToken: ["account_tokens::update_account_tokens_sets_clears_and_keeps"],
    /// Does not compare the refresh token.
    SetsWithoutComparing: ["account_tokens::update_account_tokens_is_none_after_a_lost_race"],
    /// Compares, then sets, as the guide of Auth.js does.
    ComparesThenSets: ["account_tokens::update_account_tokens_succeeds_for_one_caller"],
    /// `refresh_token = NULL` is never true.
    NullEqualsNothing: ["account_tokens::update_account_tokens_compares_null_with_null"],
    /// `$1 IS NULL OR refresh_token = $1`.
    NullMatchesEverything: [
        "account_tokens::update_account_tokens_that_expects_null_finds_no_token",
    ],

    // Sessions.

    /// Returns the hash that it stored in place of the token.
    ReturnsTheStoredHash: ["sessions::get_session_and_user_returns_both_rows"],
    /// Takes a hash for a token (dual read of raw and hashed tokens).
    TakesTheHandleForTheToken: ["sessions::get_session_and_user_is_none_for_a_handle"],
    /// Refuses sessions that have ended.
    RefusesEndedSessions: ["sessions::create_session_looks_at_no_expiry"],
    /// Overwrites a session with the same token (tower-sessions before 0.12).
    CreateSessionUpserts: [
        "sessions::create_session_refuses_a_token_of_the_same_user",
        "sessions::create_session_refuses_a_token_of_another_user",
    ],
    /// Looks whether the token is taken, then inserts.
    ChecksTheTokenThenInserts: ["sessions::create_session_creates_one_of_simultaneous_callers"],
    /// Looks whether the user exists, then inserts.
    ChecksTheUserThenInserts: ["users::delete_user_leaves_no_orphan_beside_create_session"],
    /// Never looks at `expires`, as pg-adapter.
    ExpiryIgnored: [
        "sessions::get_session_and_user_leaves_an_expired_row_to_the_purge",
        "batch_lookup::get_sessions_and_users_answers_none_for_expired_sessions",
    ],
    /// `expires < now` in place of `expires <= now`.
    LiveAtTheEnd: [
        "sessions::get_session_and_user_is_none_from_the_end_on",
        "session_admin::list_sessions_lists_live_sessions_only",
    ],
    /// Rounds the time to whole seconds, as MySQL does for a column without a fraction.
    RoundsTheTime: [
        "sessions::get_session_and_user_finds_a_session_until_it_ends",
        "session_admin::touch_session_extends_until_the_end",
        "sign_in::sign_in_with_email_accepts_a_token_until_it_ends",
    ],
    /// Deletes an expired session when it is looked up.
    DeletesOnRead: ["sessions::get_session_and_user_leaves_an_expired_row_to_the_purge"],
    /// Returns undefined after an update, as pg-adapter does.
    UpdateSessionReturnsNothing: ["sessions::update_session_sets_the_end"],
    /// Never shortens: `GREATEST(expires, $1)`.
    UpdateSessionNeverShortens: ["sessions::update_session_honours_an_earlier_end"],
    /// Does not update a session that has ended.
    UpdateSessionSkipsExpired: ["sessions::update_session_looks_at_no_expiry"],
    /// Updates each session of the user.
    UpdatesSessionsByUser: ["sessions::update_session_leaves_others_alone"],
    /// Inserts where there is nothing to update.
    UpdatesInsertSessions: [
        "sessions::update_session_is_none_for_an_unknown_token",
        "session_admin::touch_session_is_none_for_an_unknown_token",
    ],
    /// Finds the session, then saves it whole.
    FindsThenSaves: ["sessions::update_session_never_revives_a_deleted_session"],

    // Devices.

    /// Lists sessions that have ended.
    ListsExpiredSessions: ["session_admin::list_sessions_lists_live_sessions_only"],
    /// Looks at the handle and not at the user.
    RevokesByHandleOnly: ["session_admin::revoke_is_none_for_a_session_of_another_user"],
    /// Takes a token for a handle.
    RevokesByToken: ["session_admin::revoke_is_none_for_an_unknown_handle"],
    /// Leaves sessions that have ended.
    RevokeAllSkipsExpired: [
        "session_admin::revoke_all_removes_and_counts_the_sessions_of_the_user",
    ],
    /// Does not look at the session to spare.
    RevokeAllSparesNothing: ["session_admin::revoke_all_spares_one_session"],
    /// `<> NULL` is never true.
    UnknownExceptionSparesAll: ["session_admin::revoke_all_spares_nothing_for_an_unknown_token"],
    /// Ends everybody's sessions for an unknown user.
    RevokesEverybody: ["session_admin::revoke_all_is_zero_for_an_unknown_user"],
    /// Returns the row as it was before.
    TouchReturnsTheOldRow: ["session_admin::touch_session_extends"],
    /// Sets what it is given, as pg-adapter's updateSession.
    TouchShortens: ["session_admin::touch_session_never_shortens"],
    /// Extends a session that has ended.
    TouchRevives: ["session_admin::touch_session_never_revives"],
    /// Reads the end, then writes the later one.
    TouchReadsThenWrites: ["session_admin::touch_session_keeps_the_latest_of_simultaneous_ends"],

    // Verification tokens.

    /// Keeps one token per address.
    OneTokenPerAddress: [
        "verification_tokens::create_verification_token_allows_several_of_one_address",
    ],
    /// Overwrites a token that is there.
    OverwritesVerificationTokens: [
        "verification_tokens::create_verification_token_refuses_a_duplicate",
    ],
    /// Looks whether the token is there, then inserts.
    ChecksTheLinkThenInserts: [
        "verification_tokens::create_verification_token_creates_one_of_simultaneous_callers",
    ],
    /// Does not remove what was used.
    UseKeepsTheToken: [
        "verification_tokens::use_verification_token_returns_the_removed_row",
        "verification_tokens::use_verification_token_works_once",
    ],
    /// Looks at the token only.
    UsesByTokenOnly: ["verification_tokens::use_verification_token_needs_the_identifier"],
    /// Looks at the identifier only (CVE-2022-39263).
    UsesByIdentifierOnly: ["verification_tokens::use_verification_token_needs_the_token"],
    /// Removes the other tokens of the address too.
    UseTakesAllOfTheAddress: ["verification_tokens::use_verification_token_leaves_others_alone"],
    /// Finds no token that has ended.
    UseSkipsExpired: ["verification_tokens::use_verification_token_looks_at_no_expiry"],
    /// Finds, then deletes, as the adapters for `drizzle` on MySQL, `typeorm` and `sequelize` do.
    FindsThenDeletesTokens: ["verification_tokens::use_verification_token_works_for_one_caller"],

    // Passkeys.

    /// Starts each counter at 0.
    CounterStartsAtZero: ["authenticators::create_authenticator_returns_the_stored_row"],
    /// Adds to the counter.
    CounterAdds: ["authenticators::update_authenticator_counter_sets_the_counter"],
    /// Never lowers the counter.
    CounterOnlyGrows: ["authenticators::update_authenticator_counter_compares_nothing"],
    /// Has one credential per user and id: the key of Prisma's table.
    CredentialsAreUniquePerUser: [
        "authenticators::create_authenticator_refuses_a_credential_of_another_user",
    ],
    /// Overwrites a credential of the same user.
    CreateAuthenticatorUpserts: [
        "authenticators::create_authenticator_refuses_the_same_credential_twice",
    ],
    /// Looks whether the credential is registered, then inserts.
    ChecksTheCredentialThenInserts: [
        "authenticators::create_authenticator_creates_one_of_simultaneous_callers",
    ],

    // Whole sign-ins.

    /// Creates the user, links the account and starts the session in three steps, as Auth.js
    /// does (next-auth#8836).
    SignsUpInThreeSteps: [
        "sign_in::sign_up_refuses_an_account_that_is_linked",
        "sign_in::sign_up_refuses_a_session_token_that_is_taken",
    ],
    /// Does not write the tokens of the account.
    SignUpDropsTheTokens: ["sign_in::sign_up_returns_the_stored_rows"],
    /// Stores and compares addresses as they come.
    AddressesAsTheyCome: [
        "sign_in::sign_up_normalises_the_address",
        "sign_in::sign_in_with_email_normalises_the_address",
    ],
    /// Refuses a person without an address.
    SignUpNeedsAnAddress: ["sign_in::sign_up_works_without_an_address"],
    /// Links a new account to whoever has the address: the classic account takeover.
    SignUpLinksByAddress: ["sign_in::sign_up_refuses_an_address_that_is_taken"],
    /// Looks at the account before it looks at the address.
    SignUpChecksTheAccountFirst: ["sign_in::sign_up_reports_the_first_conflict"],
    /// Looks whether the address is taken, then signs up.
    ChecksThenSignsUp: ["sign_in::sign_up_succeeds_for_one_caller"],
    /// Leaves `emailVerified` as it was.
    SignInVerifiesNothing: ["sign_in::sign_in_with_email_creates_a_new_user"],
    /// Writes each column of a user who is known.
    SignInClearsTheProfile: ["sign_in::sign_in_with_email_finds_a_known_user"],
    /// Does not remove the token.
    SignInKeepsTheToken: ["sign_in::sign_in_with_email_works_once"],
    /// Looks at the identifier only (CVE-2022-39263).
    SignsInByIdentifierOnly: ["sign_in::sign_in_with_email_is_unknown_without_a_token"],
    /// Does not remove a token that has ended.
    SignInKeepsExpiredTokens: ["sign_in::sign_in_with_email_consumes_an_expired_token"],
    /// Consumes the token, then does the rest.
    SignInConsumesFirst: ["sign_in::sign_in_with_email_keeps_the_token_after_a_conflict"],
    /// Finds the token, then signs in (better-auth#9572).
    FindsTheTokenThenSignsIn: ["sign_in::sign_in_with_email_works_for_one_caller"],
    /// Finds nobody, then creates the user.
    FindsThenCreatesTheUser: [
        "sign_in::sign_in_with_email_creates_one_user_of_simultaneous_callers",
    ],

    // The purge.

    /// Leaves the verification tokens.
    PurgeForgetsTheTokens: ["housekeeping::purge_expired_removes_and_counts_what_has_expired"],
    /// Deletes sessions that are live.
    PurgeTakesLiveSessions: ["housekeeping::purge_expired_is_empty_when_nothing_has_expired"],
    /// `expires < now` in place of `expires <= now`.
    PurgeSparesTheEnd: ["housekeeping::purge_expired_takes_a_session_from_its_end_on"],
    /// Deletes verification tokens at their end.
    PurgeHasNoGrace: ["housekeeping::purge_expired_spares_a_verification_token_for_a_day"],
    /// Deletes all at once.
    PurgeIgnoresTheLimit: ["housekeeping::purge_expired_takes_the_oldest_up_to_the_limit"],
    /// Deletes in any order.
    PurgeTakesTheYoungest: ["housekeeping::purge_expired_takes_the_oldest_up_to_the_limit"],
    /// Looks at the clock of the process only.
    PurgeTrustsTheProcess: ["housekeeping::purge_expired_takes_nothing_live_by_a_wrong_clock"],
    /// Replaces a limit out of range by the nearest in range.
    PurgeClampsTheLimit: ["housekeeping::purge_expired_refuses_limits_out_of_range"],
    /// Refuses the greatest limit.
    PurgeRefusesTheGreatestLimit: ["housekeeping::purge_expired_accepts_limits_in_range"],
    /// Counts, then deletes.
    PurgeCountsThenDeletes: ["housekeeping::purge_expired_counts_each_row_once"],

    // Many tokens at once.

    /// Answers in the order of the rows.
    BatchAnswersInAnyOrder: ["batch_lookup::get_sessions_and_users_answers_in_order"],
    /// Answers each token once.
    BatchForgetsDuplicates: ["batch_lookup::get_sessions_and_users_answers_duplicates"],
    /// Makes `IN ()`, which is not valid SQL.
    EmptyBatchFails: ["batch_lookup::get_sessions_and_users_is_empty_for_no_tokens"],
    /// Binds more parameters than the driver takes.
    GreatestBatchFails: ["batch_lookup::get_sessions_and_users_accepts_the_greatest_batch"],
    /// Takes any number of tokens.
    BatchHasNoLimit: ["batch_lookup::get_sessions_and_users_refuses_more_than_the_greatest_batch"],
}
