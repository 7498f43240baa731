//! Writes results as text.
//!
//! A result is hundreds of short texts, one behind the other. For each, a list of bytes asks whether there is room, and the
//! engine is called to copy them: that takes longer than they are long. Here short ones are copied in place.

use serde::Serialize;
use std::io::{Result, Write};

/// A verdict takes four to eight KB: no need to begin with little and move it again and again.
const ROOM: usize = 8192;

/// The JSON of a value.
pub fn json<T: Serialize + ?Sized>(value: &T) -> Option<String> {
    let mut text = Text { bytes: vec![0; ROOM], end: 0 };
    serde_json::to_writer(Writer(&mut text), value).ok()?;
    text.bytes.truncate(text.end);
    String::from_utf8(text.bytes).ok()
}

struct Text {
    /// What was written, and zeros behind it.
    bytes: Vec<u8>,
    end: usize,
}

impl Text {
    #[inline(always)]
    fn push(&mut self, bytes: &[u8]) {
        let end = self.end.saturating_add(bytes.len());
        if end > self.bytes.len() {
            self.make_room(end);
        }
        if let Some(place) = self.bytes.get_mut(self.end..end) {
            copy(place, bytes);
        }
        self.end = end;
    }

    #[cold]
    #[inline(never)]
    fn make_room(&mut self, end: usize) {
        self.bytes.resize(end.max(self.bytes.len().saturating_mul(2)), 0);
    }
}

/// What the serializer is given: a reference would be one more call for each text.
struct Writer<'t>(&'t mut Text);

impl Write for Writer<'_> {
    #[inline(always)]
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    #[inline(always)]
    fn write_all(&mut self, bytes: &[u8]) -> Result<()> {
        self.0.push(bytes);
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// Copies bytes to a place of the same length. Two parts of a fixed length, which may overlap, make up a short text.
#[inline(always)]
fn copy(place: &mut [u8], bytes: &[u8]) {
    match bytes.len() {
        0..4 => place.iter_mut().zip(bytes).take(3).for_each(|(place, byte)| *place = *byte),
        4..8 => ends::<4>(place, bytes),
        8..=16 => ends::<8>(place, bytes),
        _ => place.copy_from_slice(bytes),
    }
}

/// Copies the first bytes and the last.
#[inline(always)]
fn ends<const N: usize>(place: &mut [u8], bytes: &[u8]) {
    if let (Some(place), Some(first)) = (place.first_chunk_mut::<N>(), bytes.first_chunk::<N>()) {
        *place = *first;
    }
    if let (Some(place), Some(last)) = (place.last_chunk_mut::<N>(), bytes.last_chunk::<N>()) {
        *place = *last;
    }
}
