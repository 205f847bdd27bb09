//! Values that a mutant alters on their way into a table.

use authjs_adapter::{
    AccountTokens, AccountTokensPatch, Authenticator, Error, Field, InvalidInput, NewAccount,
    NewSession, NewUser, OAuthToken, Operation, Patch, Reason, Result, SignInSession, UserPatch,
    VerificationToken, check_text,
};
use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};

use crate::mutant::Mutant;
use crate::rule::Rule;

/// The last time that can be stored, in milliseconds since the Unix epoch.
const MAX_MILLIS: i64 = 253_402_300_799_999;

impl Mutant {
    pub(crate) fn time(&self, time: DateTime<Utc>) -> DateTime<Utc> {
        match self.rule() {
            Some(Rule::ClampsTimes) => {
                let last = DateTime::UNIX_EPOCH + TimeDelta::milliseconds(MAX_MILLIS);
                time.clamp(DateTime::UNIX_EPOCH, last)
            }
            Some(Rule::StoresSeconds) => time.trunc_subsecs(0),
            Some(Rule::ShiftsTimes) => time + TimeDelta::hours(1),
            _ => time,
        }
    }

    fn text(&self, field: Field, text: String) -> Result<String, InvalidInput> {
        let is_short = check_text(field, &"x".repeat(256)).is_err();
        match self.rule() {
            Some(Rule::CutsLongTexts) if is_short => Ok(text.chars().take(255).collect()),
            Some(Rule::CutsLongTexts) => Ok(text.chars().take(65_536).collect()),
            Some(Rule::CutsAtNul) => Ok(text.split('\0').next().unwrap_or_default().to_owned()),
            Some(Rule::TakesEmptyKeys) if text.is_empty() && check_text(field, "").is_err() => {
                Ok("-".to_owned())
            }
            Some(Rule::TrimsTexts) => Ok(text.trim().to_owned()),
            Some(Rule::CountsBytes) if is_short && text.len() > 255 => Err(InvalidInput {
                field,
                reason: Reason::TooLong,
            }),
            _ => Ok(text),
        }
    }

    fn nullable(&self, field: Field, text: Option<String>) -> Result<Option<String>, InvalidInput> {
        let absent = self.breaks(Rule::StoresEmptyTextForNull).then(String::new);
        let has_no_rule = check_text(field, "").is_ok();
        let text = text.or_else(|| absent.filter(|_| has_no_rule));
        text.map(|text| self.text(field, text)).transpose()
    }

    fn secret(
        &self,
        field: Field,
        token: Option<OAuthToken>,
    ) -> Result<Option<OAuthToken>, InvalidInput> {
        let text = token.map(|token| self.text(field, token.expose().to_owned()));
        Ok(text.transpose()?.map(OAuthToken::new))
    }

    fn patch<T>(
        &self,
        patch: Patch<T>,
        bend: impl FnOnce(T) -> Result<T, InvalidInput>,
    ) -> Result<Patch<T>, InvalidInput> {
        match patch {
            Patch::Keep if self.breaks(Rule::AbsentBecomesNull) => Ok(Patch::Clear),
            Patch::Clear if self.breaks(Rule::IgnoresNull) => Ok(Patch::Keep),
            Patch::Set(value) => bend(value).map(Patch::Set),
            Patch::Keep | Patch::Clear => Ok(patch),
        }
    }

    pub(crate) fn bend_user(&self, operation: Operation, user: NewUser) -> Result<NewUser> {
        Self::give_way();
        let bend = || {
            Ok(NewUser {
                name: self.nullable(Field::Name, user.name)?,
                email: self.nullable(Field::Email, user.email)?,
                email_verified: user.email_verified.map(|time| self.time(time)),
                image: self.nullable(Field::Image, user.image)?,
            })
        };
        bend().map_err(|invalid| Error::invalid(operation, invalid))
    }

    pub(crate) fn bend_user_patch(&self, patch: UserPatch) -> Result<UserPatch> {
        let bend = || {
            Ok(UserPatch {
                name: self.patch(patch.name, |text| self.text(Field::Name, text))?,
                email: self.patch(patch.email, |text| self.text(Field::Email, text))?,
                email_verified: self.patch(patch.email_verified, |time| Ok(self.time(time)))?,
                image: self.patch(patch.image, |text| self.text(Field::Image, text))?,
            })
        };
        bend().map_err(|invalid| Error::invalid(Operation::UpdateUser, invalid))
    }

