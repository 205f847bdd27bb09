//! The cases of `update_authenticator_counter`.

use authjs_adapter::{Authenticator, Authenticators, ErrorKind, Operation};

use crate::race::{CALLERS, Rounds};
use crate::{Harness, check, given, sample};

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

/// `update_authenticator_counter` gives NULL back as absent in the row that it changed.
pub async fn update_authenticator_counter_reads_null_as_absent<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Rust-specific: the row of a RETURNING clause is read like any other.
    let ada = given::ada(h).await;
    let bare = Authenticator {
        transports: None,
        ..sample::passkey(&ada.id, "cred-1")
    };
    given::passkey(h, bare).await;

    let updated = h.store().update_authenticator_counter("cred-1", 8).await;

    assert_eq!(updated.unwrap().transports, None, "the transports");
}

/// Of simultaneous `update_authenticator_counter` calls each succeeds, and one of the counters
/// lasts.
pub async fn update_authenticator_counter_stores_one_of_simultaneous_counters<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Rust-specific: which of two sign-ins came first is not the adapter's to judge.
    let ada = given::ada(h).await;
    given::passkey(h, sample::passkey(&ada.id, "cred-1")).await;
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let counters: Vec<_> = (1_u32..)
            .map(|n| n + u32::try_from(round).unwrap() * 100)
            .take(CALLERS)
            .collect();

        let answers = rounds.release(|caller| {
            let counter = counters.get(caller).copied().unwrap();
            h.store().update_authenticator_counter("cred-1", counter)
        });

        let returned: Vec<_> = answers
            .into_iter()
            .map(|row| row.unwrap().counter)
            .collect();
        let stored = h
            .store()
            .get_authenticator("cred-1")
            .await
            .unwrap()
            .unwrap();
        assert!(
            returned.iter().all(|counter| counters.contains(counter)),
            "a counter was returned that nobody set"
        );
        assert!(
            counters.contains(&stored.counter),
            "nobody set the stored counter"
        );
    }
}
