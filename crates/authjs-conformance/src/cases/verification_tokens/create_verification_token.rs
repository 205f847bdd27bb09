//! The cases of `create_verification_token`.

use authjs_adapter::{Adapter as _, ErrorKind, Field, Operation, Unique, VerificationToken};
use chrono::TimeDelta;

use super::{other_identifier, other_token};
use crate::race::Rounds;
use crate::sample::Spoil;
use crate::{Harness, check, given, sample, start};

/// `create_verification_token` returns the row that it stored.
pub async fn create_verification_token_returns_the_stored_row<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "createVerificationToken"
    let link = sample::link();

    let created = h
        .store()
        .create_verification_token(link.clone())
        .await
        .unwrap();

    check::same("the returned row", &created, &link);
    check::same(
        "verification_token",
        &h.snapshot().await.verification_tokens,
        &vec![link],
    );
}

/// `create_verification_token` cuts the end to milliseconds before it stores and returns it.
pub async fn create_verification_token_cuts_the_time_to_milliseconds<H: Harness>(h: &H) {
    // Rust-specific: a JavaScript Date holds no more.
    let link = VerificationToken {
        expires: sample::fine_time(),
        ..sample::link()
    };

    let created = given::link(h, link).await;

    let stored = h.snapshot().await.verification_tokens;
    assert_eq!(created.expires, sample::cut_time(), "the returned end");
    check::same("verification_token", &stored, &vec![created]);
}

/// `create_verification_token` stores texts as they are, whatever is in them.
pub async fn create_verification_token_stores_texts_verbatim<H: Harness>(h: &H) {
    // Rust-specific: identifiers may be anything, such as a telephone number.
    let longest = [sample::longest_short()];

    for text in sample::odd_texts().into_iter().chain(longest) {
        let link = VerificationToken {
            identifier: text.clone(),
            token: text.as_str().into(),
            ..sample::link()
        };
        let created = given::link(h, link.clone()).await;
        let used = h
            .store()
            .use_verification_token(&text, &link.token)
            .await
            .unwrap();
        check::same("the returned row", &created, &link);
        check::same("the used row", &used, &Some(link));
    }
}

/// An address may have several tokens, and two addresses may have equal ones.
pub async fn create_verification_token_allows_several_of_one_address<H: Harness>(h: &H) {
    // Rust-specific: who asks for a second link still may use the first.
    given::link(h, sample::link()).await;

    given::link(h, other_token()).await;
    given::link(h, other_identifier()).await;

    let stored = h.snapshot().await.verification_tokens;
    assert_eq!(stored.len(), 3, "the number of verification tokens");
}

/// `create_verification_token` refuses a token that the address has already.
pub async fn create_verification_token_refuses_a_duplicate<H: Harness>(h: &H) {
    // Rust-specific: the reference suite stores no row twice.
    given::link(h, sample::link()).await;
    let before = h.snapshot().await;
    let again = VerificationToken {
        expires: sample::cut_time(),
        ..sample::link()
    };

    let result = h.store().create_verification_token(again).await;

    let conflict = ErrorKind::Conflict(Unique::VerificationToken);
    check::refused(Operation::CreateVerificationToken, conflict, result);
    check::unchanged(&before, &h.snapshot().await);
}

/// `create_verification_token` refuses values that cannot be stored as they are.
pub async fn create_verification_token_refuses_what_cannot_be_stored<H: Harness>(h: &H) {
    // Rust-specific: the identifier of a cut address is somebody else's.
    let table: [Spoil<VerificationToken>; 8] = [
        (Field::Identifier, |t| t.identifier.clear()),
        (Field::Identifier, |t| t.identifier.push('\0')),
        (Field::Identifier, |t| {
            t.identifier = sample::too_long_short();
        }),
        (Field::Expires, |t| t.expires = sample::before_1970()),
        (Field::Expires, |t| t.expires = sample::year_10000()),
        (Field::Token, |t| t.token = "".into()),
        (Field::Token, |t| t.token = "hash\0".into()),
        (Field::Token, |t| t.token = sample::too_long_short().into()),
    ];

    for (field, spoil) in table {
        let mut link = sample::link();
        spoil(&mut link);
        let result = h.store().create_verification_token(link).await;
        check::invalid(Operation::CreateVerificationToken, field, result);
    }

    let stored = h.snapshot().await.verification_tokens;
    assert!(stored.is_empty(), "a verification token was stored");
}

/// Of simultaneous `create_verification_token` calls with one token, one succeeds.
pub async fn create_verification_token_creates_one_of_simultaneous_callers<H: Harness>(h: &H) {
    // Rust-specific: a token that is there twice works twice.
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let link = VerificationToken {
            token: format!("hash {round}").into(),
            ..sample::link()
        };

        let answers = rounds.release(|_| h.store().create_verification_token(link.clone()));

        assert_eq!(check::successes(&answers), 1, "the number of successes");
        let conflict = ErrorKind::Conflict(Unique::VerificationToken);
        check::losers(Operation::CreateVerificationToken, conflict, answers);
        let stored = h.snapshot().await.verification_tokens.len();
        assert_eq!(stored, round, "the number of tokens after {round} rounds");
    }
}

/// `create_verification_token` stores a token that has ended already.
pub async fn create_verification_token_looks_at_no_expiry<H: Harness>(h: &H) {
    // Rust-specific: whether a token is live is asked when it is used.
    let ended = VerificationToken {
        expires: start() - TimeDelta::days(1),
        ..sample::link()
    };

    let created = given::link(h, ended.clone()).await;

    let stored = h.snapshot().await.verification_tokens;
    check::same("the returned row", &created, &ended);
    check::same("verification_token", &stored, &vec![ended]);
}
