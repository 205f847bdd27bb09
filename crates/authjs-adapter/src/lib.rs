#![doc = include_str!("../README.md")]

mod account;
mod adapter;
mod authenticator;
mod capabilities;
mod clock;
mod driver_error;
mod email;
mod error;
mod forward;
mod id;
mod limits;
mod memory;
mod operation;
mod patch;
mod secret;
mod session;
mod store;
mod time;
mod user;
mod verification_token;

pub use async_trait::async_trait;

pub use self::{
    account::{
        Account, AccountKey, AccountTokens, AccountTokensPatch, NewAccount, ProviderAccount,
    },
    adapter::Adapter,
    authenticator::Authenticator,
    capabilities::{
        Accounts, Authenticators, BatchLookup, EmailSignIn, Housekeeping, Purged, SessionAdmin,
        SignIn, SignInSession, SignInWithEmail, SignUp, SignedUp, VERIFICATION_TOKEN_GRACE,
    },
    clock::{Clock, ManualClock, SystemClock},
    driver_error::DriverError,
    email::{Email, EmailRule},
    error::{Error, ErrorKind, Outcome, Result, Unique},
    id::UserId,
    limits::{
        Field, InvalidInput, MAX_BATCH, MAX_SHORT_CHARS, MAX_TEXT_BYTES, Reason, check_batch,
        check_limit, check_text, check_time, is_possible_key,
    },
    memory::{MemoryAdapter, Snapshot},
    operation::Operation,
    patch::Patch,
    secret::{HashedToken, OAuthToken, SessionHandle, SessionToken},
    session::{NewSession, Session, SessionInfo, SessionPatch, SessionRow},
    store::{DynStore, Store},
    time::truncate_to_millis,
    user::{NewUser, User, UserPatch, UserRow},
    verification_token::VerificationToken,
};
