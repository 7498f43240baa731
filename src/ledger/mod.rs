//! The in-memory book of all records fed so far.

pub mod book;
pub mod intern;
pub mod record;
pub mod status;
mod sums;
