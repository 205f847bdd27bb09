//! Texts in the methods of users.

use authjs_adapter::{Adapter as _, NewUser, Patch, UserPatch};
use authjs_tests::hostile_texts;

use super::rows::{Column, EMAIL, PROFILE, user_row};
use super::{Bench, Subject};

pub(super) async fn texts<H: Subject>(bench: &mut Bench<'_, H>) {
    for column in &PROFILE {
        create_user(bench, column).await;
        bench.clear().await;
        update_user(bench, column).await;
        bench.clear().await;
    }
    get_user_by_email(bench, "get_user_by_email.email (no rows)").await;
    create_user(bench, &EMAIL).await;
    get_user_by_email(bench, "get_user_by_email.email").await;
    bench.clear().await;
    update_user(bench, &EMAIL).await;
    bench.clear().await;
}

async fn create_user<H: Subject>(bench: &mut Bench<'_, H>, column: &Column<NewUser>) {
    let store = bench.store();
    let argument = format!("create_user.{}", column.name);
    for text in hostile_texts() {
        bench.probe(&argument, text.name, &text.value);
        let refusal = column.rule.refuses(&text.value);
        let mut new = NewUser::default();
        (column.set)(&mut new, text.value);

        let answer = bench.call(store.create_user(new.clone())).await;

        let refusal = refusal.map(|reason| (column.field, reason));
        if let Some(user) = bench.taken(refusal, answer) {
            let row = user_row(new, &user.id);
            bench.same("the answer", &user, &row);
            let read = bench.call(store.get_user(&user.id)).await;
            bench.same("what is read", &read, &Ok(Some(row.clone())));
            bench.rows.users.push(row);
        }
    }
    bench.settle().await;
}

async fn update_user<H: Subject>(bench: &mut Bench<'_, H>, column: &Column<NewUser>) {
    let store = bench.store();
    let argument = format!("update_user.{}", column.name);
    for text in hostile_texts() {
        let before = NewUser {
            name: Some("before".to_owned()),
            email: Some(format!("{}@before.example", text.name)),
            image: Some("before".to_owned()),
            email_verified: None,
        };
        let user = store.create_user(before.clone()).await;
        let id = user.expect("the address is new").id;
        bench.probe(&argument, text.name, &text.value);
        let refusal = column.rule.refuses(&text.value);
        let mut given = NewUser::default();
        (column.set)(&mut given, text.value.clone());
        let patch = UserPatch {
            name: given.name.map_or(Patch::Keep, Patch::Set),
            email: given.email.map_or(Patch::Keep, Patch::Set),
            image: given.image.map_or(Patch::Keep, Patch::Set),
            email_verified: Patch::Keep,
        };

        let answer = bench.call(store.update_user(&id, patch)).await;

        let refusal = refusal.map(|reason| (column.field, reason));
        let mut row = before;
        if let Some(user) = bench.taken(refusal, answer) {
            (column.set)(&mut row, text.value);
            bench.same("the answer", &user, &user_row(row.clone(), &id));
        }
        let row = user_row(row, &id);
        let read = bench.call(store.get_user(&id)).await;
        bench.same("what is read", &read, &Ok(Some(row.clone())));
        bench.rows.users.push(row);
    }
    bench.settle().await;
}

/// Finds the row of each address and no other.
async fn get_user_by_email<H: Subject>(bench: &mut Bench<'_, H>, argument: &str) {
    let store = bench.store();
    for text in hostile_texts() {
        bench.probe(argument, text.name, &text.value);
        let has_it = |email: &Option<String>| email.as_deref() == Some(text.value.as_str());
        let row = bench.rows.users.iter().find(|row| has_it(&row.email));
        let row = row.cloned();

        let answer = bench.call(store.get_user_by_email(&text.value)).await;

        bench.looked_up(EMAIL.rule.allows(&text.value), row.as_ref(), answer);
    }
    bench.settle().await;
}
