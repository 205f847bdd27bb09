//! Devices, and signing them out.

pub(crate) mod list_sessions;
pub(crate) mod revoke;
pub(crate) mod revoke_all;
pub(crate) mod touch_session;

use authjs_adapter::{Session, SessionHandle, SessionInfo, SessionToken};

fn handle(token: &str) -> SessionHandle {
    SessionToken::new(token).handle()
}

fn info(session: Session) -> SessionInfo {
    SessionInfo {
        handle: session.session_token.handle(),
        user_id: session.user_id,
        expires: session.expires,
    }
}
