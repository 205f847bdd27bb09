//! Each look-up has an index, and uses it.

use authjs_adapter::{
    AccountTokensPatch, Accounts as _, Adapter as _, BatchLookup as _, Housekeeping as _, NewUser,
    SessionAdmin as _, SessionToken,
};
use authjs_sea_orm::{Pool, SeaOrmAdapter};
use authjs_tests::{MariadbDatabase, Proxy};
use sqlx::{AssertSqlSafe, MySqlConnection, Row as _};

use crate::sea_orm::given;
use crate::sea_orm::stock::Stock as _;

/// Enough rows that reading all of them is not the cheapest way.
const ROWS: &str = r#"
    INSERT INTO users (email) SELECT seq FROM seq_1_to_2000;
    INSERT INTO accounts ("userId", type, provider, "providerAccountId")
        SELECT id, 'oauth', 'github', id FROM users;
    INSERT INTO sessions ("userId", expires, "sessionToken")
        SELECT id, '2099-01-01', id FROM users;
    INSERT INTO verification_token SELECT id, '2099-01-01', id FROM users;
    ANALYZE TABLE users, accounts, sessions, verification_token;
"#;

/// The statements of the look-ups and of what else finds its rows by a key.
async fn texts(database: &MariadbDatabase) -> Vec<String> {
    let proxy = Proxy::before(database).await;
    let pool = Pool::connect(proxy.readable_options(database)).await;
    let store = SeaOrmAdapter::shared_with_authjs(pool.expect("the proxy is open"));
    let user = store.create_user(NewUser::default()).await.expect("new");
    let mut account = given::account(&user.id);
    account.provider.push_str(".example");
    let token = SessionToken::new("1");
    store.get_user_by_email("1").await.expect("an answer");
    store.get_account(account.key()).await.expect("an answer");
    store
        .get_user_by_account(account.key())
        .await
        .expect("an answer");
    store.get_session_and_user(&token).await.expect("an answer");
    store.list_accounts(&user.id).await.expect("a list");
    store.list_sessions(&user.id).await.expect("a list");
    let end = given::in_thirty_days();
    store.touch_session(&token, end).await.expect("an answer");
    let revoked = store.revoke(&user.id, &token.handle()).await;
    revoked.expect("an answer");
    store.revoke_all(&user.id, None).await.expect("a count");
    let upserted = store.upsert_account(account.clone()).await;
    upserted.expect("an account");
    let changes = AccountTokensPatch::default();
    let updated = store.update_account_tokens(account.key(), None, changes);
    updated.await.expect("an answer");
    let tokens = [token.clone(), SessionToken::new("2")];
    let answers = store.get_sessions_and_users(&tokens).await;
    answers.expect("answers");
    store.delete_session(&token).await.expect("an answer");
    let link = store.use_verification_token("1", &"1".into()).await;
    link.expect("an answer");
    store.purge_expired(10).await.expect("counts");
    let of_tables = |text: &String| text.contains("WHERE") && !text.contains("information_schema");
    proxy.sql().into_iter().filter(of_tables).collect()
}

/// What the server would do for this text, with a value of its type for each parameter: an index
/// of texts serves no number.
fn explain(text: &str) -> String {
    let filled = text
        .replace("LIMIT ?", "LIMIT 10")
        .replace("JSON_TABLE(?", "JSON_TABLE('[\"1\"]'")
        .replace("providerAccountId` = ?", "providerAccountId` = '1'")
        .replace("Id` = ?", "Id` = 1")
        .replace("id = ?", "id = 1")
        .replace('?', "'2000-01-01'");
    let (change, _) = filled.split_once(" RETURNING ").unwrap_or((&filled, ""));
    format!("EXPLAIN {change}")
}

/// The tables of ours that the server would read whole.
async fn scanned(raw: &mut MySqlConnection, text: &str) -> Vec<String> {
    let rows = sqlx::raw_sql(AssertSqlSafe(explain(text))).fetch_all(raw);
    let rows = rows.await.expect("the statement can be explained");
    rows.iter()
        // The table that an insert goes to is listed too.
        .filter(|row| row.get::<Option<&str>, _>("select_type") != Some("INSERT"))
        .filter(|row| row.get::<Option<&str>, _>("type") == Some("ALL"))
        .filter_map(|row| row.get::<Option<String>, _>("table"))
        .filter(|table| !table.starts_with('<') && table != "listed")
        .map(|table| format!("{table}: {text}"))
        .collect()
}

#[tokio::test]
async fn no_look_up_reads_a_whole_table() {
    let database = MariadbDatabase::migrated().await;
    database.execute(ROWS).await;
    let texts = texts(&database).await;
    let mut raw = database.connect().await;

    let mut scans = Vec::new();
    for text in &texts {
        scans.extend(scanned(&mut raw, text).await);
    }

    assert!(texts.len() >= 15, "{texts:#?}");
    assert_eq!(scans, [""; 0]);
}
