//! guestfolio
mod error;
mod issue;
mod json;
mod word;
pub use error::*;
pub use issue::*;
