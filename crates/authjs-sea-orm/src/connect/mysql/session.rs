//! What a connection to MariaDB or MySQL is told and asked.

use std::sync::OnceLock;
use std::time::Duration;

use sqlx::Row as _;
use sqlx::mysql::{MySql, MySqlConnection};

use crate::connect::ConnectOptions;
use crate::connect::connections::Session;

/// What a wrong value must not be turned into, appended to the modes of the server.
const STRICT: &str = "STRICT_ALL_TABLES,STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,\
     NO_ZERO_DATE,NO_ZERO_IN_DATE";

/// Names are read out of messages, so that those have to be in English.
///
/// Foreign keys are enforced, and a transaction sees what others have committed: the default,
/// REPEATABLE READ, locks gaps between rows, in which simultaneous first sign-ins wait for each
/// other. A server that writes its binary log as statements allows no other, and keeps it. A
/// connection that waits in the pool outlives that wait; a transaction of the application that
/// idles for ten seconds does not.
const MARIADB: &str = "SET SESSION sql_mode = concat(@@sql_mode, ',', ?), time_zone = '+00:00', \
     autocommit = 1, lc_messages = 'en_US', foreign_key_checks = 1, unique_checks = 1, \
     wait_timeout = GREATEST(@@wait_timeout, 600), idle_transaction_timeout = 10, \
     innodb_lock_wait_timeout = ?, lock_wait_timeout = ?, max_statement_time = ?, \
     tx_isolation = IF(@@log_bin AND @@binlog_format = 'STATEMENT', \
     @@tx_isolation, 'READ-COMMITTED')";

/// The same; the limit of a statement, in milliseconds, is one of reads only, and none is set for
/// idle transactions.
const MYSQL: &str = "SET SESSION sql_mode = concat(@@sql_mode, ',', ?), time_zone = '+00:00', \
     autocommit = 1, lc_messages = 'en_US', foreign_key_checks = 1, unique_checks = 1, \
     wait_timeout = GREATEST(@@wait_timeout, 600), \
     innodb_lock_wait_timeout = ?, lock_wait_timeout = ?, max_execution_time = ?, \
     transaction_isolation = IF(@@log_bin AND @@binlog_format = 'STATEMENT', \
     @@transaction_isolation, 'READ-COMMITTED')";

/// The limits of each connection.
pub(super) struct MySqlSession {
    statement_timeout: Duration,
    /// Whole seconds: the server takes no others.
    lock_timeout: u32,
    is_mariadb: OnceLock<bool>,
}

impl MySqlSession {
    pub(super) fn new(options: &ConnectOptions) -> Self {
        let lock_timeout = options.lock_timeout.as_millis().div_ceil(1000);
        Self {
            statement_timeout: options.statement_timeout.max(Duration::from_millis(1)),
            lock_timeout: u32::try_from(lock_timeout).unwrap_or(u32::MAX).max(1),
            is_mariadb: OnceLock::new(),
        }
    }

    /// Asked once: behind one address is one kind of server.
    async fn is_mariadb(&self, connection: &mut MySqlConnection) -> Result<bool, sqlx::Error> {
        if let Some(&known) = self.is_mariadb.get() {
            return Ok(known);
        }
        let version: String = sqlx::raw_sql("SELECT VERSION()")
            .fetch_one(connection)
            .await?
            .try_get(0)?;
        Ok(*self.is_mariadb.get_or_init(|| version.contains("MariaDB")))
    }
}

impl Session for MySqlSession {
    type Server = MySql;

    async fn prepare(&self, connection: &mut MySqlConnection) -> Result<(), sqlx::Error> {
        let is_mariadb = self.is_mariadb(connection).await?;
        let settings = sqlx::query(if is_mariadb { MARIADB } else { MYSQL })
            .bind(STRICT)
            .bind(self.lock_timeout)
            .bind(self.lock_timeout);
        let settings = if is_mariadb {
            settings.bind(self.statement_timeout.as_secs_f64())
        } else {
            let millis = self.statement_timeout.as_millis();
            settings.bind(u32::try_from(millis).unwrap_or(u32::MAX))
        };
        settings
            .persistent(false)
            .execute(connection)
            .await
            .map(|_| ())
    }

    /// MariaDB tells whether a transaction is open. MySQL does so only to those with further
    /// rights, so that there the transaction is ended, which leaves no trace in any log.
    async fn is_outside_transaction(
        &self,
        connection: &mut MySqlConnection,
    ) -> Result<bool, sqlx::Error> {
        if self.is_mariadb(connection).await? {
            // The variable itself is unsigned, the comparison is not.
            let is_outside: i64 = sqlx::raw_sql("SELECT @@in_transaction = 0")
                .fetch_one(connection)
                .await?
                .try_get(0)?;
            return Ok(is_outside == 1);
        }
        sqlx::raw_sql("ROLLBACK").execute(connection).await?;
        Ok(true)
    }
}
