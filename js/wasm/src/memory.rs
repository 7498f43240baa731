//! Memory that grows in strides.
//!
//! The standard allocator asks for 64 KiB whenever it runs out, and an engine takes as long to give 64 KiB as to give megabytes: in
//! a ledger of a million payments that was a fifth of all time. So whenever memory had to grow, room is made for what will come.

use core::arch::wasm32::memory_size;
use std::alloc::{GlobalAlloc, Layout, System};

/// Pages of 64 KiB that are added ahead: a part of what there is, within bounds.
const PART: usize = 8;
const FEWEST: usize = 16;
const MOST: usize = 64;

const PAGE: usize = 1 << 16;

struct Strides;

#[global_allocator]
static STRIDES: Strides = Strides;

/// Does what needs memory; where that had to grow, it grows by a stride.
fn ahead(work: impl FnOnce() -> *mut u8) -> *mut u8 {
    let before = memory_size::<0>();
    let place = work();
    let now = memory_size::<0>();
    if now != before {
        make_room((now / PART).clamp(FEWEST, MOST).saturating_mul(PAGE));
    }
    place
}

/// What is given back stands behind everything else, and is taken from there as it is needed.
#[cold]
fn make_room(bytes: usize) {
    let Ok(layout) = Layout::from_size_align(bytes, 1) else { return };
    // SAFETY: the layout is not of size zero, and what was given is given back with the same.
    unsafe {
        let room = System.alloc(layout);
        if !room.is_null() {
            System.dealloc(room, layout);
        }
    }
}

// SAFETY: everything is the standard allocator's, which is asked the same.
unsafe impl GlobalAlloc for Strides {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ahead(|| unsafe { System.alloc(layout) })
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        ahead(|| unsafe { System.alloc_zeroed(layout) })
    }
    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ahead(|| unsafe { System.realloc(place, layout, size) })
    }
    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        unsafe { System.dealloc(place, layout) }
    }
}
