//! Passkeys.

use authjs_adapter::{
    Adapter as _, Authenticator, Authenticators, ErrorKind, Field, Operation, Unique,
};

use crate::race::Rounds;
use crate::sample::Spoil;
use crate::{Harness, check, given, sample};

/// `create_authenticator` returns the row that it stored.
pub async fn create_authenticator_returns_the_stored_row<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Upstream: packages/utils/adapter.ts :: "createAuthenticator"
    let ada = given::ada(h).await;
    let new = sample::passkey(&ada.id, "cred+/1==");

    let created = h.store().create_authenticator(new.clone()).await.unwrap();

    check::same("the returned row", &created, &new);
    check::same(
        "authenticators",
        &h.snapshot().await.authenticators,
        &vec![new],
    );
}

/// `create_authenticator` stores absent transports as NULL.
pub async fn create_authenticator_stores_absent_transports_as_null<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Rust-specific: NULL and the empty list differ.
    let ada = given::ada(h).await;
    let bare = Authenticator {
        transports: None,
        ..sample::passkey(&ada.id, "cred-1")
    };

    let created = given::passkey(h, bare.clone()).await;

    check::same("the returned row", &created, &bare);
    check::same(
        "authenticators",
        &h.snapshot().await.authenticators,
        &vec![bare],
    );
}

/// `create_authenticator` stores the longest texts and the largest counter.
pub async fn create_authenticator_stores_the_longest_values<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Rust-specific: the counter has 32 bits without a sign.
    let ada = given::ada(h).await;
    let long = Authenticator {
        credential_id: sample::longest_short(),
        user_id: ada.id,
        provider_account_id: sample::longest_short(),
        credential_public_key: sample::longest_text(),
        counter: u32::MAX,
        credential_device_type: sample::longest_short(),
        credential_backed_up: false,
        transports: Some(sample::longest_text()),
    };

    let created = given::passkey(h, long.clone()).await;

    assert!(created == long, "the returned row was altered");
    assert!(
        h.snapshot().await.authenticators == [long],
        "the stored row was altered"
    );
}

/// `create_authenticator` refuses values that cannot be stored as they are.
pub async fn create_authenticator_refuses_what_cannot_be_stored<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Rust-specific: a cut credential id is another credential.
    let ada = given::ada(h).await;
    let table: [Spoil<Authenticator>; 7] = [
        (Field::CredentialId, |a| a.credential_id.clear()),
        (Field::CredentialId, |a| a.credential_id.push('\0')),
        (Field::CredentialId, |a| {
            a.credential_id = sample::too_long_short();
        }),
        (Field::ProviderAccountId, |a| {
            a.provider_account_id = sample::too_long_short();
        }),
        (Field::CredentialPublicKey, |a| {
            a.credential_public_key = sample::too_long_text();
        }),
        (Field::CredentialDeviceType, |a| {
            a.credential_device_type = sample::too_long_short();
        }),
        (Field::Transports, |a| {
            a.transports = Some(sample::too_long_text());
        }),
    ];

    for (field, spoil) in table {
        let mut passkey = sample::passkey(&ada.id, "cred-1");
        spoil(&mut passkey);
        let result = h.store().create_authenticator(passkey).await;
        check::invalid(Operation::CreateAuthenticator, field, result);
    }

    let stored = h.snapshot().await.authenticators;
    assert!(stored.is_empty(), "a credential was stored");
}

/// `create_authenticator` refuses a credential of another user, which keeps its owner.
pub async fn create_authenticator_refuses_a_credential_of_another_user<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Rust-specific: Prisma's key holds one credential of two users.
    let (ada, grace) = given::two_people(h).await;
    given::passkey(h, sample::passkey(&ada.id, "cred-1")).await;
    let before = h.snapshot().await;

    let result = h
        .store()
        .create_authenticator(sample::passkey(&grace.id, "cred-1"))
        .await;

    let conflict = ErrorKind::Conflict(Unique::Credential);
    check::refused(Operation::CreateAuthenticator, conflict, result);
    check::unchanged(&before, &h.snapshot().await);
}

/// `create_authenticator` refuses a credential that the user has already, and keeps its counter.
pub async fn create_authenticator_refuses_the_same_credential_twice<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Rust-specific: an upsert would set the counter back.
    let ada = given::ada(h).await;
    given::passkey(h, sample::passkey(&ada.id, "cred-1")).await;
    let before = h.snapshot().await;
    let again = Authenticator {
        counter: 0,
        ..sample::passkey(&ada.id, "cred-1")
    };

    let result = h.store().create_authenticator(again).await;

    let conflict = ErrorKind::Conflict(Unique::Credential);
    check::refused(Operation::CreateAuthenticator, conflict, result);
    check::unchanged(&before, &h.snapshot().await);
}

