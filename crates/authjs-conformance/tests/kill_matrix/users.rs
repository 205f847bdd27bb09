//! Users, with a rule broken.

use authjs_adapter::{
    Adapter as _, Error, ErrorKind, Field, NewUser, Operation, Patch, Result, Unique, User, UserId,
    UserPatch,
};

use crate::mutant::{Mutant, fold};
use crate::rule::Rule;

pub(crate) async fn create_user(m: &Mutant, mut new: NewUser) -> Result<User> {
    let operation = Operation::CreateUser;
    let verified = new.email_verified;
    new = m.bend_user(operation, new)?;
    let is_taken = || {
        m.rows()
            .users
            .iter()
            .any(|user| is_same_address(m, user, &new))
    };
    let conflict = Error::new(operation, ErrorKind::Conflict(Unique::Email));
    match m.rule() {
        Some(Rule::DropsTheImage) => new.image = None,
        Some(Rule::FindsThenCreatesTheUser) => m.pause().await,
        Some(Rule::FoldsKeys | Rule::NullAddressesConflict) if is_taken() => return Err(conflict),
        Some(Rule::ChecksTheAddressThenInserts) => {
            if new.email.is_some() && is_taken() {
                return Err(conflict);
            }
            m.pause().await;
        }
        Some(Rule::CreatesInTwoSteps) => return create_in_two_steps(m, new).await,
        _ => {}
    }
    let mut created = match m.inner.create_user(new.clone()).await {
        Err(error) if error == conflict && makes_twins(m) => haunt(m, new),
        result => result?,
    };
    if m.breaks(Rule::ReturnsTheArgument) {
        created.email_verified = verified;
    }
    Ok(created)
}

/// Inserts the key, then sets the rest.
async fn create_in_two_steps(m: &Mutant, new: NewUser) -> Result<User> {
    let bare = NewUser {
        email: new.email.clone(),
        ..NewUser::default()
    };
    let created = m.inner.create_user(bare).await?;
    m.pause().await;
    let rest = UserPatch {
        name: new.name.into(),
        email: Patch::Keep,
        email_verified: new.email_verified.into(),
        image: new.image.into(),
    };
    let updated = m.inner.update_user(&created.id, rest).await;
    Ok(updated.unwrap_or(created))
}

fn makes_twins(m: &Mutant) -> bool {
    m.breaks(Rule::TwinUsers) || m.breaks(Rule::ChecksTheAddressThenInserts)
}

fn is_same_address(m: &Mutant, user: &User, new: &NewUser) -> bool {
    match m.rule() {
        Some(Rule::FoldsKeys) => {
            new.email.is_some() && user.email.as_deref().map(fold) == new.email.as_deref().map(fold)
        }
        _ => user.email == new.email,
    }
}

/// Adds a user whom no unique constraint stops.
fn haunt(m: &Mutant, new: NewUser) -> User {
    let mut ghosts = m.ghosts();
    let twin = User {
        id: UserId::new(format!("twin-{}", ghosts.users.len())),
        name: new.name,
        email: new.email,
        email_verified: new.email_verified,
        image: new.image,
    };
    ghosts.users.push(twin.clone());
    twin
}

pub(crate) async fn get_user(m: &Mutant, id: &UserId) -> Result<Option<User>> {
    let id = m.id(Operation::GetUser, id)?;
    let found = m.inner.get_user(&id).await?;
    let found = match m.rule() {
        Some(Rule::ComparesIdsOfTwoTypes) => None,
        Some(Rule::LooksUpWithoutCondition) => found.or_else(|| m.rows().users.into_iter().next()),
        _ => found,
    };
    Ok(found.map(|user| m.read_user(user)))
}

pub(crate) async fn get_user_by_email(m: &Mutant, email: &str) -> Result<Option<User>> {
    if m.breaks(Rule::LooksUpAnotherColumn) {
        return Ok(None);
    }
    let stored = m.rows().users.into_iter().filter_map(|user| user.email);
    let email = m.key(Operation::GetUserByEmail, Field::Email, email, stored)?;
    let found = m.inner.get_user_by_email(&email).await?;
    Ok(found.map(|user| m.read_user(user)))
}

