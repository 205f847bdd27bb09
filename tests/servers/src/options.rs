//! What a server is asked for.

use anyhow::Result;

/// What a server of our own is asked for. By default it is quick, and safe for nobody's data.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// What is committed reaches the disk, so that it outlives a crash.
    pub is_durable: bool,
    /// More settings, `name=value` as both servers take them on their command line. They win.
    pub settings: Vec<String>,
    /// Asked while the server starts; an error gives up.
    pub go_on: fn() -> Result<()>,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            is_durable: false,
            settings: Vec::new(),
            go_on: || Ok(()),
        }
    }
}

impl ServerOptions {
    /// A server that keeps what it acknowledged.
    #[must_use]
    pub fn durable() -> Self {
        Self {
            is_durable: true,
            ..Self::default()
        }
    }

    /// With one more setting.
    #[must_use]
    pub fn with(mut self, setting: &str) -> Self {
        self.settings.push(setting.to_owned());
        self
    }
}
