//! The cases of `create_authenticator`.

use authjs_adapter::{Authenticator, Authenticators, ErrorKind, Field, Operation, Unique};

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

    // The input is looked at before the user.
    for user_id in [ada.id, h.unknown_id()] {
        for (field, spoil) in table {
            let mut passkey = sample::passkey(&user_id, "cred-1");
            spoil(&mut passkey);
            let result = h.store().create_authenticator(passkey).await;
            check::invalid(Operation::CreateAuthenticator, field, result);
        }
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
