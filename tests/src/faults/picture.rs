//! The rows of one try, without what differs from try to try.

use std::collections::{BTreeMap, BTreeSet};

use authjs_adapter::Snapshot;
use serde::Serialize;

/// The rows whose keys hold the mark, with ids and numbers of tries left out.
pub(super) fn picture(stored: &Snapshot, mark: &str) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    let mut ids = BTreeMap::new();
    for user in &stored.users {
        let email = user.email.as_deref().unwrap_or_default();
        if email.contains(mark) {
            ids.insert(user.id.as_str(), email);
        }
    }
    let mut add = |table: &str, row: &dyn erased::Row| {
        let mut value = row.value();
        if let Some(row) = value.as_object_mut() {
            row.remove("id");
            if let Some(id) = row.get_mut("userId") {
                let owner = id.as_str().and_then(|id| ids.get(id));
                *id = owner.copied().unwrap_or("somebody else").into();
            }
        }
        let line = format!("{table} {value}");
        if line.contains(mark) {
            lines.insert(line.replace(mark, "@"));
        }
    };
    for row in &stored.users {
        add("users", row);
    }
    for row in &stored.accounts {
        add("accounts", row);
    }
    for row in &stored.sessions {
        add("sessions", row);
    }
    for row in &stored.verification_tokens {
        add("verification_token", row);
    }
    for row in &stored.authenticators {
        add("authenticators", row);
    }
    lines
}

/// A row of any table, as JSON.
mod erased {
    use serde_json::Value;

    pub(super) trait Row {
        fn value(&self) -> Value;
    }

    impl<T: super::Serialize> Row for T {
        fn value(&self) -> Value {
            serde_json::to_value(self).expect("a row is JSON")
        }
    }
}
