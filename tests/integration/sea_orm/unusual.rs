//! Tables of others that are legal and seldom seen.

mod mariadb;
mod postgres;
mod sqlite;

use authjs_adapter::{Adapter as _, ErrorKind, Outcome};

use super::given::{Given, account};
use super::stock::Stock;

/// What of an account must stand in a table of the application.
const LISTED_PROVIDERS: &str = "
    CREATE TABLE providers (id VARCHAR(255) NOT NULL PRIMARY KEY);
    DROP TABLE accounts;";

/// The user is there: whoever is told otherwise makes a second one.
async fn a_provider_that_is_not_listed_is_not_a_missing_user<D: Stock>(accounts: &str) {
    let given = Given::<D>::stock(&format!("{LISTED_PROVIDERS}{accounts}")).await;
    let user = given.ada().await;

    let refused = given.store.link_account(account(&user.id)).await;

    let error = refused.expect_err("the provider is not listed");
    assert_eq!(error.kind(), ErrorKind::Internal);
    assert_eq!(error.outcome(), Outcome::NotApplied);
}
