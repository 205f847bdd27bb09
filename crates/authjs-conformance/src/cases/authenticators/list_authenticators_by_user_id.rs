//! The cases of `list_authenticators_by_user_id`.

use authjs_adapter::{Authenticator, Authenticators, ErrorKind, Operation, Unique};

use crate::race::Rounds;
use crate::{Harness, check, given, sample};

/// `list_authenticators_by_user_id` lists the credentials of the user, by credential id.
pub async fn list_authenticators_by_user_id_lists_those_of_the_user<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Upstream: packages/utils/adapter.ts :: "listAuthenticatorsByUserId"
    let (ada, grace) = given::two_people(h).await;
    // Capital letters come first, unlike in the collation of a language.
    let last = given::passkey(h, sample::passkey(&ada.id, "cred-a")).await;
    given::passkey(h, sample::passkey(&grace.id, "cred-b")).await;
    let first = given::passkey(h, sample::passkey(&ada.id, "cred-B")).await;

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

/// `list_authenticators_by_user_id` gives NULL back as absent.
pub async fn list_authenticators_by_user_id_reads_null_as_absent<H>(h: &H)
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
    given::passkey(h, bare.clone()).await;

    let listed = h.store().list_authenticators_by_user_id(&ada.id).await;

    check::same("the list", &listed.unwrap(), &vec![bare]);
}

/// `list_authenticators_by_user_id` beside `create_authenticator` lists whole rows, each
/// once.
pub async fn list_authenticators_by_user_id_lists_whole_rows_beside_create_authenticator<H>(h: &H)
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
                    let created =
                        check::inserted(Operation::CreateAuthenticator, conflict, created);
                    return created.into_iter().collect();
                }
                let listed = h.store().list_authenticators_by_user_id(&new.user_id).await;
                listed.unwrap()
            }
        });

        let stored = h.snapshot().await.authenticators;
        assert!(stored.contains(&new), "the credential was not stored");
        for mut listed in seen {
            listed.retain(|row: &Authenticator| row.credential_id == new.credential_id);
            assert!(listed.len() <= 1, "a credential is listed twice");
            for found in listed {
                check::same("the row that was seen", &found, &new);
            }
        }
    }
}
