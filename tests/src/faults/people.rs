//! People who sign up, with a provider or with a link: whole or not at all.

use authjs_adapter::{
    Adapter as _, EmailSignIn, HashedToken, NewUser, ProviderAccount, SessionToken, SignIn as _,
    SignInSession, SignInWithEmail, SignUp, VerificationToken,
};

use super::ledger::{Fate, Person};
use super::lives::{Worker, in_days};
use super::notes::Told;

impl Worker {
    /// Somebody signs up with a provider.
    pub(super) async fn sign_up(&self, key: &str) {
        let email = address(key);
        let sign_up = SignUp {
            user: NewUser {
                email: Some(email.clone()),
                ..NewUser::default()
            },
            account: ProviderAccount::new("oauth", "github", &*email),
            session: session(key),
        };
        let fate = |fate| self.fate_of_person(&email, fate, true, key);
        fate(Fate::Either);
        match self.notes.call(self.store.sign_up(sign_up)).await {
            Told::Done(_) => fate(Fate::Stored),
            Told::Not => fate(Fate::Gone),
            Told::Unknown => {}
        }
    }

    /// Somebody signs in with a link for the first time. After an error that applied nothing the
    /// link must still be there.
    pub(super) async fn sign_in(&self, key: &str) {
        let email = address(key);
        let link = VerificationToken {
            identifier: email.clone(),
            expires: in_days(1),
            token: HashedToken::new("hash"),
        };
        let click = SignInWithEmail {
            identifier: email.clone(),
            token: link.token.clone(),
            email: email.clone(),
            session: session(key),
        };
        self.fate_of_link(&email, Fate::Either);
        match self
            .notes
            .call(self.store.create_verification_token(link))
            .await
        {
            Told::Done(_) => self.fate_of_link(&email, Fate::Stored),
            Told::Not => return self.fate_of_link(&email, Fate::Gone),
            Told::Unknown => return,
        }
        let fate = |link, person| {
            self.fate_of_link(&email, link);
            self.fate_of_person(&email, person, false, key);
        };
        fate(Fate::Either, Fate::Either);
        match self.notes.call(self.store.sign_in_with_email(click)).await {
            Told::Done(EmailSignIn::SignedIn { created: true, .. }) => {
                fate(Fate::Gone, Fate::Stored);
            }
            Told::Done(_) => self.lost(&email, "sign_in_with_email"),
            Told::Not => fate(Fate::Stored, Fate::Gone),
            Told::Unknown => {}
        }
    }

    fn fate_of_person(&self, email: &str, fate: Fate, with_account: bool, session: &str) {
        let person = Person {
            fate,
            with_account,
            session: session.to_owned(),
        };
        self.notes.expect(|ledger| {
            ledger.people.insert(email.to_owned(), person);
        });
    }
}

fn address(key: &str) -> String {
    format!("{key}@example.com")
}

fn session(key: &str) -> SignInSession {
    SignInSession {
        session_token: SessionToken::new(key),
        expires: in_days(30),
    }
}
