//! Faults of the wire, of the server and of what is stored in it: no wrong answer, nothing half
//! done, no call without an end, and back within two seconds.

mod mariadb;
mod postgres;
mod wire;
