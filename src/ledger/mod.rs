//! The in-memory book of all records fed so far.

pub mod book;
pub mod intern;
pub mod link;
pub mod record;
pub mod status;
pub mod store;
mod sums;
