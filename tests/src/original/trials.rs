//! Our races, in the calls of the original. The rows are counted past it.

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgConnection};

use super::driver::Driver;

/// A race of ours, in the words of the original.
pub(super) struct Trial {
    /// The name of our race.
    pub(super) name: &'static str,
    /// What goes wrong.
    pub(super) what: &'static str,
    pub(super) rounds: u64,
    kind: Kind,
}

enum Kind {
    Spent,
    Twins,
    Owners,
    OrphanSession,
    OrphanAccount,
    LostUpdate,
    TakenToken,
    Shortened,
}

pub(super) const TRIALS: [Trial; 8] = [
    trial(
        "use_verification_token",
        "a token used twice",
        1000,
        Kind::Spent,
    ),
    trial(
        "create_user",
        "two users with one address",
        200,
        Kind::Twins,
    ),
    trial(
        "link_account",
        "an account with several owners",
        200,
        Kind::Owners,
    ),
    trial(
        "create_session_beside_delete_user",
        "a session without its user",
        1000,
        Kind::OrphanSession,
    ),
    trial(
        "link_account_beside_delete_user",
        "an account without its user",
        1000,
        Kind::OrphanAccount,
    ),
    trial("update_user", "a lost update", 1000, Kind::LostUpdate),
    trial(
        "create_session",
        "one token of several users",
        400,
        Kind::TakenToken,
    ),
    trial(
        "touch_session",
        "a shorter end that won",
        400,
        Kind::Shortened,
    ),
];

const fn trial(name: &'static str, what: &'static str, rounds: u64, kind: Kind) -> Trial {
    Trial {
        name,
        what,
        rounds,
        kind,
    }
}

/// Every look-up, with keys that are possible.
pub(super) fn lookups() -> [(&'static str, Value); 4] {
    [
        ("getUser", json!("1")),
        ("getUserByEmail", json!("ada@example.com")),
        (
            "getUserByAccount",
            json!({ "provider": "github", "providerAccountId": "1" }),
        ),
        ("getSessionAndUser", json!("token")),
    ]
}

const EXPIRES: &str = "2030-01-01T00:00:00.000Z";

impl Trial {
    /// One round: true if it went wrong.
    pub(super) async fn goes_wrong(
        &self,
        driver: &mut Driver,
        rows: &mut PgConnection,
        round: u64,
    ) -> bool {
        let key = format!("{}-{round}", self.name);
        match self.kind {
            Kind::Spent => spent(driver, &key).await,
            Kind::Twins => twins(driver, rows, &key).await,
            Kind::Owners => owners(driver, rows, &key).await,
            Kind::OrphanSession => {
                let session =
                    |user| json!({ "sessionToken": key, "userId": user, "expires": EXPIRES });
                orphan(driver, rows, ("createSession", session), SESSIONS, &key).await
            }
            Kind::OrphanAccount => {
                let account = |user| account(&key, user);
                orphan(driver, rows, ("linkAccount", account), ACCOUNTS, &key).await
            }
            Kind::LostUpdate => lost_update(driver, &key).await,
            Kind::TakenToken => taken_token(driver, rows, &key).await,
            Kind::Shortened => shortened(driver, &key).await,
        }
    }
}

const SESSIONS: &str = r#"SELECT count(*) FROM sessions WHERE "sessionToken" = $1"#;
const ACCOUNTS: &str = r#"SELECT count(*) FROM accounts WHERE "providerAccountId" = $1"#;
const USERS: &str = "SELECT count(*) FROM users WHERE email = $1";

async fn count(rows: &mut PgConnection, sql: &'static str, key: &str) -> i64 {
    let count = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(key)
        .fetch_one(rows)
        .await;
    count.expect("the rows can be counted")
}

fn account(key: &str, user: i64) -> Value {
    json!({ "provider": "github", "providerAccountId": key, "type": "oauth", "userId": user })
}

async fn user(driver: &mut Driver) -> i64 {
    driver
        .one("createUser", json!({ "name": "Ada" }))
        .await
        .id()
}

async fn users(driver: &mut Driver, count: usize) -> Vec<i64> {
    let calls = vec![("createUser", json!({ "name": "Ada" })); count];
    driver
        .call(&calls)
        .await
        .iter()
        .map(super::driver::Answer::id)
        .collect()
}

async fn session(driver: &mut Driver, key: &str) {
    let user = user(driver).await;
    let session = json!({ "sessionToken": key, "userId": user, "expires": EXPIRES });
    driver.one("createSession", session).await;
}

async fn spent(driver: &mut Driver, key: &str) -> bool {
    let token = json!({ "identifier": key, "token": "hash", "expires": EXPIRES });
    driver.one("createVerificationToken", token.clone()).await;
    let answers = driver
        .call(&vec![("useVerificationToken", token); 64])
        .await;
    answers
        .iter()
        .filter(|answer| answer.value.is_some())
        .count()
        != 1
}

/// The first sign-in as Auth.js does it: look for the address, then create the user.
async fn twins(driver: &mut Driver, rows: &mut PgConnection, key: &str) -> bool {
    driver
        .call(&vec![("signInWithEmail", json!(key)); 64])
        .await;
    count(rows, USERS, key).await != 1
}

async fn owners(driver: &mut Driver, rows: &mut PgConnection, key: &str) -> bool {
    let users = users(driver, 64).await;
    let link = |&user: &i64| ("linkAccount", account(key, user));
    driver
        .call(&users.iter().map(link).collect::<Vec<_>>())
        .await;
    count(rows, ACCOUNTS, key).await != 1
}

async fn orphan(
    driver: &mut Driver,
    rows: &mut PgConnection,
    (method, row): (&str, impl Fn(i64) -> Value),
    sql: &'static str,
    key: &str,
) -> bool {
    let user = user(driver).await;
    driver
        .call(&[("deleteUser", json!(user)), (method, row(user))])
        .await;
    count(rows, sql, key).await > 0
}

async fn lost_update(driver: &mut Driver, key: &str) -> bool {
    let user = user(driver).await;
    let name = json!({ "id": user, "name": key });
    let image = json!({ "id": user, "image": key });
    driver
        .call(&[("updateUser", name), ("updateUser", image)])
        .await;
    let stored = driver.one("getUser", json!(user)).await.value;
    let lasts = |field: &str| stored.as_ref().and_then(|row| row.get(field)) == Some(&json!(key));
    !(lasts("name") && lasts("image"))
}

async fn taken_token(driver: &mut Driver, rows: &mut PgConnection, key: &str) -> bool {
    let users = users(driver, 16).await;
    let create = |user: &i64| {
        let session = json!({ "sessionToken": key, "userId": user, "expires": EXPIRES });
        ("createSession", session)
    };
    driver
        .call(&users.iter().map(create).collect::<Vec<_>>())
        .await;
    count(rows, SESSIONS, key).await != 1
}

/// Auth.js extends a session with `updateSession`; its contract sets what it is given.
async fn shortened(driver: &mut Driver, key: &str) -> bool {
    session(driver, key).await;
    let end = |caller: usize| format!("2031-01-{:02}T00:00:00.000Z", 16 - caller);
    let update = |caller| {
        (
            "updateSession",
            json!({ "sessionToken": key, "expires": end(caller) }),
        )
    };
    driver.call(&(0..16).map(update).collect::<Vec<_>>()).await;
    let stored = driver.one("getSessionAndUser", json!(key)).await.value;
    let expires = stored
        .as_ref()
        .and_then(|row| row.get("session")?.get("expires")?.as_str());
    expires != Some(end(0).as_str())
}
