//! Sequences of operations, from so few names and times that they meet again and again.

use authjs_adapter::{OAuthToken, Snapshot};
use proptest::prelude::*;
use proptest::sample::select;

use super::op::{
    Change, Handle, Key, Letter, Link, NewToken, Op, Passkey, Person, Profile, ProfilePatch,
    TokensPatch, When,
};
use super::perform::{MALFORMED, People};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// What is stored at this point of a sequence: most operations are about it, so that not all
/// of them find nothing.
#[derive(Debug)]
pub(super) struct Known {
    people: Vec<Person>,
    sessions: Vec<(Person, String)>,
    letters: Vec<Letter>,
    accounts: Vec<(Key, Option<String>)>,
    credentials: Vec<String>,
}

impl Known {
    /// What the rows hold.
    pub(super) fn of(people: &People, rows: Snapshot) -> Self {
        let who = |id| people.person(id);
        let refresh = |token: Option<OAuthToken>| token.map(|token| token.expose().to_owned());
        Self {
            people: rows.users.iter().map(|row| who(&row.id)).collect(),
            sessions: rows
                .sessions
                .iter()
                .map(|row| (who(&row.user_id), row.session_token.expose().to_owned()))
                .collect(),
            letters: rows
                .verification_tokens
                .into_iter()
                .map(|row| Letter(row.identifier, row.token.expose().to_owned()))
                .collect(),
            accounts: rows
                .accounts
                .into_iter()
                .map(|row| {
                    let key = Key(row.provider, row.provider_account_id);
                    (key, refresh(row.tokens.refresh_token))
                })
                .collect(),
            credentials: rows
                .authenticators
                .into_iter()
                .map(|row| row.credential_id)
                .collect(),
        }
    }

    /// Any operation; few of them have a malformed argument.
    pub(super) fn next_op(&self) -> BoxedStrategy<Op> {
        if self.people.is_empty() {
            return prop_oneof![
                4 => profile().prop_map(Op::CreateUser),
                2 => self.sign_ins(),
                1 => self.any_op(),
            ]
            .boxed();
        }
        self.any_op()
    }

    fn any_op(&self) -> BoxedStrategy<Op> {
        prop_oneof![
            5 => self.users(),
            6 => self.accounts(),
            6 => self.sessions(),
            4 => self.session_admin(),
            4 => self.verification_tokens(),
            4 => self.authenticators(),
            4 => self.sign_ins(),
            1 => purge(),
            2 => advance(),
        ]
        .boxed()
    }

    fn users(&self) -> BoxedStrategy<Op> {
        prop_oneof![
            3 => profile().prop_map(Op::CreateUser),
            1 => self.person().prop_map(Op::GetUser),
            1 => email().prop_map(Op::GetUserByEmail),
            1 => self.key().prop_map(Op::GetUserByAccount),
            3 => (self.person(), profile_patch()).prop_map(|(who, patch)| Op::UpdateUser(who, patch)),
            1 => self.person().prop_map(Op::DeleteUser),
        ]
        .boxed()
    }

    fn accounts(&self) -> BoxedStrategy<Op> {
        prop_oneof![
            2 => (self.person(), self.link()).prop_map(|(who, link)| Op::LinkAccount(who, link)),
            1 => self.key().prop_map(Op::UnlinkAccount),
            1 => self.key().prop_map(Op::GetAccount),
            1 => self.person().prop_map(Op::ListAccounts),
            3 => (self.person(), self.link()).prop_map(|(who, link)| Op::UpsertAccount(who, link)),
            3 => (self.key_and_refresh_token(), tokens_patch())
                .prop_map(|((key, token), patch)| Op::UpdateAccountTokens(key, token, patch)),
        ]
        .boxed()
    }

    fn sessions(&self) -> BoxedStrategy<Op> {
        prop_oneof![
            4 => (self.person(), self.new_token()).prop_map(|(who, new)| Op::CreateSession(who, new)),
            2 => self.token().prop_map(Op::GetSessionAndUser),
            2 => (self.token(), maybe(when())).prop_map(|(token, end)| Op::UpdateSession(token, end)),
            1 => self.token().prop_map(Op::DeleteSession),
            1 => prop::collection::vec(self.token(), 0..4).prop_map(Op::GetSessionsAndUsers),
        ]
        .boxed()
    }

