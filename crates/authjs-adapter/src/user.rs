//! The row of a person.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::limits::{check_text, check_time};
use crate::{Field, InvalidInput, Patch, UserId};

#[cfg(test)]
mod tests;

/// What every user row tells, whatever columns the application added to it.
///
/// The contract's own [`User`] implements it; an application with its own table implements
/// it for its model, so that a handler gets that model from the session look-up.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{User, UserRow};
///
/// fn greeting(user: &impl UserRow) -> String {
///     format!("Hello {}", user.name().unwrap_or("stranger"))
/// }
///
/// let user = User {
///     id: 1.into(),
///     name: None,
///     email: None,
///     email_verified: None,
///     image: None,
/// };
///
/// assert_eq!(greeting(&user), "Hello stranger");
/// ```
pub trait UserRow: Clone + Send + Sync + 'static {
    /// The id, as canonical text.
    fn id(&self) -> UserId;
    /// The display name, as stored.
    fn name(&self) -> Option<&str>;
    /// The e-mail address, as stored.
    fn email(&self) -> Option<&str>;
    /// When the address was last proven to be theirs; `None` if never.
    fn email_verified(&self) -> Option<DateTime<Utc>>;
    /// The URL of a picture, as stored.
    fn image(&self) -> Option<&str>;
}

/// A stored user: `AdapterUser` of Auth.js.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{User, UserId};
///
/// let user = User {
///     id: UserId::from(1),
///     name: Some("Ada".to_owned()),
///     email: Some("ada@example.com".to_owned()),
///     email_verified: Some("2020-01-01T00:00:00Z".parse().unwrap()),
///     image: None,
/// };
///
/// assert_eq!(
///     serde_json::to_string(&user).unwrap(),
///     r#"{"id":"1","name":"Ada","email":"ada@example.com","emailVerified":"2020-01-01T00:00:00.000Z","image":null}"#,
/// );
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The id, as canonical text.
    pub id: UserId,
    /// The display name; text from the outside, up to 255 characters.
    pub name: Option<String>,
    /// The e-mail address, byte for byte as it was given; unique where the schema says so.
    pub email: Option<String>,
    /// When the address was last proven to be theirs, UTC, in milliseconds.
    #[serde(default, with = "crate::time::iso::option")]
    pub email_verified: Option<DateTime<Utc>>,
    /// The URL of a picture; text from the outside, up to 64 KiB.
    pub image: Option<String>,
}

impl UserRow for User {
    fn id(&self) -> UserId {
        self.id.clone()
    }

    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    fn email_verified(&self) -> Option<DateTime<Utc>> {
        self.email_verified
    }

    fn image(&self) -> Option<&str> {
        self.image.as_deref()
    }
}

impl std::fmt::Debug for User {
    /// Shows the id, and of what a person typed only whether it is there.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .field("name", &Hidden::of(self.name.as_ref()))
            .field("email", &Hidden::of(self.email.as_ref()))
            .field("email_verified", &self.email_verified)
            .field("image", &Hidden::of(self.image.as_ref()))
            .finish()
    }
}

/// A user to create. The store chooses the id: Auth.js generates one and every SQL adapter
/// ignores it.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{Adapter, MemoryAdapter, NewUser};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let adapter = MemoryAdapter::default();
/// let ada = NewUser {
///     email: Some("ada@example.com".to_owned()),
///     ..NewUser::default()
/// };
/// let user = adapter.create_user(ada).await?;
///
/// assert_eq!(adapter.get_user_by_email("ada@example.com").await?, Some(user));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewUser {
    /// The display name, up to 255 characters.
    #[serde(default)]
    pub name: Option<String>,
    /// The e-mail address, 1 to 255 characters.
    #[serde(default)]
    pub email: Option<String>,
    /// When the address was proven to be theirs, UTC; cut to milliseconds.
    #[serde(default, with = "crate::time::iso::option")]
    pub email_verified: Option<DateTime<Utc>>,
    /// The URL of a picture, up to 64 KiB.
    #[serde(default)]
    pub image: Option<String>,
}

