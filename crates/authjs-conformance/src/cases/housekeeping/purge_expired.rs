//! The cases of `purge_expired`.

use authjs_adapter::{
    Adapter as _, Field, Housekeeping, MAX_BATCH, NewSession, Operation, Purged, SessionPatch,
    SessionToken, VERIFICATION_TOKEN_GRACE, VerificationToken,
};
use chrono::{DateTime, TimeDelta, TimeZone as _, Utc};

use crate::check::Change;
use crate::race::Rounds;
use crate::{Harness, check, given, sample, start};

/// `purge_expired` removes what has expired from both tables, counts it, and removes nothing
/// else.
pub async fn purge_expired_removes_and_counts_what_has_expired<H>(h: &H)
where
    H: Harness,
    H::Store: Housekeeping,
{
    // Rust-specific: Auth.js leaves the clean-up to the operator.
    let (ada, grace) = given::two_people(h).await;
    let before = h.snapshot().await;
    given::session(
        h,
        session_until(&ada.id, "old-1", start() - TimeDelta::days(3)),
    )
    .await;
    given::session(
        h,
        session_until(&grace.id, "old-2", start() - TimeDelta::days(2)),
    )
    .await;
    given::link(h, link_until("old", start() - TimeDelta::days(3))).await;

    let purged = h.store().purge_expired(100).await.unwrap();

    let expected = Purged {
        sessions: 2,
        verification_tokens: 1,
    };
    assert_eq!(purged, expected, "the counts");
    check::unchanged(&before, &h.snapshot().await);
}

/// `purge_expired` that finds nothing counts nothing.
pub async fn purge_expired_is_empty_when_nothing_has_expired<H>(h: &H)
where
    H: Harness,
    H::Store: Housekeeping,
{
    // Rust-specific: callers repeat it until it is empty.
    given::two_people(h).await;
    let before = h.snapshot().await;

    let purged = h.store().purge_expired(100).await.unwrap();

    assert!(purged.is_empty(), "the purge counted {purged:?}");
    check::unchanged(&before, &h.snapshot().await);
}

/// `purge_expired` spares a session until it ends, and takes it at its very end.
pub async fn purge_expired_takes_a_session_from_its_end_on<H>(h: &H)
where
    H: Harness,
    H::Store: Housekeeping,
{
    // Rust-specific: what the look-up finds the purge spares, to the millisecond.
    let ada = given::ada(h).await;
    let session = given::session(h, sample::session(&ada.id, "ada-token")).await;

    h.clock().set(session.expires - TimeDelta::milliseconds(1));
    let early = h.store().purge_expired(100).await.unwrap();
    h.clock().set(session.expires);
    let late = h.store().purge_expired(100).await.unwrap();

    assert_eq!(early.sessions, 0, "sessions purged 1 ms before the end");
    assert_eq!(late.sessions, 1, "sessions purged at the end");
}

/// `purge_expired` spares a verification token for a day after its end.
pub async fn purge_expired_spares_a_verification_token_for_a_day<H>(h: &H)
where
    H: Harness,
    H::Store: Housekeeping,
{
    // Rust-specific: "expired" and "unknown" can be told apart for that long.
    let link = given::link(h, sample::link()).await;
    let end = link.expires + VERIFICATION_TOKEN_GRACE;

    h.clock().set(end - TimeDelta::milliseconds(1));
    let early = h.store().purge_expired(100).await.unwrap();
    h.clock().set(end);
    let late = h.store().purge_expired(100).await.unwrap();

    assert_eq!(
        early.verification_tokens, 0,
        "tokens purged 1 ms before the grace ends"
    );
    assert_eq!(
        late.verification_tokens, 1,
        "tokens purged when the grace ends"
    );
}

