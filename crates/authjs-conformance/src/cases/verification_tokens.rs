//! Verification tokens.

pub(crate) mod create_verification_token;
pub(crate) mod use_verification_token;

use authjs_adapter::VerificationToken;

use crate::sample;

fn other_token() -> VerificationToken {
    VerificationToken {
        token: "other-hash".into(),
        ..sample::link()
    }
}

fn other_identifier() -> VerificationToken {
    VerificationToken {
        identifier: "grace@example.com".to_owned(),
        ..sample::link()
    }
}
