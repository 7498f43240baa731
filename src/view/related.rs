//! Who shares an identifier with a customer and is not the same, and the picture of it.

use super::View;
use super::customer::{KeyUse, MOST_IDENTIFIERS};
use super::identity::{EdgeKind, GraphEdge, GraphNode, IdentityGraph, NodeKind, RelatedBy, RelatedCustomer};
use super::index::named_in;
use super::shapes::CustomerKind;
use crate::error::GuestfolioError;
use crate::grouping::GroupingPreset;
use crate::identity::IdentifierKind;
use crate::issue::SchemaVersion;
use crate::ledger::customers::Who;
use crate::ledger::rows::{NONE, at};
use crate::order::sorted;
use crate::time::rfc3339;

/// Payments with one identifier that are looked at, the newest first: an identifier that everybody uses says nothing, and must
/// not cost more than one that a few do.
const MOST_PAYMENTS: usize = 1_000;
/// Payments of a graph, the newest first.
const MOST_DRAWN: usize = 200;

/// A use of an identifier by another customer: who, the key, and its place among all uses.
type Shared = (u32, u32, usize);

impl<'l> View<'l> {
    /// Whom a customer shares identifiers with.
    fn shares(self, customer: u32) -> Vec<Shared> {
        let uses = self.uses_of(customer);
        let keys = uses.chunk_by(|(a, _, _), (b, _, _)| a == b).filter_map(<[_]>::first);
        let own = keys.map(|&(key, index, _)| (key, index));
        // What the source's customer object says counts, too; its identifiers have a place only where a payment has them.
        let said = self.named_by(customer).into_iter().filter_map(|key| {
            let &row = self.payments_with(key).first()?;
            let index = self.book.uses.range(row).find(|&index| self.book.uses.keys.get(index) == Some(&key))?;
            Some((key, index))
        });
        let mut own = sorted(own.chain(said), |a, b| a.0.cmp(&b.0));
        own.dedup_by_key(|&mut (key, _)| key);
        let shared = own.into_iter().flat_map(|(key, index)| {
            let others = self.users_of(key).into_iter();
            others.filter(move |&other| other != customer).map(move |other| (other, key, index))
        });
        let mut shared = sorted(shared, |a, b| a.cmp(b));
        shared.dedup();
        shared
    }

    /// The customers that used an identifier, or whose object names it.
    pub(super) fn users_of(self, key: u32) -> Vec<u32> {
        let used = self.payments_with(key).iter().rev().take(MOST_PAYMENTS);
        let used = used.filter_map(|&payment| self.customer_of(payment));
        let known = self.book.uses.kind_of(key).zip(self.book.uses.form_of(key));
        let known = known.map(|(kind, form)| (kind, self.text(form)));
        let records = known.iter().flat_map(|(kind, form)| self.records_naming(*kind, form));
        let mode = self.payments_with(key).last().and_then(|&row| self.standing(row)).map(|payment| payment.mode);
        let said = records.take(MOST_PAYMENTS).filter_map(|record| {
            let head = &self.store.tables.customers.get(at(record))?.head;
            self.book.customers.find((head.source, head.account, head.id, mode?))
        });
        let mut users = sorted(used.chain(said), u32::cmp);
        users.dedup();
        users
    }

    /// The keys that a customer's object names.
    fn named_by(self, customer: u32) -> Vec<u32> {
        let Some(Who::Registered((_, _, _, mode), record)) = self.who(customer) else { return Vec::new() };
        let keys = named_in(self.store, record)
            .filter_map(|(kind, form)| self.book.uses.key_in(kind, self.store.interner.find(&form)?, mode));
        keys.collect()
    }

    fn kind_of_customer(self, customer: u32) -> CustomerKind {
        match self.who(customer) {
            Some(Who::Registered(..)) => CustomerKind::Registered,
            _ => CustomerKind::Guest,
        }
    }

    /// What is shared with each other customer: who shares most first, then whose last payment is the newest.
    fn most_first(self, shared: &[Shared]) -> Vec<&[Shared]> {
        let who = |group: &[Shared]| group.first().map_or(NONE, |&(other, _, _)| other);
        sorted(shared.chunk_by(|(a, _, _), (b, _, _)| a == b), |a, b| {
            b.len().cmp(&a.len()).then_with(|| self.book.compare_customers(self.store, who(b), who(a)))
        })
    }

