mod at_once;
mod catalog;
mod columns;
mod database;
mod existing;
mod gaps;
mod going_back;
mod schema;
