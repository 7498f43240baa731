//! guestfolio
mod error;
mod grouping;
mod issue;
mod json;
mod word;
mod identity;
mod ledger;
mod money;
mod source;
mod time;
pub use error::*;
pub use issue::*;
