//! Requests about customers: what the ledger knows of whom they are about.

use super::View;
use super::resolve::{Given, only};
use crate::error::{ErrorCode, GuestfolioError};
use crate::identity::IdentifierKind;
use crate::input::{Argument, Input};
use crate::issue::SchemaVersion;
use crate::ledger::customers::Who;
use crate::ledger::intern::Sym;
use crate::ledger::record::{Annex, Head, RecordKind};
use crate::ledger::rows::at;
use crate::ledger::tables::Kind;
use crate::money::Money;
use crate::plan::{ActionNote, CustomerAction, PreparedAction, PreparedRequest, Profile, Wanted, key_of, prepare};
use crate::policy::limit::parse_amount;
use crate::source::Source;

impl<'l> View<'l> {
    /// Prepares `{ action, customerId?, source?, profile?, subscriptionId?, atPeriodEnd?, amount?, reason?, returnUrl? }`.
    pub fn prepare_request(self, input: &Input) -> Result<PreparedAction, GuestfolioError> {
        use CustomerAction::{CancelSubscription, Create, CreditWallet, DebitWallet, Read, Update};
        let mut fields = Argument::root(input).fields()?;
        let action = fields.required("action")?.word(CustomerAction::WORDS, CustomerAction::from_word)?;
        let customer = match fields.get("customerId") {
            Some(id) => Some(self.resolve_customer(id.text()?).map_err(|error| id.wrap(&error))?),
            None if matches!(action, Create | CancelSubscription) => None,
            None => return Err(fields.missing("customerId")),
        };
        let given = fields.get("profile").map(|profile| profile_of(&profile)).transpose()?;
        let source = fields.get("source").map(|source| source.word(Source::WORDS, Source::from_word)).transpose()?;
        let at_period_end = fields.get("atPeriodEnd").map(|flag| flag.flag()).transpose()?.unwrap_or(true);
        let mut text = |name| fields.get(name).map(|text| text.text().map(str::to_owned)).transpose();
        let (reason, return_url) = (text("reason")?, text("returnUrl")?);
        let subscription = match (fields.get("subscriptionId"), action) {
            (Some(id), CancelSubscription) => {
                let annex = self.subscription(id.text()?).map_err(|error| id.wrap(&error))?;
                let owner = annex.customer.map(|owner| (annex.head.source, annex.head.account, owner));
                let is_its = |customer| owner.is_some_and(|owner| self.named_at_sources(customer).contains(&owner));
                if customer.is_some_and(|customer| !is_its(customer)) {
                    return Err(id.error(ErrorCode::NotFound, "the customer has no subscription with this id"));
                }
                Some(annex)
            }
            (None, CancelSubscription) => return Err(fields.missing("subscriptionId")),
            (_, _) => None,
        };
        let amount = fields.get("amount");
        if amount.is_none() && matches!(action, CreditWallet | DebitWallet) {
            return Err(fields.missing("amount"));
        }
        let mut profile = given.clone().unwrap_or_default();
        let known = match (action, subscription, customer) {
            (Create, _, customer) => {
                let own = customer.map(|customer| self.profile(customer)).unwrap_or_default();
                profile = Profile {
                    name: profile.name.or(own.name),
                    email: profile.email.or(own.email),
                    phone: profile.phone.or(own.phone),
                };
                let system =
                    source.or(customer.and_then(|customer| self.origin_of(customer)).map(|(source, _)| source));
                let system = system.ok_or_else(|| fields.missing("source"))?;
                Some((system, None))
            }
            (_, Some(annex), _) => Some((annex.head.source, Some((annex.head.account, annex.head.id)))),
            (_, None, customer) => match customer.and_then(|customer| self.who(customer)) {
                // Of one that was deleted the system still says that.
                Some(Who::Registered(..)) if action != Read && customer.is_some_and(|one| self.is_deleted(one)) => None,
                Some(Who::Registered((system, account, id, _), _)) => Some((system, Some((account, id)))),
                _ => None,
            },
        };
        if action == Update && given.is_none_or(|given| given == Profile::default()) {
            return Err(fields.missing("profile"));
        }
        let amount = amount
            .map(|amount| {
                let source = known.map_or(Source::Canonical, |(system, _)| system);
                parse_amount(&amount, source, None, 1).map(|(currency, minor)| Money::new(minor, currency, source))
            })
            .transpose()?;
        fields.finish()?;
        let (request, idempotency_key, notes) = match known {
            None => (None, key_of(&[action.word()]), vec![ActionNote::NoCustomer]),
            Some((system, object)) => {
                let at = |sym: Option<Sym>| sym.map(|sym| self.text(sym)).unwrap_or_default();
                let (account, id) = object.map(|(account, id)| (at(Some(account)), at(Some(id)))).unwrap_or_default();
                let balance = amount
                    .zip(object)
                    .and_then(|(amount, (account, id))| self.balance_of((system, account, id), amount.currency));
                let currency = amount.map(|amount| amount.currency.code()).unwrap_or_default();
                let when = if at_period_end { "end" } else { "now" };
                let said =
                    [reason.as_deref().unwrap_or_default(), return_url.as_deref().unwrap_or_default(), &currency, when];
                let figures = [amount.map(|amount| amount.minor), balance];
                // Changed there and back again, a profile is another state.
                let before = customer.filter(|_| action == Update).map(|one| self.profile(one)).unwrap_or_default();
                let key = key_for(action, system, [&account, &id], [&profile, &before], figures, said);
                let wanted = Wanted {
                    action,
                    system,
                    id: &id,
                    profile: &profile,
                    at_period_end,
                    amount,
                    reason: reason.as_deref(),
                    return_url: return_url.as_deref(),
                    key: &key,
                };
                let (request, mut notes) = prepare(&wanted);
                if request.is_some() && action == DebitWallet {
                    let asked = amount.map_or(0, |amount| amount.minor);
                    notes.extend(match balance {
                        None => Some(ActionNote::BalanceUnknown),
                        Some(balance) => (balance < asked).then_some(ActionNote::ExceedsBalance),
                    });
                }
                if request.is_some() && subscription.is_some_and(|annex| annex.active == Some(false)) {
                    notes.push(ActionNote::NotRunning);
                }
                (request, key, notes)
            }
        };
        Ok(PreparedAction { schema_version: SchemaVersion::default(), action, request, idempotency_key, notes })
    }

