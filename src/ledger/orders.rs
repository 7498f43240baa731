//! Shops' orders and the gateways' payments that are the same money.
//!
//! An order and a payment are linked when the order names the payment (its transaction id, its gateway's metadata), or the
//! payment's metadata name the order. Never by amount and time alone. What a gateway counts is not counted for the shop.

use super::cover::{self, Found};
use super::link::{Linkage, Rows};
use super::numbers::Numbers;
use super::payment::Payment;
use super::rows::{Links, NONE, at, row};
use super::store::Store;
use super::tables::{Kind, Ref};
use crate::source::Source;
use crate::word::words;
use hashbrown::HashSet;
use rustc_hash::FxBuildHasher;

words! {
    /// What links a gateway's payment to a shop's order.
    pub enum LinkedBy {
        /// The order names the payment: in its transaction id or in its gateway's metadata.
        GatewayId = "gateway_id",
        /// The payment's metadata name the order.
        OrderId = "order_id",
    }
}

/// Whether a source is a shop: its money is a gateway's, if that is here.
pub const fn is_shop(source: Source) -> bool {
    matches!(source, Source::Shopify | Source::Woocommerce)
}

/// One order that is linked, seen from the shop.
#[derive(Clone, Debug)]
pub struct ShopSide {
    /// The shop's payment.
    pub slot: u32,
    /// The order's row; [`NONE`] where only its transactions are here.
    pub order: u32,
    /// The money as the shop sees it.
    pub shop: Payment,
    /// What the shop's refunds come to, also of an order that took nothing in the shop's eyes.
    pub listed: i64,
    /// What of it was given as credit: no gateway sends that.
    pub credited: i64,
    /// The gateways' payments.
    pub gateway: Vec<u32>,
}

/// What is known of a payment beyond its own records, as bits.
pub mod flag {
    /// Gateways count a part of it, and the shop the rest.
    pub const IN_PART: u8 = 1;
    /// Its refund failed in the shop.
    pub const REFUND_FAILED: u8 = 2;
    /// The shop gave credit for it.
    pub const CREDITED: u8 = 4;
    /// [`super::LinkedBy::GatewayId`]
    pub const BY_GATEWAY_ID: u8 = 8;
    /// [`super::LinkedBy::OrderId`]
    pub const BY_ORDER_ID: u8 = 16;
}

/// Which orders belong to which payments, by slot.
#[derive(Debug, Default)]
pub struct Orders {
    /// The order of each payment, by the row of the order.
    order: Numbers,
    /// The gateway's payment in which a shop's payment is counted.
    into: Numbers,
    /// The gateway's payment that speaks for a shop's, which it counts in whole or in part.
    spoken_for: Numbers,
    flags: Vec<u8>,
    /// Linked orders, seen from the shop, in no order.
    sides: Vec<ShopSide>,
    /// The place of each shop's payment among them.
    side_of: Numbers,
    /// The sides of each gateway's payment, by the shop's payment.
    shops_of: Links,
}

impl Orders {
    /// Links orders and payments of these rows; `slots` are the payments that were linked.
    pub fn link(draft: &mut Linkage, store: &Store, rows: Rows<'_>, slots: &[u32]) {
        let is_of_shop = |slot: &u32| draft.key(*slot).is_some_and(|(source, _, _)| is_shop(source));
        if rows.of(store, Kind::Order).next().is_none() && !slots.iter().any(is_of_shop) {
            return;
        }
        for order in rows.of(store, Kind::Order) {
            let payment = draft.owners.own(Ref { kind: Kind::Order, row: order });
            if payment != NONE {
                draft.orders.order.put(payment, order);
            }
        }
        let found = cover::find(draft, store, rows, slots);
        for (record, into) in found.counted {
            draft.owners.count_in(record, into);
        }
        draft.orders.take(found.found);
    }

    /// Takes over what was found of some payments.
    fn take(&mut self, found: Vec<Found>) {
        for one in found {
            match one {
                Found::Order(slot, order, by) => {
                    self.order.put(slot, order);
                    self.flag(slot, if by == LinkedBy::GatewayId { flag::BY_GATEWAY_ID } else { flag::BY_ORDER_ID });
                }
                Found::Into(slot, into) => self.into.put(slot, into),
                Found::SpokenFor(slot, into) => self.spoken_for.put(slot, into),
                Found::Flag(slot, flag) => self.flag(slot, flag),
                Found::Side(slot, side) => {
                    self.side_of.put(slot, row(self.sides.len()));
                    side.gateway.iter().for_each(|&gateway| self.shops_of.edit(gateway).push(slot));
                    self.sides.push(*side);
                }
            }
        }
    }

