//! The statements, rendered once for what the database guarantees.

use crate::accounts::AccountStatements;
use crate::authenticators::AuthenticatorStatements;
use crate::batch_lookup;
use crate::dialect::Dialect;
use crate::facts::SchemaFacts;
use crate::housekeeping::PurgeStatements;
use crate::linked_accounts::LinkedAccountStatements;
use crate::session_admin::SessionAdminStatements;
use crate::sessions::SessionStatements;
use crate::sign_in::SignInStatements;
use crate::sql::Sql;
use crate::users::UserStatements;
use crate::verification_tokens::VerificationTokenStatements;

/// Every statement of the adapter, and the facts that it was chosen by.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) dialect: Dialect,
    pub(crate) users: UserStatements,
    pub(crate) accounts: AccountStatements,
    pub(crate) sessions: SessionStatements,
    pub(crate) verification_tokens: VerificationTokenStatements,
    pub(crate) authenticators: AuthenticatorStatements,
    pub(crate) linked_accounts: LinkedAccountStatements,
    pub(crate) session_admin: SessionAdminStatements,
    pub(crate) sign_in: SignInStatements,
    pub(crate) purge: PurgeStatements,
    pub(crate) batch_lookup: Sql,
    pub(crate) facts: SchemaFacts,
}

impl Plan {
    pub(crate) fn new(facts: SchemaFacts) -> Self {
        let dialect = facts.dialect();
        Self {
            dialect,
            users: UserStatements::new(dialect, &facts),
            accounts: AccountStatements::new(dialect, &facts),
            sessions: SessionStatements::new(dialect, &facts),
            verification_tokens: VerificationTokenStatements::new(&facts),
            authenticators: AuthenticatorStatements::new(dialect, &facts),
            linked_accounts: LinkedAccountStatements::new(dialect, &facts),
            session_admin: SessionAdminStatements::new(dialect, &facts),
            sign_in: SignInStatements::new(dialect, &facts),
            purge: PurgeStatements::new(dialect),
            batch_lookup: batch_lookup::statement(dialect, &facts),
            facts,
        }
    }
}