/// `create_authenticator` refuses an unknown user.
pub async fn create_authenticator_refuses_an_unknown_user<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Rust-specific: the reference suite creates none for an unknown user.
    let orphan = sample::passkey(&h.unknown_id(), "cred-1");

    let result = h.store().create_authenticator(orphan).await;

    check::refused(
        Operation::CreateAuthenticator,
        ErrorKind::UserMissing,
        result,
    );
    let stored = h.snapshot().await.authenticators;
    assert!(stored.is_empty(), "a credential was stored");
}

/// `create_authenticator` refuses a text that cannot be the id of a user.
pub async fn create_authenticator_refuses_a_malformed_user<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Rust-specific: a careless parser registers the credential for somebody else.
    let ada = given::ada(h).await;

    for id in h.malformed_ids(&ada.id) {
        let result = h
            .store()
            .create_authenticator(sample::passkey(&id, "cred-1"))
            .await;
        check::refused(
            Operation::CreateAuthenticator,
            ErrorKind::UserMissing,
            result,
        );
    }

    let stored = h.snapshot().await.authenticators;
    assert!(stored.is_empty(), "a credential was stored");
}

/// `create_authenticator` refuses an unknown user before it looks for the credential.
pub async fn create_authenticator_reports_a_missing_user_before_a_conflict<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Rust-specific: the order of the checks is part of the contract.
    let ada = given::ada(h).await;
    given::passkey(h, sample::passkey(&ada.id, "cred-1")).await;
    let before = h.snapshot().await;
    let orphan = sample::passkey(&h.unknown_id(), "cred-1");

    let result = h.store().create_authenticator(orphan).await;

    check::refused(
        Operation::CreateAuthenticator,
        ErrorKind::UserMissing,
        result,
    );
    check::unchanged(&before, &h.snapshot().await);
}

/// Of simultaneous `create_authenticator` calls for one credential, one succeeds.
pub async fn create_authenticator_creates_one_of_simultaneous_callers<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Rust-specific: two rows of one credential have two counters.
    let ada = given::ada(h).await;
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let new = sample::passkey(&ada.id, &format!("cred-{round}"));

        let answers = rounds.release(|_| h.store().create_authenticator(new.clone()));

        assert_eq!(check::successes(&answers), 1, "the number of successes");
        let conflict = ErrorKind::Conflict(Unique::Credential);
        check::losers(Operation::CreateAuthenticator, conflict, answers);
        let stored = h.snapshot().await.authenticators.len();
        assert_eq!(
            stored, round,
            "the number of credentials after {round} rounds"
        );
    }
}

/// `get_authenticator` returns the stored row.
pub async fn get_authenticator_returns_the_stored_row<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Upstream: packages/utils/adapter.ts :: "getAuthenticator"
    let ada = given::ada(h).await;
    given::passkey(h, sample::passkey(&ada.id, "cred-1")).await;
    let second = given::passkey(h, sample::passkey(&ada.id, "cred-2")).await;

    let found = h.store().get_authenticator("cred-2").await.unwrap();

    check::same("the found row", &found, &Some(second));
}

/// `get_authenticator` finds nothing under an unknown credential.
pub async fn get_authenticator_is_none_for_an_unknown_credential<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Upstream: packages/utils/adapter.ts :: "getAuthenticator"
    let ada = given::ada(h).await;
    given::passkey(h, sample::passkey(&ada.id, "cred-1")).await;

    let found = h.store().get_authenticator("unknown").await;

    check::nothing("an unknown credential", found);
}

/// `get_authenticator` compares credential ids byte for byte.
pub async fn get_authenticator_compares_byte_for_byte<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Rust-specific: base64 ids differ in case only.
    let ada = given::ada(h).await;
    given::passkey(h, sample::passkey(&ada.id, "cred-1")).await;

    for credential_id in ["Cred-1", "cred-1 ", "cr\u{e9}d-1", "cred_1", "%"] {
        let found = h.store().get_authenticator(credential_id).await;
        check::nothing(&format!("the credential {credential_id:?}"), found);
    }
}

/// `get_authenticator` finds nothing under an id that cannot be stored.
pub async fn get_authenticator_is_none_for_an_impossible_credential<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Rust-specific: a browser may send anything, and none of it is an error.
    let ada = given::ada(h).await;
    given::passkey(h, sample::passkey(&ada.id, "cred-1")).await;

    for credential_id in sample::impossible_keys() {
        let found = h.store().get_authenticator(&credential_id).await;
        check::nothing("an impossible credential", found);
    }
}