    /// Customers that share an identifier with this one and are not the same, those that share most first.
    pub(super) fn related(self, customer: u32) -> Vec<RelatedCustomer> {
        let shared = self.shares(customer);
        let view = |group: &[Shared]| {
            let &(other, _, _) = group.first()?;
            let by = group.iter().filter_map(|&(_, _, index)| self.book.uses.identifier(index));
            let by = by.map(|shared| RelatedBy { kind: shared.kind, value: self.string(shared.value) });
            Some(RelatedCustomer {
                customer_id: self.customer_id(other),
                kind: self.kind_of_customer(other),
                probably_same: self.is_probably_same(customer, group),
                by: sorted(by, |a, b| (a.kind, &a.value).cmp(&(b.kind, &b.value))),
            })
        };
        self.most_first(&shared).into_iter().take(MOST_IDENTIFIERS).filter_map(view).collect()
    }

    /// A guest is probably the registered customer with whom alone it shares an e-mail or a phone, unless more than a household
    /// uses that. A card alone says no more than that they live together.
    fn is_probably_same(self, customer: u32, group: &[Shared]) -> bool {
        let Some(&(other, _, _)) = group.first() else { return false };
        let (one, two) = (self.kind_of_customer(customer), self.kind_of_customer(other));
        let registered = if one == CustomerKind::Registered { customer } else { other };
        one != two
            && group.iter().any(|&(_, key, _)| {
                let kind = self.book.uses.kind_of(key);
                let is_registered = |&user: &u32| self.kind_of_customer(user) == CustomerKind::Registered;
                matches!(kind, Some(IdentifierKind::Email | IdentifierKind::Phone))
                    && !self.is_shared(key)
                    && self.users_of(key).into_iter().filter(is_registered).all(|user| user == registered)
            })
    }

    /// Whether more than a household uses an identifier, whatever the preset, or an agent marked it.
    pub(super) fn is_shared(self, key: u32) -> bool {
        // In `guarded` the book knows it already.
        self.book.joins_none(key)
            || self.rules.preset != GroupingPreset::Guarded && self.book.is_widely_used(self.rules, key)
    }

