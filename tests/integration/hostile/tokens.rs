//! Texts in the methods of verification tokens.

use authjs_adapter::{Adapter as _, Field, HashedToken, VerificationToken};
use authjs_tests::{Named, hostile_texts};

use super::refusals::Rule;
use super::rows::end;
use super::{Bench, Subject};

/// Makes the link with a text in one of its columns.
type Make = fn(&str) -> VerificationToken;

const COLUMNS: [(&str, Field, Make); 2] = [
    ("identifier", Field::Identifier, |text| link(text, "hash")),
    ("token", Field::Token, |text| link("ada@example.com", text)),
];

fn link(identifier: &str, token: &str) -> VerificationToken {
    VerificationToken {
        identifier: identifier.to_owned(),
        expires: end(),
        token: HashedToken::new(token),
    }
}

pub(super) async fn texts<H: Subject>(bench: &mut Bench<'_, H>) {
    for (column, field, make) in COLUMNS {
        use_them(
            bench,
            &format!("use_verification_token.{column} (no rows)"),
            make,
        )
        .await;
        create(bench, column, field, make).await;
        use_them(bench, &format!("use_verification_token.{column}"), make).await;
    }
}

async fn create<H: Subject>(bench: &mut Bench<'_, H>, column: &str, field: Field, make: Make) {
    let store = bench.store();
    let argument = format!("create_verification_token.{column}");
    for Named { name, value } in hostile_texts() {
        bench.probe(&argument, name, &value);
        let new = make(&value);

        let answer = bench
            .call(store.create_verification_token(new.clone()))
            .await;

        let refusal = Rule::Key.refuses(&value).map(|reason| (field, reason));
        if let Some(stored) = bench.taken(refusal, answer) {
            bench.same("the answer", &stored, &new);
            bench.rows.verification_tokens.push(new);
        }
    }
    bench.settle().await;
}

/// Takes the row of each pair and no other.
async fn use_them<H: Subject>(bench: &mut Bench<'_, H>, argument: &str, make: Make) {
    let store = bench.store();
    for Named { name, value } in hostile_texts() {
        bench.probe(argument, name, &value);
        let key = make(&value);
        let rows = &mut bench.rows.verification_tokens;
        let place = rows.iter().position(|row| *row == key);
        let row = place.map(|place| rows.remove(place));

        let operation = store.use_verification_token(&key.identifier, &key.token);
        let answer = bench.call(operation).await;

        bench.looked_up(Rule::Key.allows(&value), row.as_ref(), answer);
    }
    bench.settle().await;
}
