//! Verification tokens.

use authjs_adapter::{
    Adapter as _, ErrorKind, Field, HashedToken, Operation, Unique, VerificationToken,
};
use chrono::TimeDelta;

use crate::race::Rounds;
use crate::sample::Spoil;
use crate::{Harness, check, given, sample};

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

/// `use_verification_token` returns the row and removes it.
pub async fn use_verification_token_returns_the_removed_row<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "useVerificationToken"
    let link = given::link(h, sample::link()).await;

    let used = use_link(h).await.unwrap();

    check::same("the returned row", &used, &Some(link));
    let stored = h.snapshot().await.verification_tokens;
    assert!(stored.is_empty(), "a used verification token stayed");
}

/// `use_verification_token` finds nothing the second time.
pub async fn use_verification_token_works_once<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "useVerificationToken"
    given::link(h, sample::link()).await;
    use_link(h).await.unwrap();

    let again = use_link(h).await;

    check::nothing("a used verification token", again);
}

/// `use_verification_token` with another address finds nothing and removes nothing.
pub async fn use_verification_token_needs_the_identifier<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "useVerificationToken"
    given::link(h, sample::link()).await;
    let before = h.snapshot().await;

    let used = h
        .store()
        .use_verification_token("eve@example.com", &sample::link().token)
        .await;

    check::nothing("the token of another address", used);
    check::unchanged(&before, &h.snapshot().await);
}

/// `use_verification_token` with another token finds nothing and removes nothing.
pub async fn use_verification_token_needs_the_token<H: Harness>(h: &H) {
    // Rust-specific: an adapter that looked up the identifier only signed anybody in
    // (CVE-2022-39263).
    given::link(h, sample::link()).await;
    let before = h.snapshot().await;

    let used = h
        .store()
        .use_verification_token("ada@example.com", &"guess".into())
        .await;

    check::nothing("a token that was guessed", used);
    check::unchanged(&before, &h.snapshot().await);
}

/// `use_verification_token` removes one row and no other of the address or of others.
pub async fn use_verification_token_leaves_others_alone<H: Harness>(h: &H) {
    // Rust-specific: the reference suite has one token.
    given::link(h, other_token()).await;
    given::link(h, other_identifier()).await;
    let before = h.snapshot().await;
    given::link(h, sample::link()).await;

    use_link(h).await.unwrap();

    check::unchanged(&before, &h.snapshot().await);
}

/// `use_verification_token` removes and returns a token that has ended.
pub async fn use_verification_token_looks_at_no_expiry<H: Harness>(h: &H) {
    // Rust-specific: the caller tells "expired" from "unknown", as Auth.js does.
    let link = given::link(h, sample::link()).await;

    h.clock().set(link.expires + TimeDelta::milliseconds(1));
    let used = use_link(h).await.unwrap();

    check::same("the returned row", &used, &Some(link));
    let stored = h.snapshot().await.verification_tokens;
    assert!(stored.is_empty(), "an expired verification token stayed");
}

/// `use_verification_token` compares address and token byte for byte.
pub async fn use_verification_token_compares_byte_for_byte<H: Harness>(h: &H) {
    // Rust-specific: a collation that folds case or pads makes one token out of many.
    given::link(h, sample::link()).await;
    let before = h.snapshot().await;

    for (identifier, token) in [
        ("Ada@example.com", "link-hash"),
        ("ada@example.com ", "link-hash"),
        ("\u{e1}da@example.com", "link-hash"),
        ("%", "link-hash"),
        ("ada@example.com", "Link-Hash"),
        ("ada@example.com", "link-hash "),
        ("ada@example.com", "%"),
    ] {
        let used = h
            .store()
            .use_verification_token(identifier, &token.into())
            .await;
        check::nothing(&format!("{identifier:?} with {token:?}"), used);
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// `use_verification_token` finds nothing under a key that cannot be stored.
pub async fn use_verification_token_is_none_for_an_impossible_key<H: Harness>(h: &H) {
    // Rust-specific: a link may hold anything, and none of it is an error.
    given::link(h, sample::link()).await;
    let before = h.snapshot().await;

    for text in sample::impossible_keys() {
        let by_identifier = h
            .store()
            .use_verification_token(&text, &sample::link().token)
            .await;
        let token = HashedToken::new(text);
        let by_token = h
            .store()
            .use_verification_token("ada@example.com", &token)
            .await;
        check::nothing("an impossible address", by_identifier);
        check::nothing("an impossible token", by_token);
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// Of simultaneous `use_verification_token` calls, one gets the token.
pub async fn use_verification_token_works_for_one_caller<H: Harness>(h: &H) {
    // Rust-specific: find, then delete, signs in several with one link.
    let mut rounds = Rounds::new();
    while rounds.another().is_some() {
        let link = given::link(h, sample::link()).await;

        let answers = rounds.release(|_| {
            h.store()
                .use_verification_token(&link.identifier, &link.token)
        });

        let used = answers.into_iter().filter_map(Result::unwrap).count();
        assert_eq!(used, 1, "how often one token worked");
    }
}

async fn use_link<H: Harness>(h: &H) -> authjs_adapter::Result<Option<VerificationToken>> {
    let link = sample::link();
    h.store()
        .use_verification_token(&link.identifier, &link.token)
        .await
}

fn other_token() -> VerificationToken {
    VerificationToken {
        token: "other-hash".into(),
        ..sample::link()
    }
}

fn other_identifier() -> VerificationToken {
    VerificationToken {
        identifier: "grace@example.com".to_owned(),
        ..sample::link()
    }
}