    pub(super) fn payments_with(self, key: u32) -> &'l [u32] {
        self.book.uses.payments_with(key)
    }

    /// A customer, its payments, its identifiers, and who else used them.
    pub fn identity_graph(self, id: &str) -> Result<IdentityGraph, GuestfolioError> {
        let customer = self.resolve_customer(id)?;
        let rows = self.book.customers.payments(customer);
        let drawn = rows.get(rows.len().saturating_sub(MOST_DRAWN)..).unwrap_or_default();
        let mut graph = IdentityGraph {
            schema_version: SchemaVersion::default(),
            customer_id: self.customer_id(customer),
            nodes: vec![self.customer_node(customer)],
            edges: Vec::new(),
            truncated: rows.len() > drawn.len(),
        };
        let first_drawn = drawn.first().copied().unwrap_or(NONE);
        let mut keys: Vec<u32> = Vec::new();
        let is_drawn = |one: &KeyUse| !self.is_older(one.last, first_drawn);
        for KeyUse { key, index, .. } in self.keys_used(customer).into_iter().filter(is_drawn) {
            if keys.len() >= MOST_IDENTIFIERS {
                graph.truncated = true;
                break;
            }
            keys.push(key);
            graph.nodes.extend(self.identifier_node(key, index));
        }
        for &row in drawn {
            self.draw_payment(&mut graph, row, &keys);
        }
        let shared = self.shares(customer);
        for (number, group) in self.most_first(&shared).into_iter().enumerate() {
            if number >= MOST_IDENTIFIERS {
                graph.truncated = true;
                break;
            }
            self.draw_other(&mut graph, group, &keys);
        }
        Ok(graph)
    }

    fn customer_node(self, customer: u32) -> GraphNode {
        GraphNode {
            id: self.node_of_customer(customer),
            kind: NodeKind::Customer,
            label: self.name_of(customer).unwrap_or_else(|| self.customer_id(customer)),
            customer_kind: Some(self.kind_of_customer(customer)),
            identifier_kind: None,
            shared: None,
            at: None,
        }
    }

    fn identifier_node(self, key: u32, index: usize) -> Option<GraphNode> {
        let identifier = self.book.uses.identifier(index)?;
        Some(GraphNode {
            id: self.node_of_key(key),
            kind: NodeKind::Identifier,
            label: self.string(identifier.value),
            customer_kind: None,
            identifier_kind: Some(identifier.kind),
            shared: Some(self.book.joins_none(key)),
            at: None,
        })
    }

    fn node_of_key(self, key: u32) -> String {
        let uses = &self.book.uses;
        let text = uses.form_of(key).map(|form| self.text(form)).unwrap_or_default();
        let kind = uses.kind_of(key).map(IdentifierKind::word).unwrap_or_default();
        match uses.scope_of(key).filter(|_| kind == "card") {
            Some((source, account)) => format!("{kind}:{source}:{}:{text}", self.text(account)),
            None => format!("{kind}:{text}"),
        }
    }

    fn node_of_customer(self, customer: u32) -> String {
        match self.who(customer) {
            Some(Who::Registered((source, account, id, _), _)) => {
                format!("customer:{source}:{}:{}", self.text(account), self.text(id))
            }
            _ => format!("customer:{}", self.customer_id(customer)),
        }
    }

    fn node_of_payment(self, row: u32) -> String {
        let Some(payment) = self.payment_row(row) else { return String::new() };
        format!("payment:{}:{}:{}", payment.source, self.text(payment.account), self.text(payment.id))
    }

    fn draw_payment(self, graph: &mut IdentityGraph, row: u32, keys: &[u32]) {
        let Some(payment) = self.payment_row(row) else { return };
        let (node, time) = (self.node_of_payment(row), rfc3339(payment.created));
        let edge = |from: &str, to: String, kind, reason, at: &str| GraphEdge {
            from: from.to_owned(),
            to,
            kind,
            reason,
            first_at: at.to_owned(),
            last_at: at.to_owned(),
        };
        let holder = self.customer_of(row).map(|customer| self.node_of_customer(customer));
        let reason = self.reason(row);
        graph.edges.push(edge(&holder.unwrap_or_default(), node.clone(), EdgeKind::Holds, Some(reason), &time));
        for index in self.book.uses.range(row) {
            if let Some(&key) = self.book.uses.keys.get(index).filter(|key| keys.contains(key)) {
                graph.edges.push(edge(&node, self.node_of_key(key), EdgeKind::Used, None, &time));
            }
        }
        // What joined it, where that is drawn.
        let joined = self.book.decided_by(row).map(|earlier| self.node_of_payment(earlier));
        if let Some(earlier) = joined.filter(|earlier| graph.nodes.iter().any(|node| node.id == *earlier)) {
            graph.edges.push(edge(&node, earlier, EdgeKind::Joined, Some(reason), &time));
        }
        graph.nodes.push(GraphNode {
            id: node,
            kind: NodeKind::Payment,
            label: self.string(payment.id),
            customer_kind: None,
            identifier_kind: None,
            shared: None,
            at: Some(time),
        });
    }

    /// Another customer, and when it used what both used.
    fn draw_other(self, graph: &mut IdentityGraph, group: &[Shared], keys: &[u32]) {
        let mut edges = Vec::new();
        let Some(&(other, _, _)) = group.first() else { return };
        for &key in keys.iter().filter(|key| group.iter().any(|(_, known, _)| known == *key)) {
            let all = self.payments_with(key).iter().rev().take(MOST_PAYMENTS);
            let its = all.filter(|&&row| self.customer_of(row) == Some(other));
            let times: Vec<i64> = its.filter_map(|&row| self.standing(row)).map(|p| p.created).collect();
            // One whose object names it has used it in no payment.
            if let Some((last, first)) = times.first().zip(times.last()) {
                edges.push(GraphEdge {
                    from: self.node_of_customer(other),
                    to: self.node_of_key(key),
                    kind: EdgeKind::Used,
                    reason: None,
                    first_at: rfc3339(*first),
                    last_at: rfc3339(*last),
                });
            }
        }
        if !edges.is_empty() {
            graph.nodes.push(self.customer_node(other));
            graph.edges.append(&mut edges);
        }
    }
}
