//! The row of a passkey.

use serde::{Deserialize, Serialize};

use crate::limits::check_text;
use crate::{Field, InvalidInput, UserId};

/// A WebAuthn credential, to create and as stored: `AdapterAuthenticator` of Auth.js.
///
/// Auth.js writes its binary values as standard base64 with padding, not base64url.
///
/// # Examples
///
/// ```
/// use authjs_adapter::Authenticator;
///
/// let passkey: Authenticator = serde_json::from_str(
///     r#"{"credentialID":"bm9wZQ==","userId":"1","providerAccountId":"bm9wZQ==",
///         "credentialPublicKey":"a2V5","counter":7,"credentialDeviceType":"singleDevice",
///         "credentialBackedUp":false}"#,
/// )
/// .unwrap();
///
/// assert_eq!(passkey.check(), Ok(()));
/// assert_eq!(passkey.transports, None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Authenticator {
    /// The credential id, base64; 1 to 255 characters, unique.
    #[serde(rename = "credentialID")]
    pub credential_id: String,
    /// Whose credential it is.
    pub user_id: UserId,
    /// The account that stands for the credential: Auth.js uses the credential id.
    pub provider_account_id: String,
    /// The public key, base64; up to 64 KiB.
    pub credential_public_key: String,
    /// How often the credential signed, as it says itself.
    pub counter: u32,
    /// `singleDevice` or `multiDevice`; up to 255 characters.
    pub credential_device_type: String,
    /// Whether the credential is synchronised between devices.
    pub credential_backed_up: bool,
    /// How the browser reaches it: a comma-joined list such as `internal,hybrid`.
    #[serde(default)]
    pub transports: Option<String>,
}

impl Authenticator {
    /// Checks that the credential can be stored as it is; the user id is the backend's matter.
    ///
    /// # Errors
    /// The first field that cannot be stored, in the order of the struct.
    pub fn check(&self) -> Result<(), InvalidInput> {
        check_text(Field::CredentialId, &self.credential_id)?;
        check_text(Field::ProviderAccountId, &self.provider_account_id)?;
        check_text(Field::CredentialPublicKey, &self.credential_public_key)?;
        check_text(Field::CredentialDeviceType, &self.credential_device_type)?;
        self.transports
            .as_deref()
            .map_or(Ok(()), |text| check_text(Field::Transports, text))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json, to_value};

    use super::Authenticator;
    use crate::Field;

    fn passkey() -> Authenticator {
        Authenticator {
            credential_id: "bm9wZQ==".to_owned(),
            user_id: "34".into(),
            provider_account_id: "bm9wZQ==".to_owned(),
            credential_public_key: "a2V5".to_owned(),
            counter: u32::MAX,
            credential_device_type: "multiDevice".to_owned(),
            credential_backed_up: true,
            transports: None,
        }
    }

    #[test]
    fn an_authenticator_has_the_json_of_authjs() {
        let json = json!({
            "credentialID": "bm9wZQ==",
            "userId": "34",
            "providerAccountId": "bm9wZQ==",
            "credentialPublicKey": "a2V5",
            "counter": 4_294_967_295_u32,
            "credentialDeviceType": "multiDevice",
            "credentialBackedUp": true,
            "transports": null,
        });

        assert_eq!(to_value(passkey()).unwrap(), json);
        assert_eq!(from_value::<Authenticator>(json).unwrap(), passkey());
    }

    #[test]
    fn each_text_is_checked_under_its_own_name() {
        let broken = |change: fn(&mut Authenticator)| {
            let mut passkey = passkey();
            change(&mut passkey);
            passkey.check().map_err(|invalid| invalid.field)
        };

        assert_eq!(passkey().check(), Ok(()));
        assert_eq!(
            broken(|a| a.credential_id.clear()),
            Err(Field::CredentialId)
        );
        assert_eq!(
            broken(|a| a.provider_account_id.clear()),
            Err(Field::ProviderAccountId)
        );
        assert_eq!(
            broken(|a| a.credential_public_key.push('\0')),
            Err(Field::CredentialPublicKey)
        );
        assert_eq!(
            broken(|a| a.credential_device_type.push('\0')),
            Err(Field::CredentialDeviceType)
        );
        assert_eq!(
            broken(|a| a.transports = Some("\0".to_owned())),
            Err(Field::Transports)
        );
    }
}
