#![doc = include_str!("../README.md")]

mod addition;
mod backend;
mod catalog;
mod guard;
mod lock;
mod m20250101_000001_create_authjs_users;
mod m20250101_000002_create_authjs_accounts;
mod m20250101_000003_create_authjs_sessions;
mod m20250101_000004_create_authjs_verification_token;
mod m20250101_000005_create_authjs_authenticators;
mod migrator;
mod objects;
mod roll_back;
mod table;
mod unconstrained;
mod up;

pub use sea_orm_migration;

pub use self::{
    addition::{Addition, AdditionKind},
    migrator::{Migrator, migrations},
    roll_back::{refresh, reset, roll_back},
    unconstrained::{Gap, left_alone, unconstrained},
    up::{up, up_steps},
};
