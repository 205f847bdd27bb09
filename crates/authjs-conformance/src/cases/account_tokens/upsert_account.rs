//! The cases of `upsert_account`.

use authjs_adapter::{AccountTokens, Accounts, ErrorKind, Field, NewAccount, Operation, Unique};

use crate::race::Rounds;
use crate::sample::{GITHUB_42, Spoil};
use crate::{Harness, check, given, sample};

/// `upsert_account` links an account that is not there, and returns the row.
pub async fn upsert_account_inserts<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: Auth.js has no such method.
    let ada = given::ada(h).await;

    let linked = h
        .store()
        .upsert_account(sample::account(&ada.id))
        .await
        .unwrap();

    let stored = given::stored_account(h, GITHUB_42).await;
    assert_eq!(linked.user_id, ada.id, "the owner");
    assert_eq!(linked.r#type, "oauth", "the type");
    check::same("the returned tokens", &linked.tokens, &sample::tokens());
    check::same("the stored row", &stored, &Some(linked));
}

/// `upsert_account` sets the type and each token of an account that is there, and changes no
/// other row.
pub async fn upsert_account_refreshes_the_tokens<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: Auth.js never refreshes the tokens that it stored.
    let (ada, _) = given::two_people(h).await;
    let mut expected = h.snapshot().await;
    let tokens = AccountTokens {
        refresh_token: Some("refresh-2".into()),
        ..sample::next_tokens()
    };
    let new = NewAccount {
        r#type: "oidc".to_owned(),
        tokens: tokens.clone(),
        ..sample::account(&ada.id)
    };

    let refreshed = h.store().upsert_account(new).await.unwrap();

    let row = expected
        .accounts
        .iter_mut()
        .find(|row| row.key() == GITHUB_42)
        .unwrap();
    "oidc".clone_into(&mut row.r#type);
    row.tokens = tokens;
    check::same("the returned row", &refreshed, row);
    check::unchanged(&expected, &h.snapshot().await);
}

/// `upsert_account` refreshes the account of that provider with that id: not one of the same id
/// at another provider, and not another one at the same.
pub async fn upsert_account_leaves_others_alone<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: accounts are numbered by each provider for itself.
    let ada = given::look_alikes(h).await;
    let mut expected = h.snapshot().await;
    let new = NewAccount {
        tokens: AccountTokens {
            refresh_token: Some("refresh-2".into()),
            ..sample::next_tokens()
        },
        ..sample::account(&ada.id)
    };

    let refreshed = h.store().upsert_account(new.clone()).await.unwrap();

    let row = expected
        .accounts
        .iter_mut()
        .find(|row| row.key() == GITHUB_42)
        .unwrap();
    row.tokens = new.tokens;
    check::same("the returned row", &refreshed, row);
    check::unchanged(&expected, &h.snapshot().await);
}

/// `upsert_account` keeps the old refresh token where none came, and nothing else.
pub async fn upsert_account_keeps_an_old_refresh_token<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: providers send a refresh token the first time only.
    let ada = given::ada(h).await;
    given::account(h, sample::account(&ada.id)).await;
    let new = NewAccount {
        tokens: sample::next_tokens(),
        ..sample::account(&ada.id)
    };

    let refreshed = h.store().upsert_account(new).await.unwrap();

    let expected = AccountTokens {
        refresh_token: sample::tokens().refresh_token,
        ..sample::next_tokens()
    };
    let stored = given::stored_account(h, GITHUB_42).await.unwrap();
    check::same("the returned tokens", &refreshed.tokens, &expected);
    check::same("the stored tokens", &stored.tokens, &expected);
}

/// `upsert_account` refuses an account of another user, and changes nothing.
pub async fn upsert_account_refuses_an_account_of_another_user<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: ON CONFLICT DO UPDATE without a condition takes the account over.
    let (_, grace) = given::two_people(h).await;
    let before = h.snapshot().await;
    // Each column has another value, so that none can be taken over unseen.
    let taken = NewAccount {
        r#type: "oidc".to_owned(),
        tokens: AccountTokens {
            refresh_token: Some("refresh-2".into()),
            ..sample::next_tokens()
        },
        ..sample::account(&grace.id)
    };

    let result = h.store().upsert_account(taken).await;

    let conflict = ErrorKind::Conflict(Unique::Account);
    check::refused(Operation::UpsertAccount, conflict, result);
    check::unchanged(&before, &h.snapshot().await);
}