    fn flag(&mut self, slot: u32, flag: u8) {
        if self.flags.len() <= at(slot) {
            self.flags.resize(at(slot).saturating_add(1), 0);
        }
        if let Some(flags) = self.flags.get_mut(at(slot)) {
            *flags |= flag;
        }
    }

    fn has(&self, slot: u32, flag: u8) -> bool {
        self.flags.get(at(slot)).is_some_and(|flags| flags & flag != 0)
    }

    /// Forgets what was found of these payments.
    pub fn forget(&mut self, slots: &[u32]) {
        for &slot in slots {
            for list in [&mut self.order, &mut self.into, &mut self.spoken_for] {
                list.put(slot, NONE);
            }
            if let Some(flags) = self.flags.get_mut(at(slot)) {
                *flags = 0;
            }
            if !self.shops_of.of(slot).is_empty() {
                self.shops_of.edit(slot).clear();
            }
            let place = self.side_of.at(slot);
            if place != NONE && at(place) < self.sides.len() {
                self.sides.swap_remove(at(place));
                self.side_of.put(slot, NONE);
                if let Some(moved) = self.sides.get(at(place)).map(|side| side.slot) {
                    self.side_of.put(moved, place);
                }
            }
        }
    }

    /// The row of a payment's order.
    pub fn of_payment(&self, payment: u32) -> u32 {
        self.order.at(payment)
    }

    /// What links a gateway's payment to its order.
    pub fn linked_by(&self, payment: u32) -> Option<LinkedBy> {
        match (self.has(payment, flag::BY_GATEWAY_ID), self.has(payment, flag::BY_ORDER_ID)) {
            (true, _) => Some(LinkedBy::GatewayId),
            (_, true) => Some(LinkedBy::OrderId),
            _ => None,
        }
    }

    /// The gateway's payment in which a shop's payment is counted.
    pub fn counted_in(&self, payment: u32) -> Option<u32> {
        self.into.some(payment)
    }

    /// Whether any of these payments is spoken for by a gateway's.
    pub fn any_counted(&self, rows: Rows<'_>, slots: &[u32]) -> bool {
        match rows {
            Rows::All => !self.spoken_for.is_empty(),
            Rows::Only(_) => slots.iter().any(|&slot| self.gateway_of(slot).is_some()),
        }
    }

    /// The gateway's payment that speaks for a shop's.
    pub fn gateway_of(&self, payment: u32) -> Option<u32> {
        self.spoken_for.some(payment)
    }

    /// Whether gateways count a part of a shop's payment, and the shop the rest.
    pub fn is_counted_in_part(&self, payment: u32) -> bool {
        self.has(payment, flag::IN_PART)
    }

    /// Whether a refund of the payment was made in the shop and failed.
    pub fn shop_refund_failed(&self, payment: u32) -> bool {
        self.has(payment, flag::REFUND_FAILED)
    }

    /// Whether the shop gave credit for the payment: the payer may have back already what the gateway has not sent.
    pub fn shop_credited(&self, payment: u32) -> bool {
        self.has(payment, flag::CREDITED)
    }

    /// Linked orders, seen from the shop, in no order.
    pub fn sides(&self) -> &[ShopSide] {
        &self.sides
    }

    /// The places of the sides that share payments with a gateway's payment, however many steps away.
    pub fn sides_around(&self, gateway: u32) -> Vec<u32> {
        let mut places = Vec::new();
        let mut met: HashSet<u32, FxBuildHasher> = HashSet::default();
        let mut seen: HashSet<u32, FxBuildHasher> = HashSet::default();
        let mut open = vec![gateway];
        seen.insert(gateway);
        while let Some(gateway) = open.pop() {
            for &shop in self.shops_of.of(gateway) {
                let place = self.side_of.at(shop);
                let Some(side) = self.sides.get(at(place)).filter(|_| met.insert(place)) else { continue };
                places.push(place);
                open.extend(side.gateway.iter().copied().filter(|&other| seen.insert(other)));
            }
        }
        places
    }
}
