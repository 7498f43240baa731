//! The in-memory book of all records fed so far.

mod annex;
mod attempt;
pub mod book;
mod cover;
pub mod customers;
mod digest;
pub mod erased;
pub mod fields;
pub mod history;
pub mod intern;
pub mod life;
pub mod link;
pub mod mentions;
pub mod metadata;
pub mod orders;
pub mod packed;
pub mod payment;
pub mod record;
pub mod reversal;
pub mod rows;
pub mod status;
pub mod store;
mod sums;
mod symmap;
pub mod tables;
pub mod update;
pub mod uses;
