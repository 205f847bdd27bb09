//! The cases of `use_verification_token`.

use authjs_adapter::{Adapter as _, ErrorKind, HashedToken, Operation, Unique, VerificationToken};
use chrono::TimeDelta;

use super::{other_identifier, other_token};
use crate::check::Change;
use crate::race::Rounds;
use crate::{Harness, check, given, sample};

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

/// Beside `create_verification_token`, `use_verification_token` returns each token that was
/// created, and once.
pub async fn use_verification_token_returns_each_created_row_once<H: Harness>(h: &H) {
    // Rust-specific: of what was created and what was used the difference is stored.
    let mut rounds = Rounds::new();
    while rounds.another().is_some() {
        let before = h.snapshot().await.verification_tokens.len();

        let changes = rounds.release(|caller| create_or_use(h, caller));

        let after = h.snapshot().await.verification_tokens.len();
        assert!(after <= 1, "{after} rows have one key");
        check::balance(before, &changes, after);
    }
}

/// Creates the token, one caller of two, or uses it.
async fn create_or_use<H: Harness>(h: &H, caller: usize) -> Change {
    if caller.is_multiple_of(2) {
        let created = h.store().create_verification_token(sample::link()).await;
        let conflict = ErrorKind::Conflict(Unique::VerificationToken);
        Change::of_insert(Operation::CreateVerificationToken, conflict, created)
    } else {
        Change::of_delete(use_link(h).await)
    }
}

async fn use_link<H: Harness>(h: &H) -> authjs_adapter::Result<Option<VerificationToken>> {
    let link = sample::link();
    h.store()
        .use_verification_token(&link.identifier, &link.token)
        .await
}
