//! Every column holds what the generated entities write, and gives it back.

use authjs_sea_orm::entity::{accounts, authenticators, sessions, users, verification_token};
use authjs_tests::MariadbDatabase;
use chrono::{DateTime, FixedOffset};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, DatabaseConnection, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, Set,
};

use super::database::open;

fn noon() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2020-01-01T12:00:00.123+00:00").expect("a date")
}

fn ada() -> users::Model {
    users::Model {
        id: i32::MAX,
        name: Some("Ada".to_owned()),
        email: Some("ada@example.com".to_owned()),
        email_verified: Some(noon()),
        image: Some("https://example.com/ada.png".to_owned()),
    }
}

/// A database that knows Ada; the database goes with the first value.
async fn with_ada() -> (MariadbDatabase, DatabaseConnection) {
    let database = MariadbDatabase::migrated().await;
    let db = open(&database);
    ada()
        .into_active_model()
        .insert(&db)
        .await
        .expect("the row is written");
    (database, db)
}

#[tokio::test]
async fn a_user_is_read_as_it_was_written() {
    let (_database, db) = with_ada().await;

    assert_eq!(users::Entity::find().one(&db).await, Ok(Some(ada())));
}

#[tokio::test]
async fn an_account_is_read_as_it_was_written() {
    let (_database, db) = with_ada().await;
    let account = accounts::Model {
        id: 7,
        user_id: i32::MAX,
        r#type: "oauth".to_owned(),
        provider: "github".to_owned(),
        provider_account_id: "42".to_owned(),
        refresh_token: Some("refresh".to_owned()),
        access_token: Some("access".to_owned()),
        expires_at: Some(i64::MAX),
        id_token: Some("id".to_owned()),
        scope: Some("read".to_owned()),
        session_state: Some("state".to_owned()),
        token_type: Some("bearer".to_owned()),
    };

    account
        .clone()
        .into_active_model()
        .insert(&db)
        .await
        .expect("the row is written");

    assert_eq!(accounts::Entity::find().one(&db).await, Ok(Some(account)));
}

#[tokio::test]
async fn a_session_is_read_as_it_was_written() {
    let (_database, db) = with_ada().await;
    let session = sessions::Model {
        id: 7,
        user_id: i32::MAX,
        expires: noon(),
        session_token: "token".to_owned(),
    };

    session
        .clone()
        .into_active_model()
        .insert(&db)
        .await
        .expect("the row is written");

    assert_eq!(sessions::Entity::find().one(&db).await, Ok(Some(session)));
}

#[tokio::test]
async fn a_verification_token_is_read_as_it_was_written() {
    let (_database, db) = with_ada().await;
    let token = verification_token::Model {
        identifier: "ada@example.com".to_owned(),
        expires: noon(),
        token: "token".to_owned(),
    };

    token
        .clone()
        .into_active_model()
        .insert(&db)
        .await
        .expect("the row is written");

    assert_eq!(
        verification_token::Entity::find().one(&db).await,
        Ok(Some(token))
    );
}

#[tokio::test]
async fn an_authenticator_is_read_as_it_was_written() {
    let (_database, db) = with_ada().await;
    let authenticator = authenticators::Model {
        credential_id: "credential".to_owned(),
        user_id: i32::MAX,
        provider_account_id: "credential".to_owned(),
        credential_public_key: "key".to_owned(),
        counter: i64::from(u32::MAX),
        credential_device_type: "singleDevice".to_owned(),
        credential_backed_up: true,
        transports: Some("usb,nfc".to_owned()),
    };

    authenticator
        .clone()
        .into_active_model()
        .insert(&db)
        .await
        .expect("the row is written");

    assert_eq!(
        authenticators::Entity::find().one(&db).await,
        Ok(Some(authenticator))
    );
}

#[tokio::test]
async fn everything_of_a_user_goes_with_the_user() {
    let (database, db) = with_ada().await;
    super::database::execute(
        &database,
        "INSERT INTO accounts (userId, type, provider, providerAccountId)
         VALUES (2147483647, 'oauth', 'github', '1');
         INSERT INTO sessions (userId, expires, sessionToken)
         VALUES (2147483647, '2020-01-01', 't');
         INSERT INTO authenticators VALUES ('c', 2147483647, 'c', 'k', 0, 'd', true, NULL)",
    )
    .await;

    users::Entity::delete_many()
        .exec(&db)
        .await
        .expect("the row is deleted");

    assert_eq!(
        accounts::Entity::find().one(&db).await,
        Ok(None::<accounts::Model>)
    );
    assert_eq!(
        sessions::Entity::find().one(&db).await,
        Ok(None::<sessions::Model>)
    );
    assert_eq!(
        authenticators::Entity::find().one(&db).await,
        Ok(None::<authenticators::Model>)
    );
}

#[tokio::test]
async fn texts_of_64_kib_are_kept_whole() {
    let (_database, db) = with_ada().await;
    let image = "\u{20ac}".repeat(65_535 / 3) + "x";
    let user = users::ActiveModel {
        image: Set(Some(image.clone())),
        ..ada().into_active_model()
    };

    let updated = user.update(&db).await.expect("the row is written");

    assert_eq!(updated.image, Some(image));
}

#[tokio::test]
async fn names_that_differ_in_case_accent_or_blanks_are_different_keys() {
    let (_database, db) = with_ada().await;

    for (id, email) in [
        (1, "Ada@example.com"),
        (2, "ad\u{e1}@example.com"),
        (3, "ada@example.com "),
    ] {
        let user = users::ActiveModel {
            id: Set(id),
            email: Set(Some(email.to_owned())),
            ..Default::default()
        };
        user.insert(&db).await.expect(email);
    }

    let found = users::Entity::find()
        .filter(users::Column::Email.eq("ada@example.com"))
        .all(&db)
        .await;
    assert_eq!(found, Ok(vec![ada()]));
}
