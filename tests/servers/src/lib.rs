//! Database servers of our own, from installed binaries: made for one run, and stopped, killed,
//! frozen and started again as the run likes. And the programs that they are made of.
#![expect(
    clippy::print_stderr,
    reason = "a server that cannot be stopped is told to the person, who must stop it"
)]

mod mariadb;
mod options;
mod owner;
mod postgres;
mod program;
mod server;

pub use self::{
    mariadb::{MariadbBinaries, MariadbServer},
    options::ServerOptions,
    owner::is_root,
    postgres::PostgresServer,
    program::{capture, find, line},
    server::{DatabaseServer, Signal, Stop, signal},
};
