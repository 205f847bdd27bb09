//! The cases of `get_authenticator`.

use authjs_adapter::{Authenticator, Authenticators, ErrorKind, Operation, Unique};

use crate::race::Rounds;
use crate::{Harness, check, given, sample};

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

/// `get_authenticator` gives NULL back as absent.
pub async fn get_authenticator_reads_null_as_absent<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Rust-specific: the empty list of transports is not an unknown one.
    let ada = given::ada(h).await;
    let bare = Authenticator {
        transports: None,
        ..sample::passkey(&ada.id, "cred-1")
    };
    given::passkey(h, bare).await;

    let found = h.store().get_authenticator("cred-1").await.unwrap();

    assert_eq!(found.unwrap().transports, None, "the transports");
}

/// `get_authenticator` beside `create_authenticator` finds nothing or the whole row.
pub async fn get_authenticator_reads_whole_rows_beside_create_authenticator<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Rust-specific: a counter that is set in a second step is seen as 0.
    let ada = given::ada(h).await;
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let new = sample::passkey(&ada.id, &format!("cred-{round}"));

        let seen = rounds.release(|caller| {
            let new = &new;
            async move {
                if caller.is_multiple_of(2) {
                    let created = h.store().create_authenticator(new.clone()).await;
                    let conflict = ErrorKind::Conflict(Unique::Credential);
                    return check::inserted(Operation::CreateAuthenticator, conflict, created);
                }
                let found = h.store().get_authenticator(&new.credential_id).await;
                found.unwrap()
            }
        });

        let stored = h.snapshot().await.authenticators;
        assert!(stored.contains(&new), "the credential was not stored");
        for found in seen.into_iter().flatten() {
            check::same("the row that was seen", &found, &new);
        }
    }
}