/// `list_authenticators_by_user_id` lists the credentials of the user, by credential id.
pub async fn list_authenticators_by_user_id_lists_those_of_the_user<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Upstream: packages/utils/adapter.ts :: "listAuthenticatorsByUserId"
    let (ada, grace) = given::two_people(h).await;
    let last = given::passkey(h, sample::passkey(&ada.id, "cred-c")).await;
    given::passkey(h, sample::passkey(&grace.id, "cred-b")).await;
    let first = given::passkey(h, sample::passkey(&ada.id, "cred-a")).await;

    let listed = h
        .store()
        .list_authenticators_by_user_id(&ada.id)
        .await
        .unwrap();

    check::same("the list", &listed, &vec![first, last]);
}

/// `list_authenticators_by_user_id` is empty for an unknown user.
pub async fn list_authenticators_by_user_id_is_empty_for_an_unknown_user<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Rust-specific: the reference suite asks for a malformed id only.
    let ada = given::ada(h).await;
    given::passkey(h, sample::passkey(&ada.id, "cred-1")).await;

    let listed = h
        .store()
        .list_authenticators_by_user_id(&h.unknown_id())
        .await
        .unwrap();

    assert!(listed.is_empty(), "an unknown user has credentials");
}

/// `list_authenticators_by_user_id` is empty for a text that cannot be an id.
pub async fn list_authenticators_by_user_id_is_empty_for_a_malformed_user<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Upstream: packages/utils/adapter.ts :: "listAuthenticatorsByUserId"
    let ada = given::ada(h).await;
    given::passkey(h, sample::passkey(&ada.id, "cred-1")).await;
    let invalid = ["invalid-user-id".into()];

    for id in h.malformed_ids(&ada.id).into_iter().chain(invalid) {
        let listed = h.store().list_authenticators_by_user_id(&id).await.unwrap();
        assert!(listed.is_empty(), "the user {id:?} has credentials");
    }
}

/// `update_authenticator_counter` sets the counter and returns the row.
pub async fn update_authenticator_counter_sets_the_counter<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Upstream: packages/utils/adapter.ts :: "updateAuthenticatorCounter"
    let ada = given::ada(h).await;
    let first = given::passkey(h, sample::passkey(&ada.id, "cred-1")).await;
    let second = given::passkey(h, sample::passkey(&ada.id, "cred-2")).await;

    let updated = h
        .store()
        .update_authenticator_counter("cred-1", u32::MAX)
        .await
        .unwrap();

    let expected = Authenticator {
        counter: u32::MAX,
        ..first
    };
    let stored = h.snapshot().await.authenticators;
    check::same("the returned row", &updated, &expected);
    check::same("authenticators", &stored, &vec![expected, second]);
}

/// `update_authenticator_counter` sets a counter that is lower than the old one.
pub async fn update_authenticator_counter_compares_nothing<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Rust-specific: comparing counters is the caller's part of WebAuthn.
    let ada = given::ada(h).await;
    given::passkey(h, sample::passkey(&ada.id, "cred-1")).await;

    let updated = h
        .store()
        .update_authenticator_counter("cred-1", 0)
        .await
        .unwrap();

    assert_eq!(updated.counter, 0, "the returned counter");
}

/// `update_authenticator_counter` fails for an unknown credential.
pub async fn update_authenticator_counter_fails_for_an_unknown_credential<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Upstream: packages/utils/adapter.ts :: "updateAuthenticatorCounter"
    let ada = given::ada(h).await;
    given::passkey(h, sample::passkey(&ada.id, "cred-1")).await;
    let before = h.snapshot().await;

    let result = h.store().update_authenticator_counter("unknown", 8).await;

    check::refused(
        Operation::UpdateAuthenticatorCounter,
        ErrorKind::NotFound,
        result,
    );
    check::unchanged(&before, &h.snapshot().await);
}

/// `update_authenticator_counter` fails for an id that cannot be stored.
pub async fn update_authenticator_counter_fails_for_an_impossible_credential<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Rust-specific: what cannot be stored is not registered.
    let ada = given::ada(h).await;
    given::passkey(h, sample::passkey(&ada.id, "cred-1")).await;
    let before = h.snapshot().await;

    for credential_id in sample::impossible_keys() {
        let result = h
            .store()
            .update_authenticator_counter(&credential_id, 8)
            .await;
        check::refused(
            Operation::UpdateAuthenticatorCounter,
            ErrorKind::NotFound,
            result,
        );
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// `delete_user` removes the credentials of the user and of nobody else.
pub async fn delete_user_removes_authenticators<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Rust-specific: the reference has no such table.
    let (ada, grace) = given::two_people(h).await;
    given::passkey(h, sample::passkey(&ada.id, "cred-1")).await;
    let kept = given::passkey(h, sample::passkey(&grace.id, "cred-2")).await;

    h.store().delete_user(&ada.id).await.unwrap();

    check::same(
        "authenticators",
        &h.snapshot().await.authenticators,
        &vec![kept],
    );
}
