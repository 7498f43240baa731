//! A ledger as bytes, and back.
//!
//! ```text
//! "gstfolio"  u32 format version  u64 checksum of the version and the rest  sections: tag, length, content
//! ```
//! Numbers are variable in length. Each text stands once, and only texts that some record still has. A table says which fields
//! its records have, so that a record of an older format is read by the names of its fields: what it lacks keeps its default.

mod forget;
mod read;
mod write;

pub use forget::{Omitted, RecordKey};
pub use read::{Restored, restore};
pub use write::save;

use crate::error::{ErrorCode, GuestfolioError};
use sha2::{Digest, Sha256};

/// What every snapshot begins with.
const MAGIC: &[u8; 8] = b"gstfolio";
/// The format that is written. Older ones are read.
///
/// 2: the traces of what was erased. 3: links, tags and subscriptions; the checksum is of the version, too. 4: addresses of
/// pages stand in their records.
const VERSION: u32 = 4;

/// Sections, by their tags.
mod tag {
    pub const TEXTS: u8 = 1;
    pub const OPTIONS: u8 = 2;
    pub const TABLE: u8 = 3;
    pub const RIVALS: u8 = 4;
    pub const OVERRIDES: u8 = 5;
    pub const HISTORY: u8 = 6;
    pub const ERASED: u8 = 7;
}

/// What a field holds.
mod kind {
    pub const TEXT: u8 = 1;
    pub const NUMBER: u8 = 2;
    pub const FLAG: u8 = 3;
    pub const TEXTS: u8 = 4;
    pub const IDENTIFIERS: u8 = 5;
    /// A word of a closed list, or a currency's code.
    pub const WORD: u8 = 6;
    /// A text of its own.
    pub const URL: u8 = 7;
}

/// Of the first two versions the checksum is of the sections alone.
fn checksum(version: u32, sections: &[u8]) -> u64 {
    let mut hash = Sha256::new();
    if version > 2 {
        hash.update(version.to_le_bytes());
    }
    hash.update(sections);
    let digest = hash.finalize();
    digest.first_chunk::<8>().map_or(0, |first| u64::from_le_bytes(*first))
}

fn damaged() -> GuestfolioError {
    GuestfolioError::new(ErrorCode::SnapshotDamaged, "", "not a snapshot of a ledger, or a damaged one")
}