pub(crate) async fn update_user(m: &Mutant, id: &UserId, patch: UserPatch) -> Result<User> {
    let operation = Operation::UpdateUser;
    let id = &m.id(operation, id)?;
    if m.breaks(Rule::EmptyPatchesFail) && patch.is_empty() {
        return Err(Error::new(operation, ErrorKind::Internal));
    }
    let patch = m.bend_user_patch(patch)?;
    match m.rule() {
        Some(Rule::WholeRowUpdate) => {
            let found = m.inner.update_user(id, UserPatch::default()).await?;
            m.pause().await;
            m.inner.update_user(id, whole_row(found, patch)).await
        }
        Some(Rule::UpdatesColumnByColumn) => {
            let name = UserPatch {
                name: patch.name.clone(),
                ..UserPatch::default()
            };
            m.inner.update_user(id, name).await?;
            m.pause().await;
            m.inner.update_user(id, patch).await
        }
        Some(Rule::FindsThenSaves) => {
            let found = m.inner.get_user(id).await?;
            m.pause().await;
            match (m.inner.update_user(id, patch).await, found) {
                (Err(error), Some(found)) if error.kind() == ErrorKind::NotFound => {
                    m.ghosts().users.push(found.clone());
                    Ok(found)
                }
                (result, _) => result,
            }
        }
        Some(Rule::RemembersFormerAddresses) => {
            let before = m.inner.get_user(id).await?;
            let updated = m.inner.update_user(id, patch).await?;
            if let Some(email) = before.and_then(|user| user.email) {
                m.former().push((email, id.clone()));
            }
            Ok(updated)
        }
        Some(Rule::ChecksTheNewAddressThenUpdates) => update_address(m, id, patch).await,
        Some(Rule::NullAddressesConflict) => {
            let users = m.rows().users;
            let mut others = users.iter().filter(|user| user.id != *id);
            if patch.email == Patch::Clear && others.any(|user| user.email.is_none()) {
                return Err(Error::new(operation, ErrorKind::Conflict(Unique::Email)));
            }
            m.inner.update_user(id, patch).await
        }
        Some(Rule::UpdatesEverybody) => {
            let name = UserPatch {
                name: patch.name.clone(),
                ..UserPatch::default()
            };
            let updated = m.inner.update_user(id, patch).await?;
            for user in m.rows().users {
                m.inner.update_user(&user.id, name.clone()).await?;
            }
            Ok(updated)
        }
        Some(Rule::ChecksTheAddressThenUpdates) => {
            if let Patch::Set(email) = &patch.email
                && m.inner.get_user_by_email(email).await?.is_some()
            {
                return Err(Error::new(operation, ErrorKind::Conflict(Unique::Email)));
            }
            m.inner.update_user(id, patch).await
        }
        Some(Rule::RowCountIgnored) => {
            let result = m.inner.update_user(id, patch.clone()).await;
            result.or_else(|error| match error.kind() {
                ErrorKind::NotFound => Ok(User {
                    id: id.clone(),
                    name: patch.name.apply(None),
                    email: patch.email.apply(None),
                    email_verified: patch.email_verified.apply(None),
                    image: patch.image.apply(None),
                }),
                _ => Err(error),
            })
        }
        _ => m.inner.update_user(id, patch).await,
    }
}

/// Looks whether somebody else has the new address, then updates, whoever was faster.
async fn update_address(m: &Mutant, id: &UserId, patch: UserPatch) -> Result<User> {
    let conflict = Error::new(Operation::UpdateUser, ErrorKind::Conflict(Unique::Email));
    if let Patch::Set(email) = &patch.email
        && let Some(owner) = m.inner.get_user_by_email(email).await?
        && owner.id != *id
    {
        return Err(conflict);
    }
    m.pause().await;
    match m.inner.update_user(id, patch.clone()).await {
        Err(error) if error == conflict => {
            let found = m.inner.update_user(id, UserPatch::default()).await?;
            let twin = User {
                email: patch.email.apply(None),
                ..found
            };
            m.ghosts().users.push(twin.clone());
            Ok(twin)
        }
        result => result,
    }
}

fn whole_row(found: User, patch: UserPatch) -> UserPatch {
    UserPatch {
        name: patch.name.apply(found.name).into(),
        email: patch.email.apply(found.email).into(),
        email_verified: patch.email_verified.apply(found.email_verified).into(),
        image: patch.image.apply(found.image).into(),
    }
}

pub(crate) async fn delete_user(m: &Mutant, id: &UserId) -> Result<Option<User>> {
    let operation = Operation::DeleteUser;
    let id = &m.id(operation, id)?;
    let before = m.rows();
    let found = before.users.iter().find(|user| user.id == *id).cloned();
    match m.rule() {
        Some(Rule::DeletesUsersSoftly) => return Ok(found),
        Some(Rule::FindsThenDeletes) => {
            m.pause().await;
            m.inner.delete_user(id).await?;
            return Ok(found);
        }
        _ => {}
    }
    let removed = m.inner.delete_user(id).await?;
    match (m.rule(), &removed) {
        (Some(Rule::CascadeMissing), Some(_)) => {
            let mut ghosts = m.ghosts();
            let accounts = before.accounts.into_iter().filter(|row| row.user_id == *id);
            ghosts.accounts.extend(accounts);
            let sessions = before.sessions.into_iter().filter(|row| row.user_id == *id);
            ghosts.sessions.extend(sessions);
            let passkeys = before
                .authenticators
                .into_iter()
                .filter(|row| row.user_id == *id);
            ghosts.authenticators.extend(passkeys);
        }
        (Some(Rule::CascadesToEverybody), Some(_)) => {
            for session in m.rows().sessions {
                m.inner.delete_session(&session.session_token).await?;
            }
        }
        (Some(Rule::CascadesToVerificationTokens), Some(user)) => {
            for link in m.rows().verification_tokens {
                if user.email.as_ref() == Some(&link.identifier) {
                    m.inner
                        .use_verification_token(&link.identifier, &link.token)
                        .await?;
                }
            }
        }
        _ => {}
    }
    m.removed(operation, removed.map(|user| m.read_user(user)))
}