    fn session_admin(&self) -> BoxedStrategy<Op> {
        prop_oneof![
            2 => self.person().prop_map(Op::ListSessions),
            2 => self.person_and_handle().prop_map(|(who, handle)| Op::Revoke(who, handle)),
            1 => (self.person(), maybe(self.token())).prop_map(|(who, except)| Op::RevokeAll(who, except)),
            3 => (self.token(), when()).prop_map(|(token, end)| Op::TouchSession(token, end)),
        ]
        .boxed()
    }

    fn verification_tokens(&self) -> BoxedStrategy<Op> {
        prop_oneof![
            2 => (self.letter(), when()).prop_map(|(it, end)| Op::CreateVerificationToken(it, end)),
            1 => self.letter().prop_map(Op::UseVerificationToken),
        ]
        .boxed()
    }

    fn authenticators(&self) -> BoxedStrategy<Op> {
        let credential = || either(&self.credentials, text(&["key-1", "key-2"]));
        let counter = || select(vec![0, 1, u32::MAX]);
        let passkey = (credential(), counter(), maybe(text(&["internal", ""])));
        let passkey = passkey.prop_map(|(credential_id, counter, transports)| Passkey {
            credential_id,
            counter,
            transports,
        });
        prop_oneof![
            2 => (self.person(), passkey).prop_map(|(who, key)| Op::CreateAuthenticator(who, key)),
            1 => credential().prop_map(Op::GetAuthenticator),
            1 => self.person().prop_map(Op::ListAuthenticatorsByUserId),
            2 => (credential(), counter())
                .prop_map(|(credential, counter)| Op::UpdateAuthenticatorCounter(credential, counter)),
        ]
        .boxed()
    }

    fn sign_ins(&self) -> BoxedStrategy<Op> {
        prop_oneof![
            (profile(), self.link(), self.new_token())
                .prop_map(|(profile, link, new)| Op::SignUp(profile, link, new)),
            (self.letter(), email(), self.new_token())
                .prop_map(|(letter, email, new)| Op::SignInWithEmail(letter, email, new)),
        ]
        .boxed()
    }

    fn person(&self) -> BoxedStrategy<Person> {
        let any = prop_oneof![
            4 => (0_u8..3).prop_map(Person::Newest),
            1 => Just(Person::Unknown),
            1 => (0..MALFORMED).prop_map(Person::Malformed),
        ];
        either(&self.people, any.boxed())
    }

    fn key(&self) -> BoxedStrategy<Key> {
        self.key_and_refresh_token()
            .prop_map(|(key, _)| key)
            .boxed()
    }

    fn key_and_refresh_token(&self) -> BoxedStrategy<(Key, Option<String>)> {
        let provider = text(&["github", "google"]);
        let any = (provider, text(&["1", "2"]), maybe(oauth_token()))
            .prop_map(|(provider, id, token)| (Key(provider, id), token));
        either(&self.accounts, any.boxed())
    }

    fn link(&self) -> BoxedStrategy<Link> {
        let kind = select(vec!["oauth", "oidc"]).prop_map_into();
        let tokens = (
            maybe(oauth_token()),
            maybe(oauth_token()),
            maybe(seconds()),
            maybe(scope()),
        );
        (self.key(), kind, tokens)
            .prop_map(
                |(key, r#type, (refresh_token, access_token, expires_at, scope))| Link {
                    key,
                    r#type,
                    refresh_token,
                    access_token,
                    expires_at,
                    scope,
                },
            )
            .boxed()
    }

    fn new_token(&self) -> BoxedStrategy<NewToken> {
        (self.token(), when())
            .prop_map(|(token, end)| NewToken(token, end))
            .boxed()
    }

    /// Two session tokens, and one in capitals that a careless comparison takes for the first.
    fn token(&self) -> BoxedStrategy<String> {
        let known: Vec<_> = self
            .sessions
            .iter()
            .map(|(_, token)| token.clone())
            .collect();
        either(&known, text(&["session-a", "session-b", "SESSION-A"]))
    }

    fn person_and_handle(&self) -> BoxedStrategy<(Person, Handle)> {
        let of = |(who, token): &(Person, String)| (*who, Handle::Of(token.clone()));
        let known: Vec<_> = self.sessions.iter().map(of).collect();
        let any = prop_oneof![
            9 => self.token().prop_map(Handle::Of),
            1 => select(vec!["", "session-a"]).prop_map(|text| Handle::Text(text.to_owned())),
        ];
        either(&known, (self.person(), any).boxed())
    }

