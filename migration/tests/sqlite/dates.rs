//! The date columns take what sqlx writes for an instant in UTC, and nothing else.

use authjs_entity::verification_token;
use authjs_migration::sea_orm_migration::sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, DbErr, EntityTrait as _, QueryOrder as _,
};
use chrono::{DateTime, FixedOffset};

use crate::database::{execute, migrated, texts};

/// The three columns, each with an insertion that lacks only the date's literal.
const INSERTIONS: [&str; 3] = [
    "INSERT INTO users (\"emailVerified\") VALUES ({})",
    "INSERT INTO sessions (\"userId\", \"sessionToken\", expires) VALUES (1, hex(randomblob(8)), {})",
    "INSERT INTO verification_token (identifier, token, expires) \
     VALUES (hex(randomblob(8)), 't', {})",
];

/// As sqlx writes dates, in the order of time.
const WRITTEN: [&str; 9] = [
    "1970-01-01T00:00:00+00:00",
    "2020-01-01T00:00:00+00:00",
    "2020-01-01T00:00:00.000000001+00:00",
    "2020-01-01T00:00:00.000001+00:00",
    "2020-01-01T00:00:00.001+00:00",
    "2020-01-01T00:00:00.123+00:00",
    "2020-01-01T00:00:00.123456+00:00",
    "2020-02-29T23:59:59.999+00:00",
    "9999-12-31T23:59:59.999+00:00",
];

const REJECTED: [&str; 24] = [
    // Another offset, or UTC written otherwise.
    "'2020-01-01T00:00:00+02:00'",
    "'2020-01-01T00:00:00Z'",
    "'2020-01-01T00:00:00-00:00'",
    "'2020-01-01T00:00:00'",
    // Another spelling of an instant that is written shorter.
    "'2020-01-01T00:00:00.000+00:00'",
    "'2020-01-01T00:00:00.123000+00:00'",
    "'2020-01-01T00:00:00.000000+00:00'",
    "'2020-01-01T00:00:00.123456000+00:00'",
    "'2020-01-01T00:00:00.1+00:00'",
    "'2020-01-01 00:00:00+00:00'",
    "' 2020-01-01T00:00:00+00:00'",
    "'2020-01-01T00:00:00+00:00' || char(0) || 'abc'",
    // Years outside of 1970 to 9999.
    "'1969-12-31T23:59:59+00:00'",
    "'+10000-01-01T00:00:00+00:00'",
    "'-001-01-01T00:00:00+00:00'",
    // Days and times that do not exist.
    "'2020-02-30T00:00:00+00:00'",
    "'2021-02-29T00:00:00+00:00'",
    "'2020-13-01T00:00:00+00:00'",
    "'2020-01-01T24:00:00+00:00'",
    "'2020-01-01T00:00:60+00:00'",
    // No text at all.
    "1577836800",
    "2458849.5",
    "CAST('2020-01-01T00:00:00+00:00' AS BLOB)",
    "'tomorrow'",
];

fn instant(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).unwrap()
}

#[tokio::test]
async fn what_sqlx_writes_is_taken_and_read_back() -> Result<(), DbErr> {
    let db = migrated().await;

    for (number, text) in WRITTEN.iter().enumerate() {
        let token = verification_token::ActiveModel {
            identifier: Set(number.to_string()),
            expires: Set(instant(text)),
            token: Set("t".to_owned()),
        };
        token.insert(&db).await?;
    }

    assert_eq!(
        texts(&db, "SELECT expires FROM verification_token ORDER BY rowid").await,
        WRITTEN
    );
    let read = verification_token::Entity::find()
        .order_by_asc(verification_token::Column::Identifier)
        .all(&db)
        .await?;
    let read: Vec<DateTime<FixedOffset>> = read.into_iter().map(|token| token.expires).collect();
    assert_eq!(read, WRITTEN.map(instant));
    Ok(())
}

#[tokio::test]
async fn the_order_of_the_texts_is_the_order_of_the_instants() -> Result<(), DbErr> {
    let db = migrated().await;

    for text in WRITTEN.iter().rev() {
        let insertion = INSERTIONS[2].replace("{}", &format!("'{text}'"));
        execute(&db, &insertion).await?;
    }

    assert_eq!(
        texts(
            &db,
            "SELECT expires FROM verification_token ORDER BY expires"
        )
        .await,
        WRITTEN
    );
    Ok(())
}

#[tokio::test]
async fn each_column_takes_what_sqlx_writes() -> Result<(), DbErr> {
    let db = migrated().await;
    execute(&db, "INSERT INTO users (id) VALUES (1)").await?;

    for insertion in INSERTIONS {
        for text in WRITTEN {
            execute(&db, &insertion.replace("{}", &format!("'{text}'"))).await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn each_column_rejects_everything_else() -> Result<(), DbErr> {
    let db = migrated().await;
    execute(&db, "INSERT INTO users (id) VALUES (1)").await?;

    for insertion in INSERTIONS {
        for literal in REJECTED {
            let sql = insertion.replace("{}", literal);
            let error = execute(&db, &sql).await.expect_err(&sql);
            assert!(
                error.to_string().contains("CHECK constraint failed"),
                "{sql}: {error}"
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_date_of_another_offset_is_not_taken_from_an_entity() {
    let db = migrated().await;
    let token = verification_token::ActiveModel {
        identifier: Set("a".to_owned()),
        expires: Set(instant("2020-01-01T00:00:00+02:00")),
        token: Set("t".to_owned()),
    };

    let error = token.insert(&db).await.unwrap_err();

    assert!(
        error
            .to_string()
            .contains("authjs_verification_token_expires_check"),
        "{error}"
    );
}

#[tokio::test]
async fn only_the_verification_of_an_address_may_be_absent() -> Result<(), DbErr> {
    let db = migrated().await;

    execute(&db, &INSERTIONS[0].replace("{}", "NULL")).await?;

    assert!(
        execute(&db, &INSERTIONS[1].replace("{}", "NULL"))
            .await
            .is_err()
    );
    assert!(
        execute(&db, &INSERTIONS[2].replace("{}", "NULL"))
            .await
            .is_err()
    );
    Ok(())
}
