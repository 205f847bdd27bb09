//! Databases that are reached over a wire.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::{Protocol, Upstream};
use crate::{MariadbDatabase, PostgresDatabase, TestDatabase};

/// A database whose clients can be sent through a [`Proxy`](super::Proxy).
pub trait Networked: TestDatabase {
    /// What its clients speak.
    const PROTOCOL: Protocol;
    /// The parameter of a URL that switches TLS off.
    const IN_THE_CLEAR: &'static str;

    /// Where its server is.
    fn upstream(&self) -> Upstream;

    /// How an application reaches it at another address: a URL without parameters.
    fn url_at(&self, address: SocketAddr) -> String;
}

impl Networked for PostgresDatabase {
    const PROTOCOL: Protocol = Protocol::Postgres;
    const IN_THE_CLEAR: &'static str = "sslmode=disable";

    fn upstream(&self) -> Upstream {
        let options = self.options();
        let (host, port) = (options.get_host(), options.get_port());
        let folder = options.get_socket().cloned();
        let folder = folder.or_else(|| host.starts_with('/').then(|| PathBuf::from(host)));
        folder.map_or_else(
            || Upstream::Tcp(host.to_owned(), port),
            |folder| Upstream::Unix(folder.join(format!(".s.PGSQL.{port}"))),
        )
    }

    fn url_at(&self, address: SocketAddr) -> String {
        let user = user(&self.url()).unwrap_or_else(|| self.options().get_username().to_owned());
        format!("postgres://{user}@{address}/{}", self.name())
    }
}

impl Networked for MariadbDatabase {
    const PROTOCOL: Protocol = Protocol::MySql;
    const IN_THE_CLEAR: &'static str = "ssl-mode=DISABLED";

    fn upstream(&self) -> Upstream {
        let options = self.options();
        options.get_socket().map_or_else(
            || Upstream::Tcp(options.get_host().to_owned(), options.get_port()),
            |socket| Upstream::Unix(socket.clone()),
        )
    }

    fn url_at(&self, address: SocketAddr) -> String {
        let user = user(&self.url()).unwrap_or_else(|| self.options().get_username().to_owned());
        format!("mysql://{user}@{address}/{}", self.name())
    }
}

/// The user of a URL, and the password, as they are written there.
fn user(url: &str) -> Option<String> {
    let (_, place) = url.split_once("://")?;
    let authority = place.split(['/', '?']).next()?;
    let (user, _) = authority.rsplit_once('@')?;
    Some(user.to_owned())
}
