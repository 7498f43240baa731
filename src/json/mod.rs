//! Reading JSON without building a tree.
//!
//! Payment records are wide (a Stripe charge is about 2.3 KB) and questions need a tenth of them, so nothing is parsed that
//! is not asked for. Three steps, a file each: [`scan`] marks quotes and brackets of 64 bytes at a time, [`frame`] cuts the
//! input into records as chunks arrive, so that a broken record costs only itself, and [`value`] walks one record's members
//! and skips the others by the marks.

pub mod frame;
pub mod layout;
pub mod marked;
mod rescue;
pub mod scan;
pub mod text;
pub mod value;