    fn bend_tokens(&self, tokens: AccountTokens) -> Result<AccountTokens, InvalidInput> {
        Ok(AccountTokens {
            refresh_token: self.secret(Field::RefreshToken, tokens.refresh_token)?,
            access_token: self.secret(Field::AccessToken, tokens.access_token)?,
            expires_at: match (self.rule(), tokens.expires_at) {
                (Some(Rule::ExpiresAtOfNullIsZero), None) => Some(0),
                (Some(Rule::ExpiresAtIn32Bits), Some(seconds)) => {
                    Some(seconds.clamp(i64::from(i32::MIN), i64::from(i32::MAX)))
                }
                (_, expires_at) => expires_at,
            },
            id_token: self.secret(Field::IdToken, tokens.id_token)?,
            scope: self.nullable(Field::Scope, tokens.scope)?,
            session_state: match self.rule() {
                Some(Rule::DropsTheSessionState) => None,
                _ => self.secret(Field::SessionState, tokens.session_state)?,
            },
            token_type: self.nullable(Field::TokenType, tokens.token_type)?,
        })
    }

    pub(crate) fn bend_account(&self, operation: Operation, a: NewAccount) -> Result<NewAccount> {
        let bend = || {
            Ok(NewAccount {
                user_id: a.user_id,
                r#type: self.text(Field::Type, a.r#type)?,
                provider: self.text(Field::Provider, a.provider)?,
                provider_account_id: self.text(Field::ProviderAccountId, a.provider_account_id)?,
                tokens: self.bend_tokens(a.tokens)?,
            })
        };
        bend().map_err(|invalid| Error::invalid(operation, invalid))
    }

    pub(crate) fn bend_tokens_patch(
        &self,
        patch: AccountTokensPatch,
    ) -> Result<AccountTokensPatch> {
        let secret = |field, token: OAuthToken| {
            let text = self.text(field, token.expose().to_owned());
            text.map(OAuthToken::new)
        };
        let bend = || {
            Ok(AccountTokensPatch {
                refresh_token: self.patch(patch.refresh_token, |token| {
                    secret(Field::RefreshToken, token)
                })?,
                access_token: self.patch(patch.access_token, |token| {
                    secret(Field::AccessToken, token)
                })?,
                expires_at: self.patch(patch.expires_at, Ok)?,
                id_token: match self.rule() {
                    Some(Rule::ForgetsTheIdToken) => Patch::Keep,
                    _ => self.patch(patch.id_token, |token| secret(Field::IdToken, token))?,
                },
                scope: self.patch(patch.scope, |text| self.text(Field::Scope, text))?,
                session_state: self.patch(patch.session_state, |token| {
                    secret(Field::SessionState, token)
                })?,
                token_type: self
                    .patch(patch.token_type, |text| self.text(Field::TokenType, text))?,
            })
        };
        bend().map_err(|invalid| Error::invalid(Operation::UpdateAccountTokens, invalid))
    }

    pub(crate) fn bend_session(&self, session: NewSession) -> Result<NewSession> {
        let token = session.session_token.expose().to_owned();
        let token = self.text(Field::SessionToken, token);
        Ok(NewSession {
            session_token: token
                .map_err(|invalid| Error::invalid(Operation::CreateSession, invalid))?
                .into(),
            expires: self.time(session.expires),
            ..session
        })
    }

    pub(crate) fn bend_sign_in_session(&self, session: SignInSession) -> SignInSession {
        let token = session.session_token.expose().to_owned();
        let token = self.text(Field::SessionToken, token);
        SignInSession {
            session_token: token.map_or(session.session_token, Into::into),
            expires: self.time(session.expires),
        }
    }

    pub(crate) fn bend_link(&self, link: VerificationToken) -> Result<VerificationToken> {
        let bend = || {
            Ok(VerificationToken {
                identifier: self.text(Field::Identifier, link.identifier)?,
                expires: self.time(link.expires),
                token: self
                    .text(Field::Token, link.token.expose().to_owned())?
                    .into(),
            })
        };
        bend().map_err(|invalid| Error::invalid(Operation::CreateVerificationToken, invalid))
    }

    pub(crate) fn bend_passkey(&self, passkey: Authenticator) -> Result<Authenticator> {
        let bend = || {
            Ok(Authenticator {
                credential_id: self.text(Field::CredentialId, passkey.credential_id)?,
                user_id: passkey.user_id,
                provider_account_id: self
                    .text(Field::ProviderAccountId, passkey.provider_account_id)?,
                credential_public_key: self
                    .text(Field::CredentialPublicKey, passkey.credential_public_key)?,
                counter: match self.rule() {
                    Some(Rule::CounterStartsAtZero) => 0,
                    _ => passkey.counter,
                },
                credential_device_type: self
                    .text(Field::CredentialDeviceType, passkey.credential_device_type)?,
                credential_backed_up: passkey.credential_backed_up,
                transports: self.nullable(Field::Transports, passkey.transports)?,
            })
        };
        bend().map_err(|invalid| Error::invalid(Operation::CreateAuthenticator, invalid))
    }
}