/// `purge_expired` takes no more rows of a table than its limit, the oldest first.
pub async fn purge_expired_takes_the_oldest_up_to_the_limit<H>(h: &H)
where
    H: Harness,
    H::Store: Housekeeping,
{
    // Rust-specific: a purge that takes all at once holds up the sign-ins beside it.
    let ada = given::ada(h).await;
    given::session(
        h,
        session_until(&ada.id, "young", start() - TimeDelta::days(3)),
    )
    .await;
    given::link(h, link_until("young", start() - TimeDelta::days(3))).await;
    let kept = h.snapshot().await;
    given::session(
        h,
        session_until(&ada.id, "old", start() - TimeDelta::days(4)),
    )
    .await;
    given::session(
        h,
        session_until(&ada.id, "older", start() - TimeDelta::days(5)),
    )
    .await;
    given::link(h, link_until("old", start() - TimeDelta::days(4))).await;
    given::link(h, link_until("older", start() - TimeDelta::days(5))).await;

    let purged = h.store().purge_expired(2).await.unwrap();

    let expected = Purged {
        sessions: 2,
        verification_tokens: 2,
    };
    assert_eq!(purged, expected, "the counts");
    check::unchanged(&kept, &h.snapshot().await);
}

/// `purge_expired` of a process whose clock is centuries ahead takes nothing that is live.
pub async fn purge_expired_takes_nothing_live_by_a_wrong_clock<H>(h: &H)
where
    H: Harness,
    H::Store: Housekeeping,
{
    // Rust-specific: the clock of the database, which is the earlier one, decides.
    let ada = given::ada(h).await;
    let year_2190 = Utc.with_ymd_and_hms(2190, 1, 1, 0, 0, 0).unwrap();
    given::session(h, session_until(&ada.id, "live", year_2190)).await;
    given::link(h, link_until("live", year_2190)).await;
    let kept = h.snapshot().await;
    given::session(
        h,
        session_until(&ada.id, "old", start() - TimeDelta::days(3)),
    )
    .await;

    h.clock()
        .set(Utc.with_ymd_and_hms(2199, 1, 1, 0, 0, 0).unwrap());
    let purged = h.store().purge_expired(100).await.unwrap();

    let expected = Purged {
        sessions: 1,
        verification_tokens: 0,
    };
    assert_eq!(purged, expected, "the counts");
    check::unchanged(&kept, &h.snapshot().await);
}

/// `purge_expired` refuses a limit of nothing, and one beyond the greatest batch.
pub async fn purge_expired_refuses_limits_out_of_range<H>(h: &H)
where
    H: Harness,
    H::Store: Housekeeping,
{
    // Rust-specific: "until it is empty" never ends with a limit of 0.
    let ada = given::ada(h).await;
    given::session(
        h,
        session_until(&ada.id, "old", start() - TimeDelta::days(3)),
    )
    .await;
    let before = h.snapshot().await;

    let none = h.store().purge_expired(0).await;
    let too_many = h.store().purge_expired(MAX_BATCH + 1).await;

    check::invalid(Operation::PurgeExpired, Field::Limit, none);
    check::invalid(Operation::PurgeExpired, Field::Limit, too_many);
    check::unchanged(&before, &h.snapshot().await);
}

/// `purge_expired` accepts the greatest and the smallest limit.
pub async fn purge_expired_accepts_limits_in_range<H>(h: &H)
where
    H: Harness,
    H::Store: Housekeeping,
{
    // Rust-specific: the ends of the range belong to it.
    let ada = given::ada(h).await;
    given::session(
        h,
        session_until(&ada.id, "old-1", start() - TimeDelta::days(3)),
    )
    .await;
    given::session(
        h,
        session_until(&ada.id, "old-2", start() - TimeDelta::days(3)),
    )
    .await;

    let one = h.store().purge_expired(1).await.unwrap();
    let rest = h.store().purge_expired(MAX_BATCH).await.unwrap();

    assert_eq!(one.sessions, 1, "sessions purged with a limit of 1");
    assert_eq!(rest.sessions, 1, "sessions purged with the greatest limit");
}

