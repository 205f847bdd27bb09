//! Every column holds what the generated entities write, and gives it back.

use authjs_entity::{accounts, authenticators, sessions, users, verification_token};
use authjs_migration::sea_orm_migration::sea_orm::{
    ActiveModelTrait as _, DatabaseConnection, DbErr, EntityTrait as _, IntoActiveModel as _,
};
use chrono::{DateTime, FixedOffset};

use crate::database::{execute, migrated};

fn noon() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2020-01-01T12:00:00.123+00:00").unwrap()
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

async fn with_ada() -> DatabaseConnection {
    let db = migrated().await;
    ada().into_active_model().insert(&db).await.unwrap();
    db
}

#[tokio::test]
async fn a_user_is_read_as_it_was_written() -> Result<(), DbErr> {
    let db = with_ada().await;

    assert_eq!(users::Entity::find().one(&db).await?, Some(ada()));
    Ok(())
}

#[tokio::test]
async fn a_user_without_anything_is_read() -> Result<(), DbErr> {
    let db = migrated().await;
    execute(&db, "INSERT INTO users DEFAULT VALUES").await?;

    let user = users::Model {
        id: 1,
        name: None,
        email: None,
        email_verified: None,
        image: None,
    };
    assert_eq!(users::Entity::find().one(&db).await?, Some(user));
    Ok(())
}

#[tokio::test]
async fn an_account_is_read_as_it_was_written() -> Result<(), DbErr> {
    let db = with_ada().await;
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

    account.clone().into_active_model().insert(&db).await?;

    assert_eq!(accounts::Entity::find().one(&db).await?, Some(account));
    Ok(())
}

#[tokio::test]
async fn a_session_is_read_as_it_was_written() -> Result<(), DbErr> {
    let db = with_ada().await;
    let session = sessions::Model {
        id: 7,
        user_id: i32::MAX,
        expires: noon(),
        session_token: "token".to_owned(),
    };

    session.clone().into_active_model().insert(&db).await?;

    assert_eq!(sessions::Entity::find().one(&db).await?, Some(session));
    Ok(())
}

#[tokio::test]
async fn a_verification_token_is_read_as_it_was_written() -> Result<(), DbErr> {
    let db = migrated().await;
    let token = verification_token::Model {
        identifier: "ada@example.com".to_owned(),
        expires: noon(),
        token: "token".to_owned(),
    };

    token.clone().into_active_model().insert(&db).await?;

    assert_eq!(
        verification_token::Entity::find().one(&db).await?,
        Some(token)
    );
    Ok(())
}

fn authenticator() -> authenticators::Model {
    authenticators::Model {
        credential_id: "credential".to_owned(),
        user_id: i32::MAX,
        provider_account_id: "credential".to_owned(),
        credential_public_key: "key".to_owned(),
        counter: i64::from(u32::MAX),
        credential_device_type: "singleDevice".to_owned(),
        credential_backed_up: true,
        transports: Some("usb,nfc".to_owned()),
    }
}

#[tokio::test]
async fn an_authenticator_is_read_as_it_was_written() -> Result<(), DbErr> {
    let db = with_ada().await;

    authenticator().into_active_model().insert(&db).await?;

    assert_eq!(
        authenticators::Entity::find().one(&db).await?,
        Some(authenticator())
    );
    Ok(())
}

#[tokio::test]
async fn a_counter_beyond_32_bits_is_rejected() {
    let db = with_ada().await;
    let too_high = authenticators::Model {
        counter: 1 << 32,
        ..authenticator()
    };

    let error = too_high.into_active_model().insert(&db).await.unwrap_err();

    assert!(
        error
            .to_string()
            .contains("authjs_authenticators_counter_check"),
        "{error}"
    );
}

#[tokio::test]
async fn a_boolean_is_0_or_1() -> Result<(), DbErr> {
    let db = with_ada().await;
    authenticator().into_active_model().insert(&db).await?;

    let update = "UPDATE authenticators SET \"credentialBackedUp\" =";

    assert!(execute(&db, &format!("{update} 2")).await.is_err());
    assert!(execute(&db, &format!("{update} 'true'")).await.is_err());
    execute(&db, &format!("{update} FALSE")).await
}

#[tokio::test]
async fn an_expiry_that_is_no_integer_is_rejected() -> Result<(), DbErr> {
    let db = with_ada().await;
    let insertion = "INSERT INTO accounts (\"userId\", type, provider, \"providerAccountId\", \
                     expires_at) VALUES (2147483647, 'oauth', 'github', hex(randomblob(4)), ";

    assert!(execute(&db, &format!("{insertion} 'soon')")).await.is_err());
    assert!(execute(&db, &format!("{insertion} 1.5)")).await.is_err());
    execute(&db, &format!("{insertion} NULL)")).await
}

#[tokio::test]
async fn ids_end_where_those_of_postgresql_end() {
    let db = with_ada().await;

    let error = execute(&db, "INSERT INTO users DEFAULT VALUES")
        .await
        .unwrap_err();

    assert!(
        error.to_string().contains("authjs_users_id_check"),
        "{error}"
    );
}

#[tokio::test]
async fn an_id_is_never_used_again() -> Result<(), DbErr> {
    let db = migrated().await;
    execute(&db, "INSERT INTO users DEFAULT VALUES; DELETE FROM users").await?;

    execute(&db, "INSERT INTO users DEFAULT VALUES").await?;

    let user = users::Entity::find().one(&db).await?;
    assert_eq!(user.map(|user| user.id), Some(2));
    Ok(())
}

#[tokio::test]
async fn everything_of_a_user_goes_with_the_user() -> Result<(), DbErr> {
    let db = with_ada().await;
    authenticator().into_active_model().insert(&db).await?;
    execute(
        &db,
        "INSERT INTO accounts (\"userId\", type, provider, \"providerAccountId\")
         VALUES (2147483647, 'oauth', 'github', '1');
         INSERT INTO sessions (\"userId\", expires, \"sessionToken\")
         VALUES (2147483647, '2020-01-01T00:00:00+00:00', 't')",
    )
    .await?;

    users::Entity::delete_many().exec(&db).await?;

    assert_eq!(
        accounts::Entity::find().one(&db).await?,
        None::<accounts::Model>
    );
    assert_eq!(
        sessions::Entity::find().one(&db).await?,
        None::<sessions::Model>
    );
    assert_eq!(
        authenticators::Entity::find().one(&db).await?,
        None::<authenticators::Model>
    );
    Ok(())
}

#[tokio::test]
async fn twins_are_rejected() -> Result<(), DbErr> {
    let db = with_ada().await;
    let account = "INSERT INTO accounts (\"userId\", type, provider, \"providerAccountId\")
                   VALUES (2147483647, 'oauth', 'github', '1')";
    let session = "INSERT INTO sessions (\"userId\", expires, \"sessionToken\")
                   VALUES (2147483647, '2020-01-01T00:00:00+00:00', 't')";
    execute(&db, account).await?;
    execute(&db, session).await?;

    assert!(execute(&db, account).await.is_err());
    assert!(execute(&db, session).await.is_err());
    let user = "INSERT INTO users (email) VALUES ('ada@example.com')";
    assert!(execute(&db, user).await.is_err());
    Ok(())
}