/// `upsert_account` reports the conflict with another user's account before a missing user.
pub async fn upsert_account_reports_a_conflict_before_a_missing_user<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: the order of the checks is part of the contract.
    given::two_people(h).await;
    let before = h.snapshot().await;

    let result = h
        .store()
        .upsert_account(sample::account(&h.unknown_id()))
        .await;

    let conflict = ErrorKind::Conflict(Unique::Account);
    check::refused(Operation::UpsertAccount, conflict, result);
    check::unchanged(&before, &h.snapshot().await);
}

/// `upsert_account` refuses an unknown user.
pub async fn upsert_account_refuses_an_unknown_user<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: Auth.js has no such method. Accounts like the new one are no conflict.
    given::look_alikes(h).await;
    let before = h.snapshot().await;
    let of_nobody = NewAccount {
        provider_account_id: "44".to_owned(),
        ..sample::account(&h.unknown_id())
    };

    let result = h.store().upsert_account(of_nobody).await;

    check::refused(Operation::UpsertAccount, ErrorKind::UserMissing, result);
    check::unchanged(&before, &h.snapshot().await);
}

/// `upsert_account` refuses a text that cannot be the id of a user.
pub async fn upsert_account_refuses_a_malformed_user<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: a careless parser links the account to somebody else.
    let ada = given::ada(h).await;

    for id in h.malformed_ids(&ada.id) {
        let result = h.store().upsert_account(sample::account(&id)).await;
        check::refused(Operation::UpsertAccount, ErrorKind::UserMissing, result);
    }

    assert!(
        h.snapshot().await.accounts.is_empty(),
        "an account was stored"
    );
}

/// `upsert_account` refuses values that cannot be stored as they are, new or known.
pub async fn upsert_account_refuses_what_cannot_be_stored<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: the same limits as `link_account`.
    let ada = given::ada(h).await;
    given::account(h, sample::account(&ada.id)).await;
    let before = h.snapshot().await;
    let table: [Spoil<NewAccount>; 5] = [
        (Field::Type, |a| a.r#type.clear()),
        (Field::Provider, |a| a.provider = sample::too_long_short()),
        (Field::ProviderAccountId, |a| {
            a.provider_account_id.push('\0');
        }),
        (Field::RefreshToken, |a| {
            a.tokens.refresh_token = Some(sample::too_long_text().into());
        }),
        (Field::TokenType, |a| {
            a.tokens.token_type = Some(sample::too_long_short());
        }),
    ];

    // The input is looked at before the user, and before whose account it is.
    for user_id in [ada.id, h.unknown_id()] {
        for (field, spoil) in table {
            let mut account = sample::account(&user_id);
            spoil(&mut account);
            let result = h.store().upsert_account(account).await;
            check::invalid(Operation::UpsertAccount, field, result);
        }
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// Of simultaneous `upsert_account` calls for one account, one inserts and the others update.
pub async fn upsert_account_inserts_once_of_simultaneous_callers<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: find, then insert, fails for all but one.
    let ada = given::ada(h).await;
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let new = NewAccount {
            provider_account_id: format!("account {round}"),
            ..sample::account(&ada.id)
        };

        let answers = rounds.release(|_| h.store().upsert_account(new.clone()));

        assert_eq!(
            check::successes(&answers),
            answers.len(),
            "the number of successes"
        );
        let stored = h.snapshot().await.accounts.len();
        assert_eq!(stored, round, "the number of accounts after {round} rounds");
    }
}

/// Of simultaneous `upsert_account` calls of several people for one account, one succeeds;
/// that person is the owner.
pub async fn upsert_account_gives_an_account_to_one_of_simultaneous_people<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: a look at the owner before the write takes the account over.
    let people = given::crowd(h).await;
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let id = format!("account {round}");

        let answers = rounds.release(|caller| {
            let account = NewAccount {
                provider_account_id: id.clone(),
                ..sample::account(people.get(caller).unwrap())
            };
            h.store().upsert_account(account)
        });

        let stored = h.snapshot().await.accounts;
        let linked: Vec<_> = stored
            .iter()
            .filter(|row| row.provider_account_id == id)
            .collect();
        let winners: Vec<_> = answers.iter().flatten().collect();
        assert_eq!(
            linked, winners,
            "the stored rows are those of the successes"
        );
        assert_eq!(linked.len(), 1, "the number of rows with one key");
        let conflict = ErrorKind::Conflict(Unique::Account);
        check::losers(Operation::UpsertAccount, conflict, answers);
    }
}
