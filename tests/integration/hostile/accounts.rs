//! Texts in the methods of accounts.

use authjs_adapter::{
    Account, AccountKey, AccountTokens, AccountTokensPatch, Accounts as _, Adapter as _, ErrorKind,
    NewAccount, OAuthToken, Patch, ProviderAccount, Result, UserId,
};
use authjs_tests::hostile_texts;

use super::rows::{ACCOUNT, Column, account, account_row};
use super::{Bench, Subject};

/// The columns that are the key of an account.
const KEY: [&str; 2] = ["provider", "provider_account_id"];

/// The columns that a patch can set.
fn patched() -> impl Iterator<Item = &'static Column<ProviderAccount>> {
    ACCOUNT
        .iter()
        .filter(|column| !KEY.contains(&column.name) && column.name != "type")
}

fn keys() -> impl Iterator<Item = &'static Column<ProviderAccount>> {
    ACCOUNT.iter().filter(|column| KEY.contains(&column.name))
}

pub(super) async fn texts<H: Subject>(bench: &mut Bench<'_, H>) {
    for write in [Write::Link, Write::Upsert] {
        for column in &ACCOUNT {
            insert(bench, write, column).await;
            bench.clear().await;
        }
    }
    for column in ACCOUNT.iter().filter(|column| !KEY.contains(&column.name)) {
        refresh(bench, column).await;
        bench.clear().await;
    }
    for column in patched() {
        update_account_tokens(bench, column).await;
        bench.clear().await;
    }
    expected_token(bench).await;
    bench.clear().await;
    for column in keys() {
        look_ups(bench, column, " (no rows)").await;
        insert(bench, Write::Link, column).await;
        look_ups(bench, column, "").await;
        unlink(bench, column).await;
        bench.clear().await;
    }
}

/// A method that inserts an account.
#[derive(Clone, Copy)]
enum Write {
    Link,
    Upsert,
}

impl Write {
    const fn name(self) -> &'static str {
        match self {
            Self::Link => "link_account",
            Self::Upsert => "upsert_account",
        }
    }

    async fn run<H: Subject>(self, store: &H::Store, account: NewAccount) -> Result<Account> {
        match self {
            Self::Link => store.link_account(account).await,
            Self::Upsert => store.upsert_account(account).await,
        }
    }
}

async fn insert<H: Subject>(
    bench: &mut Bench<'_, H>,
    write: Write,
    column: &Column<ProviderAccount>,
) {
    let store = bench.store();
    let owner = bench.owner().await.id;
    let argument = format!("{}.{}", write.name(), column.name);
    for text in hostile_texts() {
        bench.probe(&argument, text.name, &text.value);
        let refusal = column.rule.refuses(&text.value);
        let mut new = account(if column.name == "provider" {
            "id"
        } else {
            text.name
        });
        (column.set)(&mut new, text.value);

        let operation = write.run::<H>(store, new.clone().of_user(owner.clone()));
        let answer = bench.call(operation).await;

        let refusal = refusal.map(|reason| (column.field, reason));
        if let Some(stored) = bench.taken(refusal, answer) {
            keep(bench, new, &owner, &stored);
        }
    }
    read(bench, &owner).await;
}

/// Compares an answer with what was given.
fn keep<H: Subject>(
    bench: &mut Bench<'_, H>,
    new: ProviderAccount,
    owner: &UserId,
    stored: &Account,
) {
    let row = account_row(new, owner, stored.id.as_ref());
    bench.same("the answer", stored, &row);
    bench.rows.accounts.push(row);
}

/// Compares all rows with what is listed, and with what is in the table.
async fn read<H: Subject>(bench: &mut Bench<'_, H>, owner: &UserId) {
    let listed = bench.call(bench.store().list_accounts(owner)).await;
    let mut expected = bench.rows.accounts.clone();
    expected.sort_unstable_by(|a, b| {
        (&a.provider, &a.provider_account_id).cmp(&(&b.provider, &b.provider_account_id))
    });
    bench.same("the list", &listed, &Ok(expected));
    bench.settle().await;
}

/// The second call for an account replaces what it says.
async fn refresh<H: Subject>(bench: &mut Bench<'_, H>, column: &Column<ProviderAccount>) {
    let store = bench.store();
    let owner = bench.owner().await.id;
    let argument = format!("upsert_account.{} (refresh)", column.name);
    for text in hostile_texts() {
        let mut new = account(text.name);
        let linked = store.link_account(new.clone().of_user(owner.clone())).await;
        let linked = linked.expect("the account is new");
        bench.probe(&argument, text.name, &text.value);
        let refusal = column.rule.refuses(&text.value);
        (column.set)(&mut new, text.value);

        let operation = store.upsert_account(new.clone().of_user(owner.clone()));
        let answer = bench.call(operation).await;

        let refusal = refusal.map(|reason| (column.field, reason));
        match bench.taken(refusal, answer) {
            Some(stored) => keep(bench, new, &owner, &stored),
            None => bench.rows.accounts.push(linked),
        }
    }
    read(bench, &owner).await;
}

