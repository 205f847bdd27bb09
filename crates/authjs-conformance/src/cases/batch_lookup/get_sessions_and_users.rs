//! The cases of `get_sessions_and_users`.

use authjs_adapter::{
    BatchLookup, Field, MAX_BATCH, NewSession, NewUser, Operation, Session, SessionToken, User,
};
use chrono::TimeDelta;

use crate::reading::users_are_read_whole;
use crate::{Harness, check, given, sample};

/// `get_sessions_and_users` answers each token in the order given, with `None` for an unknown
/// one.
pub async fn get_sessions_and_users_answers_in_order<H>(h: &H)
where
    H: Harness,
    H::Store: BatchLookup,
{
    // Rust-specific: a database returns rows in any order, and none for what is unknown.
    let (ada, grace) = given::two_people(h).await;
    let of_ada = given::stored_session(h, &"ada-token".into()).await.unwrap();
    let of_grace = given::stored_session(h, &"grace-token".into())
        .await
        .unwrap();

    let answers = look_up(h, &["grace-token", "unknown", "ada-token"]).await;

    let expected = vec![Some((of_grace, grace)), None, Some((of_ada, ada))];
    check::same("the answers", &answers, &expected);
}

/// `get_sessions_and_users` answers a token as often as it is given.
pub async fn get_sessions_and_users_answers_duplicates<H>(h: &H)
where
    H: Harness,
    H::Store: BatchLookup,
{
    // Rust-specific: two requests of one browser wait for one answer each.
    given::two_people(h).await;

    let answers = look_up(h, &["ada-token", "grace-token", "ada-token"]).await;

    let [first, other, second] = answers.as_slice() else {
        panic!("3 tokens got {} answers", answers.len());
    };
    assert!(first.is_some(), "a live session was not found");
    check::same("the second answer for one token", second, first);
    assert!(other != first, "two tokens got one answer");
}

/// `get_sessions_and_users` answers `None` for tokens that cannot be stored.
pub async fn get_sessions_and_users_answers_none_for_impossible_tokens<H>(h: &H)
where
    H: Harness,
    H::Store: BatchLookup,
{
    // Rust-specific: one bad cookie must not spoil the answers for the others.
    given::two_people(h).await;
    let [empty, nul, long] = <[String; 3]>::try_from(sample::impossible_keys()).unwrap();

    let answers = look_up(h, &[&empty, &nul, "ada-token", &long]).await;

    let found: Vec<_> = answers.iter().map(Option::is_some).collect();
    assert_eq!(
        found,
        [false, false, true, false],
        "which tokens were found"
    );
}

/// `get_sessions_and_users` compares tokens byte for byte.
pub async fn get_sessions_and_users_compares_byte_for_byte<H>(h: &H)
where
    H: Harness,
    H::Store: BatchLookup,
{
    // Rust-specific: the default collations of MySQL and MariaDB find `SeSsIoN` and `session `.
    given::two_people(h).await;

    let answers = look_up(h, &["Ada-Token", "ada-token ", "\u{e1}da-token", "%"]).await;

    let found = answers.iter().flatten().count();
    assert_eq!(
        found, 0,
        "how many tokens found a session that is not theirs"
    );
}

/// `get_sessions_and_users` never shows an expired session, from the very millisecond on.
pub async fn get_sessions_and_users_answers_none_for_expired_sessions<H>(h: &H)
where
    H: Harness,
    H::Store: BatchLookup,
{
    // Rust-specific: expired means `expires <= now`.
    let ada = given::ada(h).await;
    let ending = given::session(h, sample::session(&ada.id, "ending")).await;
    let living = NewSession {
        expires: ending.expires + TimeDelta::milliseconds(1),
        ..sample::session(&ada.id, "living")
    };
    given::session(h, living).await;

    h.clock().set(ending.expires);
    let answers = look_up(h, &["ending", "living"]).await;

    let found: Vec<_> = answers.iter().map(Option::is_some).collect();
    assert_eq!(found, [false, true], "which of the sessions were live");
}

/// `get_sessions_and_users` answers nothing with nothing.
pub async fn get_sessions_and_users_is_empty_for_no_tokens<H>(h: &H)
where
    H: Harness,
    H::Store: BatchLookup,
{
    // Rust-specific: `IN ()` is not valid SQL.
    given::two_people(h).await;

    let answers = look_up(h, &[]).await;

    assert_eq!(answers.len(), 0, "the number of answers");
}

/// `get_sessions_and_users` accepts the greatest batch.
pub async fn get_sessions_and_users_accepts_the_greatest_batch<H>(h: &H)
where
    H: Harness,
    H::Store: BatchLookup,
{
    // Rust-specific: drivers bind 65,535 parameters at most, SQLite's default is fewer.
    given::two_people(h).await;
    let tokens = numbered(MAX_BATCH - 1)
        .chain(["ada-token".into()])
        .collect::<Vec<_>>();

    let answers = h.store().get_sessions_and_users(&tokens).await.unwrap();

    let last = answers.into_iter().nth(tokens.len() - 1).unwrap();
    assert!(
        last.unwrap().is_some(),
        "the last of the tokens was not found"
    );
}

/// `get_sessions_and_users` refuses more tokens than the greatest batch.
pub async fn get_sessions_and_users_refuses_more_than_the_greatest_batch<H>(h: &H)
where
    H: Harness,
    H::Store: BatchLookup,
{
    // Rust-specific: one call takes a bounded time.
    let tokens: Vec<_> = numbered(MAX_BATCH + 1).collect();

    let result = h.store().get_sessions_and_users(&tokens).await;

    check::invalid(Operation::GetSessionsAndUsers, Field::Tokens, result);
}

/// `get_sessions_and_users` gives NULL back as absent.
pub async fn get_sessions_and_users_reads_null_as_absent<H>(h: &H)
where
    H: Harness,
    H::Store: BatchLookup,
{
    // Rust-specific: a NULL that becomes 1970 verifies an address that nobody verified.
    let nobody = given::user(h, NewUser::default()).await;
    given::session(h, sample::session(&nobody.id, "token")).await;

    let answers = look_up(h, &["token"]).await;

    let (_, user) = answers.into_iter().next().flatten().unwrap();
    check::same("the user", &user, &sample::nobody(&nobody.id));
}

/// `get_sessions_and_users` beside `update_user` finds the whole user, as they were or as they
/// are.
pub async fn get_sessions_and_users_reads_whole_rows_beside_update_user<H>(h: &H)
where
    H: Harness,
    H::Store: BatchLookup,
{
    // Rust-specific: one update is one change for everybody.
    let (ada, _) = given::two_people(h).await;

    users_are_read_whole(h, &ada, || async {
        let answers = look_up(h, &["unknown", "ada-token"]).await;
        answers.into_iter().flatten().next().map(|(_, user)| user)
    })
    .await;
}

async fn look_up<H>(h: &H, tokens: &[&str]) -> Vec<Option<(Session, User)>>
where
    H: Harness,
    H::Store: BatchLookup,
{
    let tokens: Vec<_> = tokens
        .iter()
        .map(|token| SessionToken::new(*token))
        .collect();
    let answers = h.store().get_sessions_and_users(&tokens).await.unwrap();
    answers
        .into_iter()
        .map(|answer| {
            let (session, user) = answer.unwrap()?;
            Some((check::session(&session), check::user(&user)))
        })
        .collect()
}

fn numbered(count: u32) -> impl Iterator<Item = SessionToken> {
    (0..count).map(|n| SessionToken::new(format!("unknown-{n}")))
}
