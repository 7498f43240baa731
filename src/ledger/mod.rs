//! The in-memory book of all records fed so far.

pub mod book;
pub mod fields;
pub mod intern;
pub mod life;
pub mod link;
pub mod orders;
pub mod record;
pub mod reversal;
pub mod status;
pub mod store;
mod sums;
mod symmap;