async fn update_account_tokens<H: Subject>(
    bench: &mut Bench<'_, H>,
    column: &Column<ProviderAccount>,
) {
    let store = bench.store();
    let owner = bench.owner().await.id;
    let argument = format!("update_account_tokens.{}", column.name);
    for text in hostile_texts() {
        let mut new = account(text.name);
        let linked = store.link_account(new.clone().of_user(owner.clone())).await;
        let linked = linked.expect("the account is new");
        bench.probe(&argument, text.name, &text.value);
        let refusal = column.rule.refuses(&text.value);
        (column.set)(&mut new, text.value);
        let patch = patch(new.tokens.clone());

        let operation = store.update_account_tokens(linked.key(), None, patch);
        let answer = bench.call(operation).await;

        let refusal = refusal.map(|reason| (column.field, reason));
        match bench.taken(refusal, answer) {
            Some(Some(stored)) => keep(bench, new, &owner, &stored),
            Some(None) => bench.fail("the row was not taken"),
            None => bench.rows.accounts.push(linked),
        }
    }
    read(bench, &owner).await;
}

/// Sets what there is and keeps the rest.
fn patch(tokens: AccountTokens) -> AccountTokensPatch {
    fn set<T>(value: Option<T>) -> Patch<T> {
        value.map_or(Patch::Keep, Patch::Set)
    }
    AccountTokensPatch {
        refresh_token: set(tokens.refresh_token),
        access_token: set(tokens.access_token),
        expires_at: set(tokens.expires_at),
        id_token: set(tokens.id_token),
        scope: set(tokens.scope),
        session_state: set(tokens.session_state),
        token_type: set(tokens.token_type),
    }
}

/// Of all accounts each with another refresh token, only the expected one is written.
async fn expected_token<H: Subject>(bench: &mut Bench<'_, H>) {
    let store = bench.store();
    let owner = bench.owner().await.id;
    let mut new = account("expected");
    new.tokens.refresh_token = Some("ada@example.com".into());
    let linked = store.link_account(new.clone().of_user(owner.clone())).await;
    let linked = linked.expect("the account is new");
    for text in hostile_texts() {
        bench.probe("update_account_tokens.expected", text.name, &text.value);
        let expected = OAuthToken::new(text.value);
        let patch = AccountTokensPatch {
            scope: Patch::Set("openid".to_owned()),
            ..AccountTokensPatch::default()
        };

        let operation = store.update_account_tokens(linked.key(), Some(&expected), patch);
        let answer = bench.call(operation).await;

        match answer {
            Ok(Some(_)) => bench.note("written"),
            Ok(None) => bench.note("not the token"),
            Err(error) => bench.fail(&format!("{error:?} instead of an answer")),
        }
    }
    new.tokens.scope = Some("openid".to_owned());
    let row = account_row(new, &owner, linked.id.as_ref());
    bench.rows.accounts.push(row);
    bench.settle().await;
}

/// The key of the account with this text in one of its columns.
fn key<'t>(column: &Column<ProviderAccount>, text: &'t str) -> AccountKey<'t> {
    if column.name == "provider" {
        AccountKey {
            provider: text,
            provider_account_id: "id",
        }
    } else {
        AccountKey {
            provider: "hostile",
            provider_account_id: text,
        }
    }
}

/// Finds the row of each key and no other.
async fn look_ups<H: Subject>(
    bench: &mut Bench<'_, H>,
    column: &Column<ProviderAccount>,
    rows: &str,
) {
    let store = bench.store();
    for text in hostile_texts() {
        let key = key(column, &text.value);
        let is_possible = column.rule.allows(&text.value);
        let row = bench.rows.accounts.iter().find(|row| row.key() == key);
        let row = row.cloned();
        let owner = bench.rows.users.first().cloned();
        let owner = row.as_ref().and(owner);

        bench.probe(
            &format!("get_account.{}{rows}", column.name),
            text.name,
            &text.value,
        );
        let answer = bench.call(store.get_account(key)).await;
        bench.looked_up(is_possible, row.as_ref(), answer);

        bench.probe(
            &format!("get_user_by_account.{}{rows}", column.name),
            text.name,
            &text.value,
        );
        let answer = bench.call(store.get_user_by_account(key)).await;
        bench.looked_up(is_possible, owner.as_ref(), answer);

        bench.probe(
            &format!("update_account_tokens.{}{rows}", column.name),
            text.name,
            &text.value,
        );
        let patch = AccountTokensPatch::default();
        let answer = bench
            .call(store.update_account_tokens(key, None, patch))
            .await;
        match row {
            Some(_) => {
                bench.looked_up(is_possible, row.as_ref(), answer);
            }
            None => bench.refused(ErrorKind::NotFound, answer),
        }
        if !is_possible {
            bench.must_be_free();
        }
    }
    bench.settle().await;
}

/// Takes the row of each key and no other.
async fn unlink<H: Subject>(bench: &mut Bench<'_, H>, column: &Column<ProviderAccount>) {
    let store = bench.store();
    let argument = format!("unlink_account.{}", column.name);
    for text in hostile_texts() {
        bench.probe(&argument, text.name, &text.value);
        let key = key(column, &text.value);
        let place = bench.rows.accounts.iter().position(|row| row.key() == key);
        let row = place.map(|place| bench.rows.accounts.remove(place));

        let answer = bench.call(store.unlink_account(key)).await;

        bench.looked_up(column.rule.allows(&text.value), row.as_ref(), answer);
    }
    bench.settle().await;
}