impl NewUser {
    /// Checks that the row can be stored as it is.
    ///
    /// # Errors
    /// The first field that cannot be stored, in the order of the struct.
    pub fn check(&self) -> Result<(), InvalidInput> {
        check_profile(
            self.name.as_deref(),
            self.email.as_deref(),
            self.email_verified,
            self.image.as_deref(),
        )
    }
}

impl std::fmt::Debug for NewUser {
    /// Shows of what a person typed only whether it is there.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewUser")
            .field("name", &Hidden::of(self.name.as_ref()))
            .field("email", &Hidden::of(self.email.as_ref()))
            .field("email_verified", &self.email_verified)
            .field("image", &Hidden::of(self.image.as_ref()))
            .finish()
    }
}

/// A change to a user: only the columns that are given are written.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{Adapter, MemoryAdapter, NewUser, Patch, UserPatch};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let adapter = MemoryAdapter::default();
/// let ada = NewUser {
///     email: Some("ada@example.com".to_owned()),
///     ..NewUser::default()
/// };
/// let user = adapter.create_user(ada).await?;
/// let named = UserPatch {
///     name: Patch::Set("Ada".to_owned()),
///     ..UserPatch::default()
/// };
/// let user = adapter.update_user(&user.id, named).await?;
///
/// assert_eq!(user.name.as_deref(), Some("Ada"));
/// assert_eq!(user.email.as_deref(), Some("ada@example.com"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UserPatch {
    /// The display name.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub name: Patch<String>,
    /// The e-mail address.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub email: Patch<String>,
    /// When the address was proven to be theirs, UTC; cut to milliseconds.
    #[serde(skip_serializing_if = "Patch::is_keep", with = "crate::patch::iso")]
    pub email_verified: Patch<DateTime<Utc>>,
    /// The URL of a picture.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub image: Patch<String>,
}

impl UserPatch {
    /// True if nothing is to be changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.name.is_keep()
            && self.email.is_keep()
            && self.email_verified.is_keep()
            && self.image.is_keep()
    }

    /// Checks that each given value can be stored as it is.
    ///
    /// # Errors
    /// The first field that cannot be stored, in the order of the struct.
    pub fn check(&self) -> Result<(), InvalidInput> {
        check_profile(
            self.name.value().map(String::as_str),
            self.email.value().map(String::as_str),
            self.email_verified.value().copied(),
            self.image.value().map(String::as_str),
        )
    }
}

impl std::fmt::Debug for UserPatch {
    /// Shows which columns change, and nothing that a person typed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        fn hidden<T>(patch: &Patch<T>) -> Patch<Hidden> {
            match patch {
                Patch::Keep => Patch::Keep,
                Patch::Clear => Patch::Clear,
                Patch::Set(_) => Patch::Set(Hidden),
            }
        }
        f.debug_struct("UserPatch")
            .field("name", &hidden(&self.name))
            .field("email", &hidden(&self.email))
            .field("email_verified", &self.email_verified)
            .field("image", &hidden(&self.image))
            .finish()
    }
}

/// Stands in `Debug` for text that a person typed.
pub(crate) struct Hidden;

impl Hidden {
    pub(crate) fn of<T>(value: Option<&T>) -> Option<Self> {
        value.map(|_| Self)
    }
}

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[hidden]")
    }
}

fn check_profile(
    name: Option<&str>,
    email: Option<&str>,
    email_verified: Option<DateTime<Utc>>,
    image: Option<&str>,
) -> Result<(), InvalidInput> {
    for (field, text) in [(Field::Name, name), (Field::Email, email)] {
        text.map_or(Ok(()), |text| check_text(field, text))?;
    }
    email_verified.map_or(Ok(()), |time| check_time(Field::EmailVerified, time))?;
    image.map_or(Ok(()), |text| check_text(Field::Image, text))
}
