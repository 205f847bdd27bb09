//! Every operation that writes, on rows that are there before it, for sweeps over all of them.

use authjs_adapter::{
    AccountKey, AccountTokensPatch, Accounts as _, Adapter as _, Authenticator,
    Authenticators as _, HashedToken, Housekeeping as _, NewAccount, NewSession, NewUser,
    OAuthToken, Patch, ProviderAccount, Result, SessionAdmin as _, SessionPatch, SessionToken,
    SignIn as _, SignInSession, SignInWithEmail, SignUp, User, UserPatch, VerificationToken,
    async_trait,
};
use authjs_sea_orm::SeaOrmAdapter;

use super::lives::in_days;

/// The rows of one try: Ada, with an account, a session that lives and one that has ended, a
/// passkey and a link; and somebody's link who is not known yet. All keys hold the number of the
/// try, so that what another one left does not disturb it.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    pub(super) number: usize,
    ada: User,
}

impl Rows {
    pub(super) async fn store(store: &SeaOrmAdapter, number: usize) -> Result<Self> {
        let ada = NewUser {
            name: Some("Ada".to_owned()),
            email: Some(format!("ada-{number}@example.com")),
            ..NewUser::default()
        };
        let rows = Self {
            number,
            ada: store.create_user(ada).await?,
        };
        store.link_account(rows.account("linked")).await?;
        store.create_session(rows.session("live", 1)).await?;
        store.create_session(rows.session("over", -1)).await?;
        store.create_authenticator(rows.passkey("passkey")).await?;
        for person in ["ada", "new"] {
            let link = VerificationToken {
                identifier: rows.address(person),
                expires: in_days(1),
                token: HashedToken::new("hash"),
            };
            store.create_verification_token(link).await?;
        }
        Ok(rows)
    }

    /// What is in every key of this try, and of no other one.
    pub(super) fn mark(&self) -> String {
        format!("-{}@", self.number)
    }

    fn address(&self, person: &str) -> String {
        format!("{person}{}example.com", self.mark())
    }

    fn token(&self, name: &str) -> SessionToken {
        SessionToken::new(self.address(name))
    }

    fn provider_account(&self, name: &str) -> ProviderAccount {
        let mut account = ProviderAccount::new("oauth", "github", self.address(name));
        account.tokens.refresh_token = Some(OAuthToken::new("refresh"));
        account
    }

    fn account(&self, name: &str) -> NewAccount {
        self.provider_account(name).of_user(self.ada.id.clone())
    }

    fn session(&self, name: &str, days: i64) -> NewSession {
        NewSession {
            session_token: self.token(name),
            user_id: self.ada.id.clone(),
            expires: in_days(days),
        }
    }

    fn sign_in_session(&self) -> SignInSession {
        SignInSession {
            session_token: self.token("new"),
            expires: in_days(1),
        }
    }

    fn click(&self, person: &str) -> SignInWithEmail {
        SignInWithEmail {
            identifier: self.address(person),
            token: HashedToken::new("hash"),
            email: self.address(person),
            session: self.sign_in_session(),
        }
    }

    fn passkey(&self, name: &str) -> Authenticator {
        Authenticator {
            credential_id: self.address(name),
            user_id: self.ada.id.clone(),
            provider_account_id: self.address(name),
            credential_public_key: "cHVibGljIGtleQ==".to_owned(),
            counter: 7,
            credential_device_type: "multiDevice".to_owned(),
            credential_backed_up: true,
            transports: None,
        }
    }
}

/// One operation with its arguments.
#[async_trait]
pub(super) trait Write: Send + Sync {
    /// Its name, and the case.
    fn name(&self) -> &'static str;
    /// Does it.
    async fn run(&self, store: &SeaOrmAdapter, rows: &Rows) -> Result<()>;
}

macro_rules! writes {
    ($($type:ident, $name:literal, |$store:ident, $rows:ident| $call:expr;)+) => {
        $(
            struct $type;

            #[async_trait]
            impl Write for $type {
                fn name(&self) -> &'static str {
                    $name
                }

                async fn run(&self, $store: &SeaOrmAdapter, $rows: &Rows) -> Result<()> {
                    $call.await.map(drop)
                }
            }
        )+

        /// All of them.
        pub(super) const WRITES: &[&dyn Write] = &[$(&$type),+];
    };
}

writes! {
    CreateUser, "create_user", |store, rows| store.create_user(NewUser {
        email: Some(rows.address("new")),
        ..NewUser::default()
    });
    UpdateUser, "update_user", |store, rows| store.update_user(&rows.ada.id, UserPatch {
        name: Patch::Set("Countess".to_owned()),
        ..UserPatch::default()
    });
    DeleteUser, "delete_user", |store, rows| store.delete_user(&rows.ada.id);
    LinkAccount, "link_account", |store, rows| store.link_account(rows.account("new"));
    UnlinkAccount, "unlink_account", |store, rows| store.unlink_account(AccountKey {
        provider: "github",
        provider_account_id: &rows.address("linked"),
    });
    CreateSession, "create_session", |store, rows| store.create_session(rows.session("new", 1));
    UpdateSession, "update_session", |store, rows| store.update_session(
        &rows.token("live"),
        SessionPatch { expires: Some(in_days(2)) },
    );
    DeleteSession, "delete_session", |store, rows| store.delete_session(&rows.token("live"));
    CreateVerificationToken, "create_verification_token", |store, rows|
        store.create_verification_token(VerificationToken {
            identifier: rows.address("third"),
            expires: in_days(1),
            token: HashedToken::new("hash"),
        });
    UseVerificationToken, "use_verification_token", |store, rows|
        store.use_verification_token(&rows.address("ada"), &HashedToken::new("hash"));
    CreateAuthenticator, "create_authenticator", |store, rows|
        store.create_authenticator(rows.passkey("new"));
    UpdateCounter, "update_authenticator_counter", |store, rows|
        store.update_authenticator_counter(&rows.address("passkey"), 8);
    UpsertNew, "upsert_account (new)", |store, rows| store.upsert_account(rows.account("new"));
    UpsertKnown, "upsert_account", |store, rows| {
        let mut account = rows.account("linked");
        account.tokens.refresh_token = Some(OAuthToken::new("newer"));
        store.upsert_account(account)
    };
    UpdateTokens, "update_account_tokens", |store, rows| {
        let patch = AccountTokensPatch {
            refresh_token: Patch::Set(OAuthToken::new("newer")),
            ..AccountTokensPatch::default()
        };
        let key = rows.address("linked");
        async move {
            let key = AccountKey { provider: "github", provider_account_id: &key };
            let old = OAuthToken::new("refresh");
            store.update_account_tokens(key, Some(&old), patch).await
        }
    };
    Revoke, "revoke", |store, rows| store.revoke(&rows.ada.id, &rows.token("live").handle());
    RevokeAll, "revoke_all", |store, rows| store.revoke_all(&rows.ada.id, None);
    Touch, "touch_session", |store, rows| store.touch_session(&rows.token("live"), in_days(2));
    SignUpNew, "sign_up", |store, rows| store.sign_up(SignUp {
        user: NewUser {
            email: Some(rows.address("new")),
            ..NewUser::default()
        },
        account: rows.provider_account("new"),
        session: rows.sign_in_session(),
    });
    SignInNew, "sign_in_with_email (new)", |store, rows|
        store.sign_in_with_email(rows.click("new"));
    SignInKnown, "sign_in_with_email", |store, rows| store.sign_in_with_email(rows.click("ada"));
    Purge, "purge_expired", |store, _rows| store.purge_expired(1000);
}
