//! The rules that the mutants break.

use std::fmt;

/// Lists the rules.
macro_rules! rules {
    ($($(#[$doc:meta])* $rule:ident,)+) => {
        /// One rule of `MemoryAdapter` that a mutant breaks: what is wrong, and where it was
        /// seen. The cases that must notice it are in `aims.rs`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Rule {
            $($(#[$doc])* $rule,)+
        }

        impl Rule {
            /// All of them.
            pub(crate) const ALL: &[Self] = &[$(Self::$rule),+];
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
    CutsLongTexts,
    /// Ends a text at its first NUL, as C does.
    CutsAtNul,
    /// Stores a dash for an empty key.
    TakesEmptyKeys,
    /// Stores the nearest time that it can.
    ClampsTimes,
    /// Removes white space around texts.
    TrimsTexts,
    /// Counts bytes where the limit is in characters.
    CountsBytes,
    /// Stores whole seconds: Drizzle's `timestamp` on MySQL has no fraction.
    StoresSeconds,
    /// Stores times in the zone of the server (better-auth#9920, create-t3-app#1863).
    ShiftsTimes,
    /// Returns its argument and not the row, as pg-adapter's createVerificationToken does.
    ReturnsTheArgument,
    /// Stores the empty text for what is absent.
    StoresEmptyTextForNull,

    // Keys and conditions.

    /// Takes the digits at the start of an id, as `parseInt` and MySQL's `id = '1abc'` do.
    ParsesIdsLoosely,
    /// Lets the database refuse an id that is no number, as pg-adapter's updateUser and
    /// deleteUser do.
    MalformedIdsAreErrors,
    /// Lets the database refuse a key that cannot be stored (PostgreSQL's 22021).
    ImpossibleKeysAreErrors,
    /// Folds case and accents and ignores trailing spaces, as the default collations of MySQL
    /// and MariaDB do.
    FoldsKeys,
    /// Finds the first row where no row matches.
    LooksUpWithoutCondition,
    /// Lists everybody's rows for an unknown user.
    ListsWithoutCondition,
    /// Lists rows in the order of the table, or in the opposite one.
    ListsUnsorted,
    /// Compares an id of one type with one of another (next-auth#10875).
    ComparesIdsOfTwoTypes,
    /// Swaps provider and account id: getAccount takes them in the other order.
    SwapsTheAccountKey,
    /// Never finds an address or a credential: asks for another column.
    LooksUpAnotherColumn,
    /// Has no foreign keys, as the stock tables of pg-adapter.
    NoForeignKeys,
    /// Has a unique constraint on `userId` (nextauthjs/adapters#295).
    UniqueUserId,
    /// Looks for a conflict before it looks for the user.
    ConflictBeforeUserMissing,
    /// Looks whether the user exists, then inserts.
    ChecksTheUserThenInserts,

    // What is read.

    /// Reads NULL as 1970: `LEAST(GREATEST(..))` in PostgreSQL ignores NULL.
    NullTimesBecome1970,
    /// Reads NULL as the empty text, as Go's zero values do.
    NullTextsBecomeEmpty,
    /// Inserts the key of a row, then sets the rest in a second statement.
    CreatesInTwoSteps,

    // Updates.

    /// Sends NULL for what is absent, as pg-adapter does for undefined.
    AbsentBecomesNull,
    /// Keeps a column that is to be cleared: `COALESCE($1, name)`.
    IgnoresNull,
    /// Makes an UPDATE without columns, which is not valid SQL.
    EmptyPatchesFail,
    /// Does not look at the number of rows that an UPDATE changed.
    RowCountIgnored,
    /// Turns each failure of an update into "nothing there", as pg-adapter's getUser does.
    SwallowsErrors,
    /// Finds the row, then saves it whole, and inserts it where it is gone meanwhile, as
    /// `save` of many mappers does.
    FindsThenSaves,

    // Deletes.

    /// Returns nothing, as pg-adapter does.
    DeletesReturnNothing,
    /// Fails where there is nothing to delete, as Prisma does (next-auth#4495).
    DeletingNothingFails,
    /// Finds, then deletes, and returns what it found.
    FindsThenDeletes,
    /// Does not delete sessions that have ended.
    DeletesSkipExpired,
    /// Deletes each session of the user.
    DeletesSessionsByUser,

    // Users.

    /// Does not write the image.
    DropsTheImage,
    /// Takes two absent addresses for equal, as SQL Server does.
    NullAddressesConflict,
    /// Has no unique constraint on the address, as the stock tables of pg-adapter.
    TwinUsers,
    /// Looks whether the address is taken, then inserts.
    ChecksTheAddressThenInserts,
    /// Looks whether the address is taken, the user's own row included.
    ChecksTheAddressThenUpdates,
    /// Reads the row, merges, and writes each column, as pg-adapter does.
    WholeRowUpdate,
    /// Writes one column after the other, in a statement each.
    UpdatesColumnByColumn,
    /// Looks whether somebody else has the new address, then updates.
    ChecksTheNewAddressThenUpdates,
    /// Sets the name of everybody.
    UpdatesEverybody,
    /// Deletes the user row only, without a cascade.
    CascadeMissing,
    /// Deletes everybody's sessions with one user.
    CascadesToEverybody,
    /// Deletes the verification tokens of the address too.
    CascadesToVerificationTokens,
    /// Answers as if the user were deleted, and deletes nothing (better-auth
    /// GHSA-2vg6-77g8-24mp).
    DeletesUsersSoftly,

    // Accounts.

    /// Does not write the session state.
    DropsTheSessionState,
    /// Stores 0 for an absent `expires_at`.
    ExpiresAtOfNullIsZero,
    /// Cuts `expires_at` to 32 bits.
    ExpiresAtIn32Bits,
    /// Gives an account to whoever links it last.
    OwnerChangesOnLink,
    /// Refreshes an account that the user has already.
    LinkAccountUpserts,
    /// Looks whether the account is linked, then inserts.
    ChecksTheAccountThenLinks,
    /// Unlinks by the provider only.
    UnlinksTheWholeProvider,
    /// Inserts no account.
    UpsertOnlyUpdates,
    /// Leaves stored tokens as they are, as Auth.js does (next-auth#3599).
    UpsertNeverRefreshes,
    /// Writes NULL over a refresh token where none came.
    UpsertDropsTheRefreshToken,
    /// Keeps each old value where none came.
    UpsertKeepsEveryOldToken,
    /// `ON CONFLICT DO UPDATE` without a condition on the owner.
    OwnerChangesOnUpsert,
    /// Looks for the user before it looks for the account.
    UserMissingBeforeConflict,
    /// Looks at the owner, then takes the row, whoever has it by then.
    ChecksTheOwnerThenUpserts,
    /// Finds, then inserts or updates.
    FindsThenUpserts,
    /// Finds the account to refresh by its id, at whichever provider.
    RefreshesByAccountIdOnly,
    /// Forgets one of the tokens (better-auth#10757).
    ForgetsTheIdToken,
    /// Does not compare the refresh token.
    SetsWithoutComparing,
    /// Compares, then sets, as the guide of Auth.js does.
    ComparesThenSets,
    /// `refresh_token = NULL` is never true.
    NullEqualsNothing,
    /// `$1 IS NULL OR refresh_token = $1`.
    NullMatchesEverything,

    // Sessions.

    /// Returns the hash that it stored in place of the token.
    ReturnsTheStoredHash,
    /// Takes a hash for a token (dual read of raw and hashed tokens).
    TakesTheHandleForTheToken,
    /// Refuses sessions that have ended.
    RefusesEndedSessions,
    /// Overwrites a session with the same token (tower-sessions before 0.12).
    CreateSessionUpserts,
    /// Looks whether the token is taken, then inserts.
    ChecksTheTokenThenInserts,
    /// Never looks at `expires`, as pg-adapter.
    ExpiryIgnored,
    /// `expires < now` in place of `expires <= now`.
    LiveAtTheEnd,
    /// Rounds the time to whole seconds, as MySQL does for a column without a fraction.
    RoundsTheTime,
    /// Looks up the session, then its user, and fails if there is none.
    FailsWithoutTheUser,
    /// Joins the users without a condition, and takes the first row.
    JoinsTheFirstUser,
    /// Reads any session where there is nothing to update.
    ReadsTheFirstSession,
    /// Deletes an expired session when it is looked up.
    DeletesOnRead,
    /// Returns undefined after an update, as pg-adapter does.
    UpdateSessionReturnsNothing,
    /// Never shortens: `GREATEST(expires, $1)`.
    UpdateSessionNeverShortens,
    /// Does not update a session that has ended.
    UpdateSessionSkipsExpired,
    /// Updates each session of the user.
    UpdatesSessionsByUser,
    /// Deletes the row and inserts it anew, as MySQL's `REPLACE` does.
    ReplacesSessions,
    /// Inserts where there is nothing to update.
    UpdatesInsertSessions,

    // Devices.

    /// Lists sessions that have ended.
    ListsExpiredSessions,
    /// Looks at the handle and not at the user.
    RevokesByHandleOnly,
    /// Takes a token for a handle.
    RevokesByToken,
    /// Leaves sessions that have ended.
    RevokeAllSkipsExpired,
    /// Counts, then deletes.
    RevokeAllCountsThenDeletes,
    /// Does not look at the session to spare.
    RevokeAllSparesNothing,
    /// `<> NULL` is never true.
    UnknownExceptionSparesAll,
    /// Ends everybody's sessions for an unknown user.
    RevokesEverybody,
    /// Returns the row as it was before.
    TouchReturnsTheOldRow,
    /// Sets what it is given, as pg-adapter's updateSession.
    TouchShortens,
    /// Extends a session that has ended.
    TouchRevives,
    /// Reads the end, then writes the later one.
    TouchReadsThenWrites,

    // Verification tokens.

    /// Refuses tokens that have ended.
    RefusesEndedTokens,
    /// Keeps one token per address.
    OneTokenPerAddress,
    /// Overwrites a token that is there.
    OverwritesVerificationTokens,
    /// Looks whether the token is there, then inserts.
    ChecksTheLinkThenInserts,
    /// Does not remove what was used.
    UseKeepsTheToken,
    /// Looks at the token only.
    UsesByTokenOnly,
    /// Looks at the identifier only (CVE-2022-39263).
    UsesByIdentifierOnly,
    /// Removes the other tokens of the address too.
    UseTakesAllOfTheAddress,
    /// Finds no token that has ended.
    UseSkipsExpired,
    /// Finds, then deletes, as the adapters for `drizzle` on MySQL, `typeorm` and `sequelize` do.
    FindsThenDeletesTokens,

    // Passkeys.

    /// Starts each counter at 0.
    CounterStartsAtZero,
    /// Adds to the counter.
    CounterAdds,
    /// Fails if the counter is not what it was when the row was found.
    CounterLocksOptimistically,
    /// Never lowers the counter.
    CounterOnlyGrows,
    /// Has one credential per user and id: the key of Prisma's table.
    CredentialsAreUniquePerUser,
    /// Overwrites a credential of the same user.
    CreateAuthenticatorUpserts,
    /// Looks whether the credential is registered, then inserts.
    ChecksTheCredentialThenInserts,

    // Whole sign-ins.

    /// Creates the user, links the account and starts the session in three steps, as Auth.js
    /// does (next-auth#8836).
    SignsUpInThreeSteps,
    /// Does not write the tokens of the account.
    SignUpDropsTheTokens,
    /// Stores and compares addresses as they come.
    AddressesAsTheyCome,
    /// Takes the rule of links for the address of a profile, which cuts it at a comma.
    SignUpCutsTheAddress,
    /// Refuses a person without an address.
    SignUpNeedsAnAddress,
    /// Links a new account to whoever has the address: the classic account takeover.
    SignUpLinksByAddress,
    /// Looks at the account before it looks at the address.
    SignUpChecksTheAccountFirst,
    /// Looks whether the address is taken, then signs up.
    ChecksThenSignsUp,
    /// Signs in whoever had the address, if nobody has it now.
    RemembersFormerAddresses,
    /// Leaves `emailVerified` as it was.
    SignInVerifiesNothing,
    /// Sets `emailVerified` to the later of its value and now, which is NULL for NULL in MySQL.
    SignInVerifiesTheLaterTime,
    /// Writes each column of a user who is known.
    SignInClearsTheProfile,
    /// Does not remove the token.
    SignInKeepsTheToken,
    /// Looks at the identifier only (CVE-2022-39263).
    SignsInByIdentifierOnly,
    /// Does not remove a token that has ended.
    SignInKeepsExpiredTokens,
    /// Consumes the token, then does the rest.
    SignInConsumesFirst,
    /// Finds the token, then signs in (better-auth#9572).
    FindsTheTokenThenSignsIn,
    /// Finds nobody, then creates the user.
    FindsThenCreatesTheUser,

    // The purge.

    /// Leaves the verification tokens.
    PurgeForgetsTheTokens,
    /// Deletes sessions that are live.
    PurgeTakesLiveSessions,
    /// `expires < now` in place of `expires <= now`.
    PurgeSparesTheEnd,
    /// Deletes verification tokens at their end.
    PurgeHasNoGrace,
    /// Deletes all at once.
    PurgeIgnoresTheLimit,
    /// Deletes in any order.
    PurgeTakesTheYoungest,
    /// Looks at the clock of the process only.
    PurgeTrustsTheProcess,
    /// Replaces a limit out of range by the nearest in range.
    PurgeClampsTheLimit,
    /// Refuses the greatest limit.
    PurgeRefusesTheGreatestLimit,
    /// Counts, then deletes.
    PurgeCountsThenDeletes,

    // Many tokens at once.

    /// Answers in the order of the rows.
    BatchAnswersInAnyOrder,
    /// Answers each token once.
    BatchForgetsDuplicates,
    /// Makes `IN ()`, which is not valid SQL.
    EmptyBatchFails,
    /// Binds more parameters than the driver takes.
    GreatestBatchFails,
    /// Takes any number of tokens.
    BatchHasNoLimit,
}
