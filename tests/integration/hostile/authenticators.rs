//! Texts in the methods of authenticators.

use authjs_adapter::{Authenticator, Authenticators as _, ErrorKind, UserId};
use authjs_tests::hostile_texts;

use super::refusals::Rule;
use super::rows::{AUTHENTICATOR, Column, authenticator};
use super::{Bench, Subject};

pub(super) async fn texts<H: Subject>(bench: &mut Bench<'_, H>) {
    look_ups(bench, " (no rows)").await;
    for column in &AUTHENTICATOR {
        let owner = bench.owner().await.id;
        create(bench, &owner, column).await;
        if column.name == "credential_id" {
            look_ups(bench, "").await;
        }
        let listed = bench.store().list_authenticators_by_user_id(&owner).await;
        let mut expected = bench.rows.authenticators.clone();
        expected.sort_unstable_by(|a, b| a.credential_id.cmp(&b.credential_id));
        bench.same("the list", &listed, &Ok(expected));
        bench.clear().await;
    }
}

async fn create<H: Subject>(
    bench: &mut Bench<'_, H>,
    owner: &UserId,
    column: &Column<Authenticator>,
) {
    let store = bench.store();
    let argument = format!("create_authenticator.{}", column.name);
    for text in hostile_texts() {
        bench.probe(&argument, text.name, &text.value);
        let refusal = column.rule.refuses(&text.value);
        let mut new = authenticator(owner, text.name);
        (column.set)(&mut new, text.value);

        let answer = bench.call(store.create_authenticator(new.clone())).await;

        let refusal = refusal.map(|reason| (column.field, reason));
        if let Some(stored) = bench.taken(refusal, answer) {
            bench.same("the answer", &stored, &new);
            bench.rows.authenticators.push(new);
        }
    }
    bench.settle().await;
}

/// Finds the row of each credential and no other.
async fn look_ups<H: Subject>(bench: &mut Bench<'_, H>, rows: &str) {
    let store = bench.store();
    for text in hostile_texts() {
        let is_possible = Rule::Key.allows(&text.value);
        let has_it = |row: &&mut Authenticator| row.credential_id == text.value;
        let row = bench.rows.authenticators.iter_mut().find(has_it);
        let row = row.map(|row| row.clone());

        bench.probe(
            &format!("get_authenticator.credential_id{rows}"),
            text.name,
            &text.value,
        );
        let answer = bench.call(store.get_authenticator(&text.value)).await;
        bench.looked_up(is_possible, row.as_ref(), answer);

        bench.probe(
            &format!("update_authenticator_counter.credential_id{rows}"),
            text.name,
            &text.value,
        );
        let operation = store.update_authenticator_counter(&text.value, 7);
        let answer = bench.call(operation).await;
        match row {
            Some(row) => {
                bench.looked_up(is_possible, Some(&row), answer.map(Some));
            }
            None => bench.refused(ErrorKind::NotFound, answer),
        }
        if !is_possible {
            bench.must_be_free();
        }
    }
    bench.settle().await;
}