/// Simultaneous `purge_expired` calls count each removed row once.
pub async fn purge_expired_counts_each_row_once<H>(h: &H)
where
    H: Harness,
    H::Store: Housekeeping,
{
    // Rust-specific: several workers may clean up at once.
    let ada = given::ada(h).await;
    let mut rounds = Rounds::new();
    while rounds.another().is_some() {
        for n in 0..20 {
            let old = start() - TimeDelta::days(3);
            given::session(h, session_until(&ada.id, &format!("old-{n}"), old)).await;
        }

        let answers = rounds.release(|_| h.store().purge_expired(3));

        let counted: u64 = answers
            .into_iter()
            .map(|answer| answer.unwrap().sessions)
            .sum();
        let left = h.snapshot().await.sessions.len();
        assert_eq!(
            counted,
            20 - left as u64,
            "the rows counted and the rows removed"
        );
        h.store().purge_expired(100).await.unwrap();
    }
}

/// `purge_expired` takes no session that was extended beside it.
pub async fn purge_expired_takes_no_session_that_was_extended<H>(h: &H)
where
    H: Harness,
    H::Store: Housekeeping,
{
    // Rust-specific: list, then delete, takes what is live by then.
    let ada = given::ada(h).await;
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let token = SessionToken::new(format!("token {round}"));
        let old = session_until(&ada.id, token.expose(), start() - TimeDelta::days(3));
        given::session(h, old).await;

        let answers = rounds.release(|caller| extend_or_purge(h, &token, caller));

        let stored = given::stored_session(h, &token).await;
        let extended = answers.contains(&Change::Added);
        let purged = answers.iter().filter(|answer| **answer == Change::Removed);
        assert_eq!(stored.is_some(), extended, "whether the session stayed");
        assert_eq!(
            purged.count(),
            usize::from(!extended),
            "how often it was counted"
        );
    }
}

/// A verification token is used by one caller or counted by one purge.
pub async fn purge_expired_counts_no_token_that_was_used<H>(h: &H)
where
    H: Harness,
    H::Store: Housekeeping,
{
    // Rust-specific: list, then delete, counts what somebody else removed.
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let old = link_until(&format!("old-{round}"), start() - TimeDelta::days(3));
        given::link(h, old.clone()).await;

        let removed = rounds.release(|caller| use_or_purge(h, &old, caller));

        let stored = h.snapshot().await.verification_tokens;
        assert!(stored.is_empty(), "an old verification token stayed");
        let removed: u64 = removed.into_iter().sum();
        assert_eq!(removed, 1, "how often one token was removed");
    }
}

fn session_until(
    user_id: &authjs_adapter::UserId,
    token: &str,
    expires: DateTime<Utc>,
) -> NewSession {
    NewSession {
        expires,
        ..sample::session(user_id, token)
    }
}

fn link_until(token: &str, expires: DateTime<Utc>) -> VerificationToken {
    VerificationToken {
        token: token.into(),
        expires,
        ..sample::link()
    }
}

/// Extends the session, one caller of two, or purges; what that did.
async fn extend_or_purge<H>(h: &H, token: &SessionToken, caller: usize) -> Change
where
    H: Harness,
    H::Store: Housekeeping,
{
    if caller.is_multiple_of(2) {
        let purged = h.store().purge_expired(100).await.unwrap();
        return if purged.is_empty() {
            Change::Nothing
        } else {
            Change::Removed
        };
    }
    let later = SessionPatch {
        expires: Some(start() + TimeDelta::days(30)),
    };
    let extended = h.store().update_session(token, later).await.unwrap();
    extended.map_or(Change::Nothing, |_| Change::Added)
}

/// Uses the token, one caller of two, or purges; how many tokens that removed.
async fn use_or_purge<H>(h: &H, link: &VerificationToken, caller: usize) -> u64
where
    H: Harness,
    H::Store: Housekeeping,
{
    if caller.is_multiple_of(2) {
        return h
            .store()
            .purge_expired(100)
            .await
            .unwrap()
            .verification_tokens;
    }
    let used = h
        .store()
        .use_verification_token(&link.identifier, &link.token)
        .await;
    u64::from(used.unwrap().is_some())
}