    /// Whether its system has deleted a customer.
    fn is_deleted(self, customer: u32) -> bool {
        self.own_record(customer).is_some_and(|record| record.deleted)
    }

    /// The request that invites a registered customer to its system's portal.
    pub(super) fn invite(self, customer: u32) -> Option<PreparedRequest> {
        let Some(Who::Registered((system, account, id, _), _)) = self.who(customer) else { return None };
        if self.is_deleted(customer) {
            return None;
        }
        self.offered(CustomerAction::InviteToPortal, system, [account, id])
    }

    /// Whether a subscription's system takes a request to cancel it.
    pub(super) fn takes_cancelling(self, annex: &Annex) -> bool {
        let Head { source, account, id, .. } = annex.head;
        self.offered(CustomerAction::CancelSubscription, source, [account, id]).is_some()
    }

    /// The request that needs nothing but what it is about, where the system has one.
    fn offered(self, action: CustomerAction, system: Source, [account, id]: [Sym; 2]) -> Option<PreparedRequest> {
        let (profile, id) = (Profile::default(), self.text(id));
        let key = key_for(action, system, [&self.text(account), &id], [&profile; 2], [None, None], ["", "", "", "end"]);
        let (amount, reason, return_url) = (None, None, None);
        let about = Wanted {
            action,
            system,
            id: &id,
            profile: &profile,
            at_period_end: true,
            amount,
            reason,
            return_url,
            key: &key,
        };
        prepare(&about).0
    }

    /// A subscription by its id: alone, or as `source:account:id`.
    fn subscription(self, text: &str) -> Result<&'l Annex, GuestfolioError> {
        let given = Given::parse(text);
        let records = self.store.interner.find(given.id).into_iter().flat_map(|id| self.store.with_id(id));
        let rows = records.filter(|&(record, (source, account))| {
            let annex = self.store.tables.annexes.get(record.index());
            record.kind == Kind::Annex
                && annex.is_some_and(|annex| annex.kind == RecordKind::Subscription)
                && given.fits(source, &self.text(account))
        });
        let row = only(rows.map(|(record, _)| record.row).collect(), "subscription")?;
        let gone = || GuestfolioError::new(ErrorCode::NotFound, "", "no subscription with this id is in the ledger");
        self.store.tables.annexes.get(at(row)).ok_or_else(gone)
    }

    /// What is known of a customer.
    fn profile(self, customer: u32) -> Profile {
        Profile {
            name: self.name_of(customer),
            email: self.owned(self.main_contact(customer, IdentifierKind::Email)),
            phone: self.owned(self.main_contact(customer, IdentifierKind::Phone)),
        }
    }
}

fn profile_of(profile: &Argument<'_>) -> Result<Profile, GuestfolioError> {
    let mut fields = profile.fields()?;
    let mut text = |name| fields.get(name).map(|text| text.text().map(str::to_owned)).transpose();
    let profile = Profile { name: text("name")?, email: text("email")?, phone: text("phone")? };
    fields.finish()?;
    Ok(profile)
}

/// The key of a request: of what is meant, and of the state that it is meant for.
fn key_for(
    action: CustomerAction,
    system: Source,
    [account, id]: [&str; 2],
    profiles: [&Profile; 2],
    figures: [Option<i64>; 2],
    [reason, return_url, currency, when]: [&str; 4],
) -> String {
    let figures = figures.map(|figure| figure.map(|figure| figure.to_string()).unwrap_or_default());
    let said = profiles.iter().flat_map(|profile| [&profile.name, &profile.email, &profile.phone]);
    let [amount, balance] = &figures;
    let written = [amount, currency, balance, reason, return_url, when];
    let parts = [action.word(), system.word(), account, id].into_iter();
    let parts: Vec<&str> = parts.chain(said.map(|text| text.as_deref().unwrap_or_default())).chain(written).collect();
    key_of(&parts)
}
