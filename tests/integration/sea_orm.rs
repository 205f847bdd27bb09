//! What the SeaORM adapter promises beyond the contract: the number of its statements, the
//! transactions of its caller, databases that others made, pools, and faults.

mod abandoned;
mod availability;
mod bytes;
mod connect_options;
mod corrupted;
mod full;
mod given;
mod guard;
mod idle;
mod keyless;
mod mariadb;
mod postgres;
mod sqlite;
mod statements;
mod stock;
mod twins;
mod unusual;
mod watchdog;
