//! What became of customers since a version.

use super::identity::{Changes, CustomerChange};
use super::page::Query;
use super::{Change, View};
use crate::error::{ErrorCode, GuestfolioError};
use crate::issue::SchemaVersion;
use crate::ledger::history::{History, Identity};
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

impl View<'_> {
    /// A page of what became of customers since a version.
    pub fn changes(self, history: &History, since: u32, query: &Query) -> Result<Changes, GuestfolioError> {
        let unknown = || {
            let message = "must be a version that this ledger has given out; 0 lists all customers";
            GuestfolioError::new(ErrorCode::OutOfRange, "/since", message)
        };
        if since > history.version || since != 0 && since < history.since {
            return Err(unknown());
        }
        let mut total = Vec::new();
        if since == 0 {
            // Nothing was known: all that there are were made.
            let all = self.book.customers.oldest_first.iter();
            total.extend(all.filter_map(|&customer| Some((self.book.identity(customer)?, Change::Made))));
        } else {
            let start = history.events.partition_point(|event| event.version <= since);
            let events = history.events.get(start..).unwrap_or_default();
            let mut place: HashMap<Identity, usize, FxBuildHasher> = HashMap::default();
            let mut found: Vec<(Identity, bool, bool)> = Vec::new();
            for event in events {
                let at = *place.entry(event.who).or_insert_with(|| {
                    found.push((event.who, event.existed, event.exists));
                    found.len().saturating_sub(1)
                });
                if let Some((_, _, exists)) = found.get_mut(at) {
                    *exists = event.exists;
                }
            }
            total.extend(found.into_iter().filter_map(|(who, existed, exists)| {
                let change = match (existed, exists) {
                    (true, true) => Change::Changed,
                    (false, true) => Change::Made,
                    (true, false) => Change::Dissolved,
                    (false, false) => return None,
                };
                Some((who, change))
            }));
        }
        let version = history.version;
        let from: usize = match query.cursor.as_deref() {
            None => 0,
            Some(cursor) => {
                let place = cursor.strip_prefix("v.").and_then(|rest| rest.split_once('.'));
                let place = place.filter(|(of, _)| of.parse() == Ok(version)).and_then(|(_, place)| place.parse().ok());
                place.ok_or_else(|| {
                    let message = "must be the `next` of an earlier page of this version";
                    GuestfolioError::new(ErrorCode::InvalidCursor, "/cursor", message)
                })?
            }
        };
        let until = from.saturating_add(query.limit);
        let page = total.iter().skip(from).take(query.limit);
        Ok(Changes {
            schema_version: SchemaVersion::default(),
            version,
            items: page.map(|&(who, change)| self.customer_change(who, change)).collect(),
            total: total.len(),
            next: (until < total.len()).then(|| format!("v.{version}.{until}")),
        })
    }

    fn customer_change(self, who: Identity, change: Change) -> CustomerChange {
        // Whoever was put under a dissolved guest stands under the customer that holds its first payment now.
        let holder = match who {
            Identity::Guest(key) => self.book.holder_of(self.store, key),
            Identity::Registered(registered) => self.book.customers.find(self.book.pins.speaker(registered)),
        };
        let into = holder.filter(|_| change == Change::Dissolved).map(|customer| self.customer_id(customer));
        CustomerChange { customer_id: self.id_of(who), change, into }
    }
}