    fn letter(&self) -> BoxedStrategy<Letter> {
        let identifier = text(&["ada@example.com", "eve@example.com"]);
        let any = (identifier, text(&["hash-1", "hash-2"]))
            .prop_map(|(identifier, token)| Letter(identifier, token));
        either(&self.letters, any.boxed())
    }
}

fn purge() -> impl Strategy<Value = Op> {
    prop_oneof![
        9 => select(vec![10_000, 1, 2]),
        1 => select(vec![0, 10_001]),
    ]
    .prop_map(Op::PurgeExpired)
}

fn advance() -> impl Strategy<Value = Op> {
    select(vec![1, MINUTE, DAY, 40 * DAY]).prop_map(Op::Advance)
}

/// Two people, one of whom has a second spelling that only `SignIn` takes for the first.
fn email() -> BoxedStrategy<String> {
    text(&["ada@example.com", "eve@example.com", "Ada@Example.com"])
}

fn profile() -> BoxedStrategy<Profile> {
    (maybe(name()), maybe(email()), maybe(when()), maybe(image()))
        .prop_map(|(name, email, email_verified, image)| Profile {
            name,
            email,
            email_verified,
            image,
        })
        .boxed()
}

fn profile_patch() -> BoxedStrategy<ProfilePatch> {
    (
        change(name()),
        change(email()),
        change(when()),
        change(image()),
    )
        .prop_map(|(name, email, email_verified, image)| ProfilePatch {
            name,
            email,
            email_verified,
            image,
        })
        .boxed()
}

fn name() -> BoxedStrategy<String> {
    select(vec!["Ada", "", " Ada "]).prop_map_into().boxed()
}

fn image() -> BoxedStrategy<String> {
    Just("a.png".to_owned()).boxed()
}

fn tokens_patch() -> BoxedStrategy<TokensPatch> {
    (
        change(oauth_token()),
        change(oauth_token()),
        change(seconds()),
        change(scope()),
    )
        .prop_map(
            |(refresh_token, access_token, expires_at, scope)| TokensPatch {
                refresh_token,
                access_token,
                expires_at,
                scope,
            },
        )
        .boxed()
}

fn oauth_token() -> BoxedStrategy<String> {
    select(vec!["first", "second", ""]).prop_map_into().boxed()
}

fn seconds() -> BoxedStrategy<i64> {
    select(vec![0, 1, i64::MAX]).boxed()
}

fn scope() -> BoxedStrategy<String> {
    Just("openid".to_owned()).boxed()
}

/// Times around now, and around what the purge leaves of verification tokens.
fn when() -> BoxedStrategy<When> {
    prop_oneof![
        10 => select(vec![DAY, 30 * DAY, 1]).prop_map(When::In),
        6 => select(vec![0, -1, -DAY, -DAY - 1, 1 - DAY]).prop_map(When::In),
        2 => select(vec![-1, 0, DAY]).prop_map(When::InAndABit),
        1 => select(vec![When::TooEarly, When::TooLate]),
    ]
    .boxed()
}

fn maybe<T: Clone + std::fmt::Debug + 'static>(of: BoxedStrategy<T>) -> BoxedStrategy<Option<T>> {
    prop::option::weighted(0.7, of).boxed()
}

fn change<T: Clone + std::fmt::Debug + 'static>(of: BoxedStrategy<T>) -> BoxedStrategy<Change<T>> {
    prop_oneof![
        2 => Just(Change::Keep),
        1 => Just(Change::Clear),
        2 => of.prop_map(Change::Set),
    ]
    .boxed()
}

/// Something that is stored, or anything.
fn either<T: Clone + std::fmt::Debug + 'static>(
    known: &[T],
    any: BoxedStrategy<T>,
) -> BoxedStrategy<T> {
    if known.is_empty() {
        return any;
    }
    prop_oneof![2 => any, 3 => select(known.to_vec())].boxed()
}

/// One of the names, and rarely a text that is none.
fn text(names: &'static [&'static str]) -> BoxedStrategy<String> {
    let never = vec![
        String::new(),
        "a\0b".to_owned(),
        "x".repeat(256),
        "\u{e9}".repeat(255),
        "' OR '1'='1".to_owned(),
    ];
    prop_oneof![
        29 => select(names).prop_map(str::to_owned),
        1 => select(never),
    ]
    .boxed()
}
