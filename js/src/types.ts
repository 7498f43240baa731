// Generated from the Rust types by `UPDATE_TYPES=1 cargo test typescript`. Do not edit.
// Times are RFC 3339 in UTC; a value that is not known is null.

/**
 * A system that records come from.
 */
export type Source = "stripe" | "dodo" | "flatpay" | "shopify" | "woocommerce" | "canonical";

/**
 * How many of an input's records are of a system.
 */
export type SourceCount = { 
/**
 * The system.
 */
source: Source, 
/**
 * How many records.
 */
records: number, };

/**
 * How a shop's order stands as to its payment, in the shop's eyes.
 */
export type OrderState = "pending" | "authorized" | "paid" | "refunded" | "canceled" | "failed" | "unknown";

/**
 * What links a gateway's payment to a shop's order.
 */
export type LinkedBy = "gateway_id" | "order_id";

/**
 * How a shop and a gateway do not agree.
 */
export type DiscrepancyCode = "refunded_at_gateway_only" | "refunded_in_shop_only" | "shop_refund_moved_no_money" | "paid_but_order_pending" | "paid_but_order_canceled" | "order_paid_but_not_captured" | "captured_differs" | "currency_differs";

/**
 * What to do about it.
 */
export type DiscrepancyAction = "record_refund_in_shop" | "refund_at_gateway" | "mark_order_paid" | "refund_or_reopen" | "check_payment" | "compare_captures" | "answer_dispute";

/**
 * What stands beside payments and moves none of their money.
 */
export type RecordKind = "subscription" | "invoice" | "early_fraud_warning" | "review" | "balance_transaction" | "license_key" | "wallet" | "wallet_entry";

/**
 * A payment's status as Flatpay's portal says it.
 */
export type PortalStatus = "authorized" | "settled" | "cancelled" | "failed" | "refunded";

/**
 * How guest payments are put together.
 */
export type GroupingPreset = "stripe" | "guarded" | "connected";

/**
 * Who put the customer together.
 */
export type CustomerKind = "guest" | "registered";

/**
 * What kind of identifier.
 */
export type IdentifierKind = "email" | "phone" | "card" | "customer";

/**
 * Which field of the record an identifier was read from.
 */
export type IdentifierField = "billing_email" | "receipt_email" | "description" | "billing_phone" | "order_email" | "order_phone" | "customer_email" | "customer_phone" | "fingerprint" | "customer_id";

/**
 * Why a text is no identifier.
 */
export type IdentifierFlaw = "empty" | "not_an_address" | "letters" | "too_short" | "too_long" | "no_dot" | "own_address" | "placeholder" | "one_digit" | "no_country" | "invalid_number";

/**
 * How a payment came to stand under its customer.
 */
export type EvidenceReason = "registered" | "completed_use" | "attempted_use" | "connected" | "first_payment" | "linked" | "unlinked";

/**
 * Why a guest that used an identifier of a payment before does not hold it.
 */
export type LostBecause = "older_use" | "weaker_evidence" | "attempt_only" | "other_emails" | "shared_identifier" | "kind_not_used";

/**
 * How firmly a customer's payments belong together: as its weakest payment does.
 */
export type Strength = "confirmed" | "single" | "weak" | "none";

/**
 * Columns of the customer list.
 */
export type CustomerColumn = "name" | "id" | "kind" | "source" | "email" | "phone" | "created" | "country" | "method" | "payments" | "spent" | "refunded" | "disputed" | "first_payment" | "last_payment" | "open_dispute" | "strength" | "invite";

/**
 * Columns of the payment list.
 */
export type PaymentColumn = "created" | "id" | "source" | "status" | "raw_status" | "amount" | "captured" | "refunded" | "refundable" | "disputed" | "dispute" | "refund_state" | "customer" | "name" | "email" | "method" | "last4" | "country" | "order" | "description" | "pricing";

/**
 * What a report has a row of, or counts.
 */
export type ReportRows = "payments" | "customers" | "refunds" | "disputes";

/**
 * How a report is written.
 */
export type ReportFormat = "csv" | "json" | "ndjson";

/**
 * Columns of reports of refunds and disputes.
 */
export type ReversalColumn = "id" | "created" | "source" | "status" | "raw_status" | "amount" | "payment" | "customer" | "name" | "email" | "order" | "reason" | "failure_reason" | "due_by";

/**
 * Columns that a report has beside those of its list.
 */
export type ReportColumn = "account" | "currency" | "day" | "week" | "month" | "year" | "livemode";

/**
 * What a report groups by.
 */
export type ReportKey = "source" | "account" | "livemode" | "status" | "currency" | "method" | "country" | "kind" | "customer" | "reason";

/**
 * The figures of a report.
 */
export type ReportMeasure = "count" | "customers" | "payments" | "amount" | "captured" | "refunded" | "refund_pending" | "disputed" | "net";

/**
 * What rows are counted by.
 */
export type Facet = "kind" | "source" | "livemode" | "country" | "strength" | "status" | "currency" | "method" | "has_dispute" | "open_dispute" | "has_refund" | "pricing" | "tag";

/**
 * What a search term can be about.
 */
export type SearchField = "name" | "email" | "phone" | "id" | "order" | "card" | "code" | "amount" | "status" | "source" | "currency" | "country" | "method" | "kind";

/**
 * What was found in a text.
 */
export type FindingKind = "id" | "order" | "email" | "phone" | "card" | "amount";

/**
 * What a request about a customer does.
 */
export type CustomerAction = "create" | "read" | "update" | "invite_to_portal" | "cancel_subscription" | "credit_wallet" | "debit_wallet";

/**
 * What to know of a request about a customer before it is sent.
 */
export type ActionNote = "secret_key_on_server" | "keep_key" | "no_request" | "no_customer" | "link_in_answer" | "sends_email" | "ends_with_period" | "ends_now" | "not_running" | "exceeds_balance" | "balance_unknown";

/**
 * What to know of a customer before its figures are believed.
 */
export type QualityNote = "weak_grouping" | "shared_identifier" | "out_of_step";

/**
 * What does not add up in a wallet's history.
 */
export type WalletFlaw = "gap" | "jump" | "differs";

/**
 * The tabs of a customer's page, beside its payments.
 */
export type CustomerTab = "timeline" | "subscriptions" | "invoices" | "orders" | "refunds" | "disputes" | "wallet_ledger" | "license_keys";

/**
 * What happened.
 */
export type EventKind = "customer_created" | "payment" | "attempt_failed" | "captured" | "order" | "refund" | "dispute" | "evidence_due" | "record" | "record_until" | "decision";

/**
 * What is worth a look.
 */
export type SignalKind = "duplicate_charge" | "card_testing" | "refund_rate" | "customer_dispute_rate" | "dispute_rate" | "many_cards" | "new_identifier_big_payment";

/**
 * What can be done about a payment now, in the gateway's or the shop's page. Whether a refund is allowed, a verdict says.
 */
export type PaymentAction = "capture" | "cancel" | "refund" | "answer_dispute";

/**
 * What a payment is one of.
 */
export type PricingType = "one_time" | "subscription";

/**
 * A guest that used an identifier of a payment before and does not hold it.
 */
export type LostCandidate = { 
/**
 * The guest.
 */
customerId: string, 
/**
 * What it shares with the payment.
 */
by: Array<RelatedBy>, 
/**
 * When it used one of them last before.
 */
usedAt: string, 
/**
 * Why it does not hold the payment.
 */
reason: LostBecause, };

/**
 * What a payment's money has done.
 *
 * - `incomplete`: the payer has not tried to pay yet, or must still confirm.
 * - `pending`: the payment is on its way; it may still fail.
 * - `authorized`: the money is held and not taken. It can be captured or released, not refunded.
 * - `partially_captured`: a part of the held money was taken.
 * - `paid`: the money was taken. Refunds and disputes can follow.
 * - `partially_refunded`: a part of the money went back.
 * - `refunded`: all of the money went back.
 * - `marked_paid`: a shop marked it as paid by hand: no gateway took money that it could give back.
 * - `canceled`: given up, or the hold was released: no money moved. A released hold is not a refund.
 * - `failed`: the bank or network refused it: no money moved.
 * - `blocked`: the gateway's own rules stopped it: no money moved.
 * - `unknown`: the source said something that this version does not know. Never refundable.
 */
export type PaymentStatus = "incomplete" | "pending" | "authorized" | "partially_captured" | "paid" | "partially_refunded" | "refunded" | "marked_paid" | "canceled" | "failed" | "blocked" | "unknown";

/**
 * How one attempt to take money stands, whatever its source calls it.
 */
export type AttemptState = "failed" | "blocked" | "incomplete" | "pending" | "authorized" | "captured" | "voided" | "manual" | "unknown";

/**
 * How a payment's refunds stand: the one that most needs attention, else the latest.
 */
export type RefundState = "none" | "pending" | "requires_action" | "succeeded" | "failed" | "canceled" | "unknown";

/**
 * How a refund stands.
 */
export type RefundStatus = "pending" | "requires_action" | "succeeded" | "failed" | "canceled" | "recorded" | "unknown";

/**
 * How a payment's dispute stands.
 */
export type DisputeState = "none" | "inquiry" | "inquiry_under_review" | "inquiry_closed" | "open" | "under_review" | "appeal" | "appeal_under_review" | "won" | "lost" | "prevented" | "closed_by_refund" | "unknown";

/**
 * The answer to one question.
 */
export type Answer = "yes" | "review" | "unknown" | "no";

/**
 * What the three axes come to.
 */
export type Outcome = "eligible" | "needs_review" | "ineligible";

/**
 * Where the agent acts.
 */
export type Route = "void" | "dispute" | "shop" | "portal" | "gateway" | "none";

/**
 * What a check found. The word says it; the check's `facts` give the figures.
 */
export type CheckCode = "not_asked" | "captured" | "not_captured" | "payment_incomplete" | "payment_pending" | "marked_paid" | "payment_canceled" | "payment_failed" | "payment_blocked" | "status_unknown" | "currency_known" | "currency_unknown" | "amount_left" | "already_refunded" | "refund_pending" | "nothing_captured" | "refunds_known" | "charge_unknown" | "refund_unknown" | "release_may_count" | "outside_gateway" | "refund_recorded_only" | "shop_takes_less" | "order_unknown" | "no_refund_failed" | "earlier_refund_failed" | "original_method_closed" | "refund_met_dispute" | "no_dispute" | "dispute_inquiry" | "inquiry_partial_refund" | "inquiry_closed" | "dispute_open" | "dispute_appeal" | "dispute_won" | "dispute_lost" | "dispute_lost_partly" | "dispute_prevented" | "dispute_closed_by_refund" | "dispute_unknown" | "gateway_says_refundable" | "gateway_says_not_refundable" | "klarna_disputed" | "method_without_window" | "within_method_window" | "method_window_over" | "as_of_after_payment" | "as_of_before_payment" | "full_amount" | "amount_within_refundable" | "amount_exceeds_refundable" | "currency_differs" | "amount_not_in_steps" | "partial_by_line" | "balance_sufficient" | "balance_short_refund_waits" | "balance_short_refund_fails" | "balance_unknown" | "facts_fresh" | "facts_stale" | "facts_age_unknown" | "no_rule" | "within_window" | "window_over" | "below_review_amount" | "above_review_amount" | "review_amount_unknown" | "rule_does_not_apply" | "rule_fact_unknown" | "rule_refuses" | "rule_wants_review" | "window_anchor_unknown" | "window_not_begun" | "window_extended" | "window_extension_unknown" | "amount_kept" | "kept_amount_unknown" | "amount_exceeds_policy" | "within_cap" | "cap_exceeded" | "cap_unknown" | "role_unknown" | "role_may_refund" | "role_may_not_refund" | "no_limit" | "within_limit" | "limit_exceeded" | "needs_approval" | "limit_unknown" | "approved" | "within_period_limit" | "period_limit_exceeded" | "period_needs_approval" | "period_total_unknown" | "second_approval_not_needed" | "second_approval_given" | "second_approval_needed" | "second_approval_by_actor" | "second_approval_unknown";

/**
 * What to offer when the answer is not a plain yes.
 */
export type AlternativeCode = "release_hold" | "capture_less" | "wait_for_payment" | "answer_dispute" | "refund_in_full" | "wait_for_pending_refund" | "refund_less" | "pay_another_way" | "store_credit" | "wallet_credit" | "exchange" | "ask_second_person" | "ask_approver" | "fetch_missing_records";

/**
 * What an agent should know even when the answer is yes.
 */
export type WarningCode = "bank_may_return_debit" | "no_refund_email" | "inquiry_open" | "early_fraud_warning" | "review_open" | "out_of_step";

/**
 * What bounds the amount that may be refunded.
 */
export type CapCode = "left_to_refund" | "left_in_shop" | "after_deductions" | "policy_cap" | "actor_limit" | "period_limit";

/**
 * What the agent may tell the customer. It never gives away why a bank or a fraud rule said no.
 */
export type TellCode = "refund_possible" | "already_refunded" | "refund_on_its_way" | "only_reserved" | "nothing_charged" | "payment_not_finished" | "bank_decides" | "bank_has_decided" | "period_over" | "terms_exclude" | "part_possible" | "being_checked" | "not_possible";

/**
 * What would settle what is not known.
 */
export type QuestionCode = "give_fact" | "fetch_payment" | "fetch_charge" | "fetch_dispute" | "look_up_refund" | "give_balance" | "add_currency" | "give_period_total" | "give_role" | "give_as_of" | "fetch_refunds";

/**
 * How a fact is compared.
 */
export type Operator = "equal" | "notEqual" | "in" | "notIn" | "contains" | "doesNotContain" | "lessThan" | "lessThanInclusive" | "greaterThan" | "greaterThanInclusive";

/**
 * What a window counts from.
 */
export type Anchor = "payment" | "capture" | "fulfilment" | "delivery";

/**
 * The time that a cap or a limit counts over: whole ones in the merchant's zone, a week from Monday.
 */
export type Period = "day" | "week" | "month" | "year" | "ever";

/**
 * Whose refunds a cap counts.
 */
export type CapOf = "customer" | "merchant";

/**
 * What a rule answers where it does not permit.
 */
export type Refusal = "no" | "review";

/**
 * What happened, for the agent.
 */
export type DeclineReason = "authentication_needed" | "card_expired" | "details_wrong" | "pin_wrong" | "funds_short" | "limit_reached" | "not_supported" | "refused_by_issuer" | "account_invalid" | "fraud_suspected" | "blocked_by_rules" | "authorization_revoked" | "duplicate" | "temporary_problem" | "request_invalid" | "canceled_by_payer" | "test_card" | "unknown";

/**
 * What to do next.
 */
export type DeclineStep = "authenticate" | "contact_issuer" | "retry_later" | "other_method" | "fix_details" | "enter_pin" | "check_duplicate" | "authorize_again" | "fix_request" | "look_up";

/**
 * What the payer may hear.
 */
export type DeclineMessage = "declined" | "authenticate" | "card_expired" | "check_details" | "check_pin" | "funds_short" | "limit_reached" | "not_supported" | "maybe_paid" | "try_again" | "not_completed";

/**
 * Why an attempt failed, what to do next, and what the payer may hear.
 */
export type Decline = { 
/**
 * The source's code, as it came. For the agent, not for the payer.
 */
code: string, 
/**
 * What happened. For the agent, not for the payer.
 */
reason: DeclineReason, 
/**
 * What to do next.
 */
nextStep: DeclineStep, 
/**
 * What the payer may hear; it gives nothing away where `withheld` is set.
 */
message: DeclineMessage, 
/**
 * The reason must not be told: it would help a thief, or nobody knows what the code says.
 */
withheld: boolean, };

/**
 * How an amount is split over payments.
 */
export type SplitBy = "in_order" | "proportional";

/**
 * What a step does.
 */
export type StepAction = "refund" | "release";

/**
 * What to know of a step before it is sent.
 */
export type StepNote = "by_hand" | "lines_needed" | "order_needed" | "transaction_needed" | "no_request" | "shop_takes_less" | "keep_key" | "review_first";

/**
 * What is wrong with a policy that can be read.
 */
export type LintCode = "never_applies" | "unreachable" | "never_decides" | "contradicts" | "never_extends" | "offer_never_made" | "keeps_everything" | "refuses_everything" | "approver_unknown" | "approver_is_self";

/**
 * Where a policy comes from.
 */
export type PolicyFormat = "schema_org" | "shopify";

/**
 * Ready-made policies.
 */
export type PolicyPack = "eu_withdrawal";

/**
 * Whether the record was kept.
 */
export type Severity = "rejected" | "warning";

/**
 * What was wrong with a record. The words are stable.
 */
export type IssueCode = "not_json" | "empty_input" | "truncated_json" | "malformed_json" | "nested_too_deep" | "record_too_large" | "not_an_object" | "unknown_object" | "not_a_payment_record" | "api_error_answer" | "missing_id" | "id_too_long" | "missing_field" | "wrong_type" | "invalid_amount" | "invalid_currency" | "unknown_currency" | "time_out_of_range" | "unknown_value" | "duplicate_key" | "lone_surrogate" | "invalid_utf8" | "version_unknown" | "nested_record_rejected" | "id_repeated" | "currency_changed" | "invalid_time" | "invalid_account" | "spreadsheet_number" | "captured_unknown" | "ambiguous_source" | "unknown_source" | "unknown_version" | "unknown_header" | "missing_column" | "wrong_cell_count" | "only_identifier" | "erased" | "card_number_masked" | "more_issues";

/**
 * Why a call could not be answered. The words are stable.
 */
export type ErrorCode = "not_found" | "ambiguous_id" | "ledger_freed" | "unknown_field" | "missing_field" | "wrong_type" | "unknown_word" | "out_of_range" | "invalid_amount" | "unknown_currency" | "invalid_time" | "missing_as_of" | "unknown_time_zone" | "invalid_search" | "invalid_cursor" | "ledger_changed" | "unknown_source" | "unknown_list" | "invalid_input" | "not_initialized" | "init_failed" | "override_conflict" | "snapshot_damaged" | "snapshot_too_new" | "blocked_by_csp" | "engine_stopped" | "aborted";

/**
 * The closed word lists.
 */
export type ValueList = "source" | "grouping" | "customer_kind" | "identifier_kind" | "identifier_field" | "identifier_flaw" | "evidence_reason" | "lost_because" | "override_action" | "change" | "node_kind" | "edge_kind" | "strength" | "customer_column" | "payment_column" | "report_rows" | "report_format" | "reversal_column" | "report_column" | "report_key" | "report_measure" | "facet" | "search_field" | "finding_kind" | "customer_action" | "action_note" | "quality_note" | "wallet_flaw" | "customer_tab" | "event_kind" | "signal_kind" | "payment_action" | "pricing_type" | "payment_status" | "attempt_state" | "refund_state" | "refund_status" | "dispute_state" | "order_state" | "linked_by" | "discrepancy_code" | "discrepancy_action" | "record_kind" | "portal_status" | "answer" | "outcome" | "route" | "check_code" | "alternative_code" | "warning_code" | "cap_code" | "tell_code" | "question_code" | "decline_reason" | "decline_step" | "decline_message" | "split_by" | "step_action" | "step_note" | "lint_code" | "policy_format" | "policy_pack" | "operator" | "anchor" | "period" | "cap_of" | "severity" | "issue_code" | "error_code";

/**
 * The version of the shape of every output: raised when a member changes its meaning or goes away.
 */
export type SchemaVersion = 1;

/**
 * An amount of one currency. As JSON it is `{ minor, currency, decimal }`.
 */
export type Money = { 
/**
 * Whole minor units of the source: cents, or yen.
 */
minor: number, 
/**
 * ISO 4217 code in upper case.
 */
currency: string, 
/**
 * The same amount in major units, `"12.50"`; `null` for a currency that the source does not know.
 */
decimal: string | null, };

/**
 * One thing that was wrong with one record.
 */
export type Issue = { 
/**
 * Whether the record was kept.
 */
severity: Severity, 
/**
 * The record's place in this call's input, counted from 0.
 */
index: number, 
/**
 * JSON pointer (RFC 6901) inside the record; empty for the record itself.
 */
path: string, 
/**
 * The stable code.
 */
code: IssueCode, 
/**
 * The code in English. It never quotes the record.
 */
message: string, };

/**
 * What became of the records of one call. `accepted + unchanged + rejected` is the number of top-level records given.
 */
export type IngestReport = { 
/**
 * Version of this output's shape.
 */
schemaVersion: SchemaVersion, 
/**
 * Records that were new or changed the ledger.
 */
accepted: number, 
/**
 * Records that changed nothing: repeated, older than what is known, or no payment record.
 */
unchanged: number, 
/**
 * Records that could not be kept; each has an issue that says why.
 */
rejected: number, 
/**
 * Which systems the records are of: the one that was named, or those that their shapes told.
 */
sources: Array<SourceCount>, 
/**
 * What was wrong, in the order of the input; at most 1,000, then one `more_issues`.
 */
issues: Array<Issue>, };

/**
 * The sums of a customer's payments in one currency. A sum past 2^53 − 1 minor units is `null`. Where systems count the
 * currency in different units (ISK at Stripe in hundredths, elsewhere whole), `minor` is in the finest of them.
 */
export type Totals = { 
/**
 * ISO 4217 code in upper case.
 */
currency: string, 
/**
 * Money taken.
 */
captured: Money | null, 
/**
 * Money given back.
 */
refunded: Money | null, 
/**
 * Money on its way back.
 */
refundPending: Money | null, 
/**
 * Money contested by banks, or lost to them; `null` too when a dispute gives no usable amount.
 */
disputed: Money | null, };

/**
 * A card or account that was paid with. Only the fingerprint tells two apart; brand and last4 are for the eye.
 */
export type CardView = { 
/**
 * The source's fingerprint.
 */
fingerprint: string, 
/**
 * The source's word for the method: `card`, `sepa_debit`.
 */
type: string | null, 
/**
 * `visa`.
 */
brand: string | null, 
/**
 * Never an identifier.
 */
last4: string | null, 
/**
 * `apple_pay`.
 */
wallet: string | null, };

/**
 * How a payment was made.
 */
export type MethodView = { 
/**
 * The source's word: `card`, `sepa_debit`, `klarna`.
 */
type: string | null, 
/**
 * `visa`.
 */
brand: string | null, 
/**
 * Never an identifier.
 */
last4: string | null, 
/**
 * `apple_pay`.
 */
wallet: string | null, };

/**
 * A shop's order.
 */
export type OrderRef = { 
/**
 * The shop's system.
 */
source: Source, 
/**
 * Its account; `null` when none was named.
 */
account: string | null, 
/**
 * The order's id.
 */
id: string, 
/**
 * The number that people see: `#1001`.
 */
number: string | null, 
/**
 * How it stands as to its payment, in the shop's eyes.
 */
state: OrderState, 
/**
 * The shop's own word.
 */
rawStatus: string | null, 
/**
 * Its total.
 */
amount: Money, 
/**
 * What links it to the payment; `null` when the payment is the shop's own record.
 */
linkedBy: LinkedBy | null, };

/**
 * Something about which a shop and a gateway do not agree.
 */
export type Discrepancy = { 
/**
 * How they differ.
 */
code: DiscrepancyCode, 
/**
 * What to do.
 */
action: DiscrepancyAction, 
/**
 * The order.
 */
order: OrderRef, 
/**
 * The gateway's payments of the order.
 */
paymentIds: Array<string>, 
/**
 * The shop's figure: captured, or given back where the code is about refunds.
 */
shop: Money, 
/**
 * The gateway's figure.
 */
gateway: Money, 
/**
 * By how much they differ, in the shop's units; `null` when they count in different currencies.
 */
difference: Money | null, };

/**
 * A record beside payments: a subscription, an invoice, a wallet, a warning.
 */
export type RecordView = { 
/**
 * What it is.
 */
kind: RecordKind, 
/**
 * Its id. A wallet has none of its own: it is the customer's id and the currency.
 */
id: string, 
/**
 * The system.
 */
source: Source, 
/**
 * The source's own word for its status.
 */
rawStatus: string | null, 
/**
 * A subscription runs, a warning calls for action, a review is open; `null` where that means nothing.
 */
active: boolean | null, 
/**
 * What it is about, or a wallet's balance.
 */
amount: Money | null, 
/**
 * What the gateway kept.
 */
fee: Money | null, 
/**
 * A wallet's balance after an entry.
 */
balance: Money | null, 
/**
 * `true` for money into a wallet, `false` for money out of it.
 */
credit: boolean | null, 
/**
 * When it was made.
 */
createdAt: string | null, 
/**
 * When it ends, falls due or renews.
 */
until: string | null, 
/**
 * A product, a fraud type, a kind of movement.
 */
reason: string | null, 
/**
 * The payment that it is about, by the id that it names.
 */
paymentId: string | null, 
/**
 * A second record that it names: an invoice's subscription.
 */
otherId: string | null, 
/**
 * A subscription ends with what is paid; `null` where nobody says.
 */
ending: boolean | null, 
/**
 * Where the payer finds it: an invoice's page.
 */
url: string | null, };

/**
 * What stands where no picture is.
 */
export type Avatar = { 
/**
 * The first letters of the first and last name, or of the e-mail; empty where nothing is known.
 */
initials: string, 
/**
 * A hue in degrees, 0 to 359, that is always the same for a customer's id.
 */
hue: number, };

/**
 * A row of the customer list.
 */
export type CustomerItem = { 
/**
 * `gst_…` for a guest, the source's id for a registered customer.
 */
id: string, 
/**
 * Guest or registered.
 */
kind: CustomerKind, 
/**
 * The system of the registered customer, or of the guest's first payment.
 */
source: Source, 
/**
 * Its account; `null` when none was named.
 */
account: string | null, 
/**
 * `false` for test records, which are never mixed with live ones; `null` when the records do not say.
 */
livemode: boolean | null, 
/**
 * Initials and a colour.
 */
avatar: Avatar, 
/**
 * The name given last.
 */
name: string | null, 
/**
 * ISO 3166-1 alpha-2, of the billing address: a registered customer's own, else the latest payment's.
 */
country: string | null, 
/**
 * How the latest payment was made.
 */
method: MethodView | null, 
/**
 * When the source made the customer; of a guest, and of one of which no record says, when it first paid.
 */
createdAt: string | null, 
/**
 * How firmly its payments belong together.
 */
strength: Strength, 
/**
 * E-mail addresses, normalised, the one used last first; at most ten.
 */
emails: Array<string>, 
/**
 * Phone numbers, normalised, the one used last first; at most ten.
 */
phones: Array<string>, 
/**
 * Cards and accounts, the one used last first; at most ten.
 */
cards: Array<CardView>, 
/**
 * Other ids of the same customer: those that Stripe shows for a guest (`gcus_…`), a gateway's for a shop's customer.
 */
aliases: Array<string>, 
/**
 * The source has deleted the customer object.
 */
deleted: boolean, 
/**
 * How many payments.
 */
paymentCount: number, 
/**
 * Sums, one entry a currency. Two currencies are never added.
 */
totals: Array<Totals>, 
/**
 * When the first payment was made.
 */
firstPaymentAt: string | null, 
/**
 * When the last payment was made.
 */
lastPaymentAt: string | null, 
/**
 * A dispute or inquiry is open.
 */
openDispute: boolean, 
/**
 * What the merchant sorts the customer by, or its orders, in the shop; at most 50.
 */
tags: Array<string>, 
/**
 * The request that invites a registered customer to its system's portal: to be sent from a server, with the secret key. `null` for
 * guests, and where the system has no portal.
 */
invite: PreparedRequest | null, };

/**
 * A row of the payment list.
 */
export type PaymentItem = { 
/**
 * The PaymentIntent's id where one is known, else the charge's.
 */
id: string, 
/**
 * The system.
 */
source: Source, 
/**
 * Its account; `null` when none was named.
 */
account: string | null, 
/**
 * `false` for a test payment; `null` when the records do not say.
 */
livemode: boolean | null, 
/**
 * What the payment's money has done.
 */
status: PaymentStatus, 
/**
 * The source's own word.
 */
rawStatus: string | null, 
/**
 * The word of Flatpay's portal; `null` for other systems, and while the portal shows none.
 */
portalStatus: PortalStatus | null, 
/**
 * The shop's order, where one is known.
 */
order: OrderRef | null, 
/**
 * What was asked for.
 */
amount: Money, 
/**
 * What was taken.
 */
captured: Money, 
/**
 * What went back.
 */
refunded: Money, 
/**
 * What is on its way back.
 */
refundPending: Money, 
/**
 * What the gateway would still return, as far as time does not matter; a verdict says it for a given time.
 */
refundable: Money, 
/**
 * What banks contest or have taken back; `null` when a dispute gives no usable amount.
 */
disputed: Money | null, 
/**
 * How the refunds stand.
 */
refundState: RefundState, 
/**
 * How the disputes stand: the worst.
 */
dispute: DisputeState, 
/**
 * What can be done about it now, as far as time and policy do not matter.
 */
actions: Array<PaymentAction>, 
/**
 * The order awaits shipment: the held money is taken when the goods are shipped (Flatpay).
 */
settlesWhenShipped: boolean, 
/**
 * When it was made.
 */
createdAt: string, 
/**
 * Whom it belongs to.
 */
customerId: string, 
/**
 * The payer's name.
 */
name: string | null, 
/**
 * The payer's e-mail, as written.
 */
email: string | null, 
/**
 * ISO 3166-1 alpha-2, of the billing address.
 */
country: string | null, 
/**
 * How it was paid.
 */
method: MethodView | null, 
/**
 * The free text of the payment.
 */
description: string | null, 
/**
 * One payment, or one of a subscription; `null` where no record says.
 */
pricing: PricingType | null, 
/**
 * Where the payer finds the receipt.
 */
receiptUrl: string | null, 
/**
 * Where the payer finds the invoice.
 */
invoiceUrl: string | null, 
/**
 * What the merchant sorts the order by, in the shop.
 */
tags: Array<string>, };

/**
 * One page of a list.
 */
export type Page<T> = { 
/**
 * Version of this output's shape.
 */
schemaVersion: SchemaVersion, 
/**
 * The rows of this page.
 */
items: Array<T>, 
/**
 * How many rows all pages have together.
 */
total: number, 
/**
 * The cursor of the next page; `null` at the end.
 */
next: string | null, };

/**
 * What stands where a row and a column meet.
 */
export type Cell = null | string | number | boolean | Money | Array<Money>;

/**
 * A column of a table.
 */
export type TableColumn = { 
/**
 * Its word, of `customer_column` or `payment_column`.
 */
column: string, 
/**
 * It holds figures, which stand to the right.
 */
figures: boolean, };

/**
 * A page of a list in chosen columns.
 */
export type Table = { 
/**
 * Version of this output's shape.
 */
schemaVersion: SchemaVersion, 
/**
 * The columns, in the order asked for.
 */
columns: Array<TableColumn>, 
/**
 * The ids of the rows: of customers or payments.
 */
ids: Array<string>, 
/**
 * The rows, a cell a column.
 */
rows: Array<Array<Cell>>, 
/**
 * Rows under the conditions, on all pages.
 */
total: number, 
/**
 * Where the next page begins; `null` on the last one.
 */
next: string | null, };

/**
 * How many rows have a value.
 */
export type FacetValue = { 
/**
 * The value, as a filter takes it: a word, a code, `true` or `false`.
 */
value: string, 
/**
 * How many rows have it.
 */
count: number, };

/**
 * The values of one facet.
 */
export type FacetCounts = { 
/**
 * What is counted by.
 */
facet: Facet, 
/**
 * The values, the most frequent first; at most 100. A row that has none is not counted.
 */
values: Array<FacetValue>, };

/**
 * How many rows each filter would leave.
 */
export type Facets = { 
/**
 * Version of this output's shape.
 */
schemaVersion: SchemaVersion, 
/**
 * Rows under all conditions.
 */
total: number, 
/**
 * For each facet, the rows that meet all conditions but those about itself.
 */
facets: Array<FacetCounts>, };

/**
 * Why a row was found.
 */
export type SearchMatch = { 
/**
 * The term, as it was typed.
 */
term: string, 
/**
 * What it was found in.
 */
field: SearchField, };

/**
 * A customer that was found.
 */
export type CustomerHit = { 
/**
 * The customer, as in the list.
 */
customer: CustomerItem, 
/**
 * By which terms.
 */
by: Array<SearchMatch>, };

/**
 * A payment that was found.
 */
export type PaymentHit = { 
/**
 * The payment, as in the list.
 */
payment: PaymentItem, 
/**
 * By which terms.
 */
by: Array<SearchMatch>, };

/**
 * What a search found.
 */
export type SearchResult = { 
/**
 * Version of this output's shape.
 */
schemaVersion: SchemaVersion, 
/**
 * Customers who meet all terms themselves or by one of their payments, the newest payment first.
 */
customers: Array<CustomerHit>, 
/**
 * Payments that a term is about (an id, an amount, a card, a condition) and that meet all terms, the newest first.
 */
payments: Array<PaymentHit>, 
/**
 * How many customers there are; `null` where there are so many that they were not counted.
 */
customerTotal: number | null, 
/**
 * How many payments there are; `null` where they were not counted.
 */
paymentTotal: number | null, };

/**
 * Something that a text names.
 */
export type Finding = { 
/**
 * What it is.
 */
kind: FindingKind, 
/**
 * As it stands in the text.
 */
text: string, 
/**
 * Whether the ledger knows it.
 */
known: boolean, };

/**
 * A customer that a text leads to.
 */
export type TextCustomer = { 
/**
 * The customer, as in the list.
 */
customer: CustomerItem, 
/**
 * Which findings lead to it or speak for it, by their places in `findings`.
 */
by: Array<number>, 
/**
 * Its payments that an id, an order number, or a card and an amount together name, the newest first; at most 20.
 */
payments: Array<PaymentItem>, };

/**
 * What a text names, and whom that leads to.
 */
export type TextFindings = { 
/**
 * Version of this output's shape.
 */
schemaVersion: SchemaVersion, 
/**
 * What was found, in the order of the text; each once, at most 100.
 */
findings: Array<Finding>, 
/**
 * Customers, those first whom most findings speak for, then the newest payment; at most 20.
 */
customers: Array<TextCustomer>, };

/**
 * A place where a wallet's history does not add up.
 */
export type WalletFinding = { 
/**
 * What does not add up.
 */
flaw: WalletFlaw, 
/**
 * The entry where it shows; `null` for the wallet itself.
 */
entryId: string | null, 
/**
 * The balance that follows from what is before.
 */
expected: Money, 
/**
 * The balance that is said.
 */
found: Money, };

/**
 * A wallet.
 */
export type WalletView = { 
/**
 * The system.
 */
source: Source, 
/**
 * Its account; `null` when none was named.
 */
account: string | null, 
/**
 * The source's customer.
 */
customerId: string, 
/**
 * What it has: as the wallet says, else as its last entry ended; `null` where neither does.
 */
balance: Money | null, 
/**
 * What its entries put in.
 */
credited: Money, 
/**
 * What its entries took out.
 */
debited: Money, 
/**
 * How many entries are here.
 */
entries: number, 
/**
 * When the last entry was made.
 */
lastEntryAt: string | null, 
/**
 * Where it does not add up, the oldest first; at most 100. Empty where everything does.
 */
findings: Array<WalletFinding>, };

/**
 * The wallets of a customer.
 */
export type Wallets = { 
/**
 * Version of this output's shape.
 */
schemaVersion: SchemaVersion, 
/**
 * One a currency, system and account. Two currencies are never added.
 */
wallets: Array<WalletView>, };

/**
 * Who the visitor is.
 */
export type PortalProfile = { 
/**
 * The name of the account, else that of the latest payment that is shown.
 */
name: string | null, 
/**
 * E-mails that the visitor has signed in with, and the account's own.
 */
emails: Array<string>, 
/**
 * Phones, likewise.
 */
phones: Array<string>, };

/**
 * A refund of a payment, as the customer sees it.
 */
export type PortalRefund = { 
/**
 * How much.
 */
amount: Money, 
/**
 * How it stands.
 */
status: RefundStatus, 
/**
 * When it was made.
 */
createdAt: string | null, };

/**
 * A payment, as the customer sees it.
 */
export type PortalPayment = { 
/**
 * Its id.
 */
id: string, 
/**
 * When it was made.
 */
createdAt: string, 
/**
 * What its money has done; one that the gateway's own rules blocked is `failed`.
 */
status: PaymentStatus, 
/**
 * What was asked for.
 */
amount: Money, 
/**
 * What was taken.
 */
captured: Money, 
/**
 * What went back.
 */
refunded: Money, 
/**
 * What is on its way back.
 */
refundPending: Money, 
/**
 * Its refunds, the first one first; not those that failed.
 */
refunds: Array<PortalRefund>, 
/**
 * How it was paid.
 */
method: MethodView | null, 
/**
 * The number of the shop's order.
 */
orderNumber: string | null, 
/**
 * Where the shop shows how the order stands.
 */
orderUrl: string | null, 
/**
 * One payment, or one of a subscription.
 */
pricing: PricingType | null, 
/**
 * Where the receipt is.
 */
receiptUrl: string | null, 
/**
 * Where the invoice is.
 */
invoiceUrl: string | null, };

/**
 * A subscription, as the customer sees it.
 */
export type PortalSubscription = { 
/**
 * Its id: `prepareRequest({ action: "cancel_subscription", subscriptionId })` takes it.
 */
id: string, 
/**
 * The system.
 */
source: Source, 
/**
 * The product's id.
 */
product: string | null, 
/**
 * What it takes each time.
 */
amount: Money | null, 
/**
 * It runs.
 */
active: boolean | null, 
/**
 * It ends with what is paid.
 */
ending: boolean | null, 
/**
 * When it began.
 */
createdAt: string | null, 
/**
 * When it renews, or ends.
 */
until: string | null, 
/**
 * It runs, nobody has cancelled it, and its system takes a request to cancel it.
 */
canCancel: boolean, };

/**
 * An invoice, as the customer sees it.
 */
export type PortalInvoice = { 
/**
 * Its number, else its id.
 */
number: string, 
/**
 * How much.
 */
amount: Money | null, 
/**
 * Somebody still has to pay it.
 */
open: boolean | null, 
/**
 * When it was made.
 */
createdAt: string | null, 
/**
 * When it falls due.
 */
dueAt: string | null, 
/**
 * Where it is.
 */
url: string | null, };

/**
 * A license key, as the customer sees it. The key itself is a secret that no ledger keeps.
 */
export type PortalLicenseKey = { 
/**
 * Its id.
 */
id: string, 
/**
 * The product's id.
 */
product: string | null, 
/**
 * It can be used.
 */
active: boolean | null, 
/**
 * When it was made.
 */
createdAt: string | null, 
/**
 * When it expires.
 */
expiresAt: string | null, };

/**
 * What a customer may see of itself.
 */
export type Portal = { 
/**
 * Version of this output's shape.
 */
schemaVersion: SchemaVersion, 
/**
 * Who the visitor is.
 */
profile: PortalProfile, 
/**
 * A page of payments, the newest first.
 */
payments: Page<PortalPayment>, 
/**
 * Subscriptions, the newest first; at most 200, as of the others.
 */
subscriptions: Array<PortalSubscription>, 
/**
 * Invoices.
 */
invoices: Array<PortalInvoice>, 
/**
 * License keys.
 */
licenseKeys: Array<PortalLicenseKey>, };

/**
 * An identifier of a payment.
 */
export type IdentifierView = { 
/**
 * E-mail, phone or card.
 */
kind: IdentifierKind, 
/**
 * The normalised text.
 */
value: string, 
/**
 * The field that it was read from.
 */
field: IdentifierField, };

/**
 * A text that stood where an identifier could, and why it is none.
 */
export type NoIdentifier = { 
/**
 * The field.
 */
field: IdentifierField, 
/**
 * Why it identifies nobody.
 */
reason: IdentifierFlaw, };

/**
 * An identifier that joins a payment to its guest.
 */
export type SharedIdentifier = { 
/**
 * E-mail, phone or card.
 */
kind: IdentifierKind, 
/**
 * The normalised text.
 */
value: string, 
/**
 * The field that it was read from.
 */
field: IdentifierField, 
/**
 * The guest's latest earlier payment with it.
 */
paymentId: string, 
/**
 * When that payment was made.
 */
usedAt: string, 
/**
 * This use was the most recent of all, and decided.
 */
decisive: boolean, };

/**
 * Why a payment stands under its customer.
 */
export type Evidence = { 
/**
 * The payment.
 */
paymentId: string, 
/**
 * The rule that applied.
 */
reason: EvidenceReason, 
/**
 * What it shares with an earlier payment of the customer; empty for a first payment or a registered customer.
 */
by: Array<SharedIdentifier>, 
/**
 * Other guests that used an identifier of it before, and why they do not hold it, the newest use first; at most 20.
 */
lost: Array<LostCandidate>, };

/**
 * An identifier of a customer, with its use.
 */
export type UsedIdentifier = { 
/**
 * E-mail, phone or card.
 */
kind: IdentifierKind, 
/**
 * The normalised text.
 */
value: string, 
/**
 * Of the e-mails, phones and cards the one that speaks for the customer: a registered customer's own, else the one used last. The
 * others are alternatives.
 */
primary: boolean, 
/**
 * When the customer used it first.
 */
firstUsedAt: string, 
/**
 * When the customer used it last.
 */
lastUsedAt: string, 
/**
 * In how many payments.
 */
paymentCount: number, 
/**
 * More than a household uses it: it joins nobody (`guarded`).
 */
shared: boolean, 
/**
 * The domain that an e-mail's looks like a typo of: `gmail.com` where `gmial.com` stands. A hint, never a join.
 */
looksLike: string | null, };

/**
 * An identifier that two customers have used.
 */
export type RelatedBy = { 
/**
 * E-mail, phone or card.
 */
kind: IdentifierKind, 
/**
 * The normalised text.
 */
value: string, };

/**
 * A customer that shares an identifier and is not the same.
 */
export type RelatedCustomer = { 
/**
 * The other customer.
 */
customerId: string, 
/**
 * Guest or registered.
 */
kind: CustomerKind, 
/**
 * A guest that is probably this registered customer, or the other way round: of the registered customers this one alone
 * has an e-mail or a phone of the guest's that no more than a household uses. A hint for an agent, who may link them; they
 * are never merged by it.
 */
probablySame: boolean, 
/**
 * What both have used.
 */
by: Array<RelatedBy>, };

/**
 * What an agent decided.
 */
export type OverrideAction = "link" | "unlink" | "mark_shared" | "confirm";

/**
 * What an agent decided about customers. It holds against every later record until it is undone.
 */
export type OverrideItem = { 
/**
 * `ovr_…`, for `undo`.
 */
id: string, 
/**
 * What was decided.
 */
action: OverrideAction, 
/**
 * The customers that it was said of, by the ids that they had then; of a shared identifier at most 100.
 */
customerIds: Array<string>, 
/**
 * The payment that was unlinked.
 */
paymentId: string | null, 
/**
 * The identifier that was marked, in the form by which it is compared.
 */
identifier: RelatedBy | null, 
/**
 * Who decided.
 */
actor: string, 
/**
 * Why.
 */
reason: string, 
/**
 * When.
 */
asOf: string, 
/**
 * Who took it back, if anybody did.
 */
undone: OverrideUndone | null, 
/**
 * What to know of it; only in the answer to the call that made it.
 */
issues: Array<Issue>, };

/**
 * Who took a decision back.
 */
export type OverrideUndone = { 
/**
 * Who.
 */
actor: string, 
/**
 * Why.
 */
reason: string, 
/**
 * When.
 */
asOf: string, };

/**
 * What was erased.
 */
export type Erasure = { 
/**
 * Version of this output's shape.
 */
schemaVersion: SchemaVersion, 
/**
 * The customers that held the payments: they are no more, or hold less.
 */
customerIds: Array<string>, 
/**
 * How many records.
 */
records: number, 
/**
 * Their amounts are kept, without a name.
 */
anonymised: boolean, };

/**
 * What became of a customer.
 */
export type Change = "made" | "changed" | "dissolved";

/**
 * What became of a customer.
 */
export type CustomerChange = { 
/**
 * The customer.
 */
customerId: string, 
/**
 * What became of it.
 */
change: Change, 
/**
 * Of a dissolved guest: the customer that holds its first payment now.
 */
into: string | null, };

/**
 * A page of what became of customers since a version.
 */
export type Changes = { 
/**
 * Version of this output's shape.
 */
schemaVersion: SchemaVersion, 
/**
 * The ledger's version now: ask from it the next time.
 */
version: number, 
/**
 * Each customer once, with what became of it in all.
 */
items: Array<CustomerChange>, 
/**
 * How many all pages have together.
 */
total: number, 
/**
 * The cursor of the next page; `null` at the end.
 */
next: string | null, };

/**
 * What a node of an identity graph is.
 */
export type NodeKind = "customer" | "payment" | "identifier";

/**
 * What an edge of an identity graph says.
 */
export type EdgeKind = "holds" | "used" | "joined";

/**
 * A node of an identity graph.
 */
export type GraphNode = { 
/**
 * For the edges: the kind and what it is, as `email:alice@example.com` or `payment:stripe:acct_1:pi_1`.
 */
id: string, 
/**
 * What it is.
 */
kind: NodeKind, 
/**
 * The customer's name, else its id; the payment's id; the identifier's text.
 */
label: string, 
/**
 * Of a customer: guest or registered.
 */
customerKind: CustomerKind | null, 
/**
 * Of an identifier: e-mail, phone or card.
 */
identifierKind: IdentifierKind | null, 
/**
 * Of an identifier: it joins nobody.
 */
shared: boolean | null, 
/**
 * Of a payment: when it was made.
 */
at: string | null, };

/**
 * An edge of an identity graph.
 */
export type GraphEdge = { 
/**
 * The node that holds, used or joined.
 */
from: string, 
/**
 * The other node.
 */
to: string, 
/**
 * What it says.
 */
kind: EdgeKind, 
/**
 * Of `holds` and `joined`: the rule that applied.
 */
reason: EvidenceReason | null, 
/**
 * When it was so first.
 */
firstAt: string, 
/**
 * When it was so last.
 */
lastAt: string, };

/**
 * A customer, its payments and identifiers, and who else used them: ready to draw.
 */
export type IdentityGraph = { 
/**
 * Version of this output's shape.
 */
schemaVersion: SchemaVersion, 
/**
 * The customer in the middle.
 */
customerId: string, 
/**
 * Each once.
 */
nodes: Array<GraphNode>, 
/**
 * Both ends are nodes of this graph.
 */
edges: Array<GraphEdge>, 
/**
 * Some was left out: payments beyond the newest 200, identifiers or other customers beyond 100.
 */
truncated: boolean, };

/**
 * What one month came to in one currency.
 */
export type MonthVolume = { 
/**
 * `2026-01`, where the merchant is.
 */
month: string, 
/**
 * ISO 4217 code in upper case.
 */
currency: string, 
/**
 * Payments that were begun in it and took money.
 */
payments: number, 
/**
 * What they took.
 */
captured: Money, 
/**
 * What went back in it, or was sent on its way; of refunds without a time, in the payment's month.
 */
refunded: Money, };

/**
 * One customer, with everything that a sidebar shows.
 */
export type CustomerDetail = { 
/**
 * Version of this output's shape.
 */
schemaVersion: SchemaVersion, 
/**
 * The customer, as in the list.
 */
customer: CustomerItem, 
/**
 * How firmly its payments belong together.
 */
strength: Strength, 
/**
 * What to know before its figures are believed.
 */
notes: Array<QualityNote>, 
/**
 * The newest 50 payments; `next` goes on in `payments({ customerId, cursor })`.
 */
payments: Page<PaymentItem>, 
/**
 * Why each of these payments is here.
 */
evidence: Array<Evidence>, 
/**
 * What the customer has used, the one used last first; at most 100.
 */
identifiers: Array<UsedIdentifier>, 
/**
 * Who shares an identifier and is not the same, who shares most first, then whose last payment is the newest; at most 100.
 */
related: Array<RelatedCustomer>, 
/**
 * What agents decided of it, the newest first.
 */
overrides: Array<OverrideItem>, 
/**
 * Subscriptions, invoices, license keys, wallets and the like, the newest first; at most 200.
 */
records: Array<RecordView>, 
/**
 * What each month came to, the oldest first and without holes, each currency for itself; ten years back.
 */
volume: Array<MonthVolume>, };

/**
 * One try to take the money.
 */
export type AttemptView = { 
/**
 * The charge's id.
 */
id: string, 
/**
 * How it stands.
 */
state: AttemptState, 
/**
 * The source's own word.
 */
rawStatus: string | null, 
/**
 * What was asked for.
 */
amount: Money, 
/**
 * What was taken.
 */
captured: Money, 
/**
 * When.
 */
createdAt: string, 
/**
 * Why it failed: the source's code. For the agent, not for the payer.
 */
failureCode: string | null, 
/**
 * The more exact reason beside it. For the agent, not for the payer.
 */
failureReason: string | null, 
/**
 * Why it failed, what to do next and what the payer may hear; `null` where it did not fail, or nobody says why.
 */
decline: Decline | null, 
/**
 * How it was to be paid.
 */
method: MethodView | null, 
/**
 * What it carried. Only the attempt that speaks for the payment is ever matched.
 */
identifiers: Array<IdentifierView>, 
/**
 * It speaks for the payment: the succeeded attempt, else the latest.
 */
matched: boolean, };

/**
 * One refund.
 */
export type RefundView = { 
/**
 * The refund's id.
 */
id: string, 
/**
 * How it stands.
 */
status: RefundStatus, 
/**
 * The source's own word.
 */
rawStatus: string | null, 
/**
 * How much.
 */
amount: Money, 
/**
 * When.
 */
createdAt: string | null, 
/**
 * Why it was made.
 */
reason: string | null, 
/**
 * Why it failed. For the agent, not for the payer.
 */
failureReason: string | null, };

/**
 * One dispute.
 */
export type DisputeView = { 
/**
 * The dispute's id.
 */
id: string, 
/**
 * How it stands.
 */
state: DisputeState, 
/**
 * The source's own word.
 */
rawStatus: string | null, 
/**
 * How much is contested.
 */
amount: Money, 
/**
 * When.
 */
createdAt: string | null, 
/**
 * Why the payer contests.
 */
reason: string | null, 
/**
 * Until when evidence can be sent; `null` when it cannot.
 */
dueBy: string | null, 
/**
 * The gateway's own word on whether the payment can still be refunded.
 */
isPaymentRefundable: boolean | null, };

/**
 * One payment, with everything that it is made of.
 */
export type PaymentDetail = { 
/**
 * Version of this output's shape.
 */
schemaVersion: SchemaVersion, 
/**
 * The payment, as in the list.
 */
payment: PaymentItem, 
/**
 * The payer's phone, as written.
 */
phone: string | null, 
/**
 * Every id that leads to this payment: its charges, refunds, disputes, checkouts, and its order.
 */
ids: Array<string>, 
/**
 * Every try, the first one first.
 */
attempts: Array<AttemptView>, 
/**
 * Every refund.
 */
refunds: Array<RefundView>, 
/**
 * Every dispute.
 */
disputes: Array<DisputeView>, 
/**
 * Warnings, reviews, balance movements and other records about the payment, the newest first.
 */
records: Array<RecordView>, 
/**
 * What identifies the payer.
 */
identifiers: Array<IdentifierView>, 
/**
 * What looks like an identifier and is none.
 */
noIdentifiers: Array<NoIdentifier>, 
/**
 * Why the payment stands under its customer.
 */
evidence: Evidence, };

/**
 * Something that happened, or will.
 */
export type CustomerEvent = { 
/**
 * What.
 */
kind: EventKind, 
/**
 * When; `null` where no record says.
 */
at: string | null, 
/**
 * The id of what it happened to: a payment, attempt, refund, dispute, order, record or decision.
 */
id: string, 
/**
 * The system; `null` for what an agent decided.
 */
source: Source | null, 
/**
 * The payment that it belongs to.
 */
paymentId: string | null, 
/**
 * How much.
 */
amount: Money | null, 
/**
 * How it stands now: a word of `payment_status`, `refund_status`, `dispute_state`, `order_state`, `record_kind` or `override_action`.
 */
status: string | null, 
/**
 * Why: a code or text of the source. For the agent, not for the payer.
 */
reason: string | null, };

/**
 * A row of a tab: what the tab is of, and nothing else.
 */
export type TabRow = { 
/**
 * When it was made; `null` where no record says.
 */
at: string | null, 
/**
 * The payment that it belongs to.
 */
paymentId: string | null, 
/**
 * Of `timeline`.
 */
event: CustomerEvent | null, 
/**
 * Of `orders`.
 */
order: OrderRef | null, 
/**
 * Of `refunds`.
 */
refund: RefundView | null, 
/**
 * Of `disputes`.
 */
dispute: DisputeView | null, 
/**
 * Of `subscriptions`, `invoices`, `wallet_ledger` and `license_keys`.
 */
record: RecordView | null, };

/**
 * Something worth a look.
 */
export type Signal = { 
/**
 * What.
 */
kind: SignalKind, 
/**
 * When it showed: the last payment that it is made of; of a month, its first day.
 */
at: string, 
/**
 * Whose; `null` for what is about the merchant, or about an e-mail of several customers.
 */
customerId: string | null, 
/**
 * The payments that it is made of, the oldest first; at most 20.
 */
paymentIds: Array<string>, 
/**
 * How many: payments that are alike, tries that failed, refunded or contested payments, disputes, cards.
 */
count: number, 
/**
 * Of how many, where that means something.
 */
of: number | null, 
/**
 * `count` of `of` in hundredths of a percent.
 */
rate: number | null, 
/**
 * The count from which on it is told, or at which the card scheme's programme begins.
 */
limitCount: number, 
/**
 * The rate from which on it is told, or at which the programme begins, in hundredths of a percent.
 */
limitRate: number | null, 
/**
 * Count and rate are at or above both limits.
 */
reached: boolean, 
/**
 * Seconds from the first to the last.
 */
seconds: number | null, 
/**
 * The amount that stands out.
 */
amount: Money | null, 
/**
 * The usual amount: the median of the customer's earlier payments in the currency.
 */
usual: Money | null, 
/**
 * `visa_vamp` or `mastercard_ecm`.
 */
programme: string | null, 
/**
 * The system, of a dispute rate.
 */
source: Source | null, 
/**
 * Its account; `null` when none was named.
 */
account: string | null, };

/**
 * A figure or word that a check was made from.
 */
export type Fact = string | string | string | number | boolean | Money;

/**
 * One check: what was looked at, what was found.
 */
export type Check = { 
/**
 * What was found.
 */
code: CheckCode, 
/**
 * What that means for the refund.
 */
answer: Answer, 
/**
 * The policy's rule that asked, by its id; `null` where the check is our own.
 */
rule: string | null, 
/**
 * The figures it was made from, by name.
 */
facts: { [name: string]: Fact }, };

/**
 * One of the three questions: its answer is the worst of its checks.
 */
export type Axis = { 
/**
 * The answer.
 */
answer: Answer, 
/**
 * Every check made, those that passed among them.
 */
checks: Array<Check>, };

/**
 * Something to offer instead.
 */
export type Alternative = { 
/**
 * What.
 */
code: AlternativeCode, 
/**
 * How much, where that matters.
 */
amount: Money | null, };

/**
 * What bounds the amount, by name.
 */
export type Bound = { 
/**
 * What.
 */
code: CapCode, 
/**
 * The most that it leaves.
 */
amount: Money, 
/**
 * The policy's rule, by its id.
 */
rule: string | null, };

/**
 * Until when a refund is still possible and allowed.
 */
export type Deadline = { 
/**
 * The last second.
 */
at: string, 
/**
 * The day that it ends, in the merchant's zone.
 */
localDate: string, 
/**
 * The policy's rule whose window ends first; `null` where it is the payment method's.
 */
rule: string | null, };

/**
 * When the payer sees the money.
 */
export type Arrival = { 
/**
 * The first likely day, in the merchant's zone: Mondays to Fridays counted from the question's day.
 */
from: string, 
/**
 * The last likely day.
 */
to: string, };

/**
 * What is not known, and what would settle it.
 */
export type Question = { 
/**
 * What to do.
 */
code: QuestionCode, 
/**
 * The fact to give, by its name.
 */
fact: string | null, 
/**
 * The policy's rule that asks, by its id.
 */
rule: string | null, };

/**
 * The answer to "may this be refunded?", with every check that was made.
 */
export type Verdict = { 
/**
 * Version of this output's shape.
 */
schemaVersion: SchemaVersion, 
/**
 * The payment.
 */
paymentId: string, 
/**
 * The time of the question.
 */
asOf: string, 
/**
 * What the three axes come to.
 */
outcome: Outcome, 
/**
 * What the gateway would still return now; 0 when `possible` is `no`.
 */
refundable: Money, 
/**
 * The amount that was asked about; `null` for all that is left.
 */
requested: Money | null, 
/**
 * The most that gateway, policy and actor together leave; 0 when something but the amount speaks against it.
 */
permitted: Money, 
/**
 * What bounds it, by name; the least of them counts.
 */
bounds: Array<Bound>, 
/**
 * Where to act.
 */
route: Route, 
/**
 * Can the gateway do it?
 */
possible: Axis, 
/**
 * Does the merchant's policy permit it?
 */
allowed: Axis, 
/**
 * May this actor do it, at this amount?
 */
authority: Axis, 
/**
 * The fee of the payment, which the gateway keeps after a refund too; `null` when its balance transaction is not here.
 */
feeKept: Money | null, 
/**
 * What the gateway charged for disputes of the payment; `null` when their balance transactions are not here.
 */
disputeFee: Money | null, 
/**
 * Until when it is still possible and allowed; `null` where nothing ends.
 */
deadline: Deadline | null, 
/**
 * When the payer sees the money; `null` where the source documents no time, or nothing is refunded.
 */
arrival: Arrival | null, 
/**
 * Whether the source writes the payer an e-mail; `null` where that depends on a setting or is not known.
 */
refundEmail: boolean | null, 
/**
 * What to offer when the answer is not a plain yes.
 */
alternatives: Array<Alternative>, 
/**
 * What to know even when the answer is yes.
 */
warnings: Array<WarningCode>, 
/**
 * What the agent may tell the customer.
 */
tell: Array<TellCode>, 
/**
 * What would settle what is not known.
 */
questions: Array<Question>, 
/**
 * A digest of the policy; `null` without one.
 */
policyHash: string | null, 
/**
 * The version of guestfolio that answered.
 */
engineVersion: string, };

/**
 * A verdict in a line.
 */
export type RefundItem = { 
/**
 * The payment.
 */
paymentId: string, 
/**
 * Its customer.
 */
customerId: string, 
/**
 * What the three axes come to.
 */
outcome: Outcome, 
/**
 * What the gateway would still return now.
 */
refundable: Money, 
/**
 * The most that gateway, policy and actor together leave.
 */
permitted: Money, 
/**
 * Where to act.
 */
route: Route, 
/**
 * The first of the worst checks; `null` where all say yes.
 */
reason: CheckCode | null, 
/**
 * The policy's rule behind it, by its id.
 */
rule: string | null, };

/**
 * A request that the host sends, with its own secret key, from a server.
 */
export type PreparedRequest = { 
/**
 * The system that it goes to.
 */
system: Source, 
/**
 * The HTTP method.
 */
method: string, 
/**
 * The path below the system's address.
 */
path: string, 
/**
 * The headers that belong to this request; authentication is the host's.
 */
headers: { [name: string]: string }, 
/**
 * The body, before it is encoded as the content type says.
 */
body: { [name: string]: unknown }, };

/**
 * A request about a customer, prepared.
 */
export type PreparedAction = { 
/**
 * Version of this output's shape.
 */
schemaVersion: SchemaVersion, 
/**
 * What it does.
 */
action: CustomerAction, 
/**
 * What to send; `null` where there is nothing to send, of which a note says why.
 */
request: PreparedRequest | null, 
/**
 * The same for the same intent and state; where the system takes it, it is in the request.
 */
idempotencyKey: string, 
/**
 * What to know before it is sent.
 */
notes: Array<ActionNote>, };

/**
 * A part of a step: what goes back of one capture or transaction.
 */
export type PlanPart = { 
/**
 * The charge or transaction.
 */
attemptId: string, 
/**
 * How much.
 */
amount: Money, };

/**
 * What goes back of one line.
 */
export type PlanLine = { 
/**
 * The line's id at the source.
 */
id: string, 
/**
 * How many pieces, where the host said.
 */
quantity: number | null, 
/**
 * How much.
 */
amount: Money, };

/**
 * One step.
 */
export type PlanStep = { 
/**
 * What it does.
 */
action: StepAction, 
/**
 * The payment.
 */
paymentId: string, 
/**
 * Its source.
 */
source: Source, 
/**
 * Its account: whose secret key sends the request; `null` where none was named.
 */
account: string | null, 
/**
 * How much goes back; of a release, what is held.
 */
amount: Money, 
/**
 * What of it goes back of each capture.
 */
parts: Array<PlanPart>, 
/**
 * What of it goes back of each line.
 */
lines: Array<PlanLine>, 
/**
 * The verdict on this step.
 */
outcome: Outcome, 
/**
 * Every check of the verdict that was not a plain yes.
 */
reasons: Array<CheckCode>, 
/**
 * What to know even when the answer is yes.
 */
warnings: Array<WarningCode>, 
/**
 * Where to act.
 */
route: Route, 
/**
 * The request to send; `null` where none can be prepared, and the notes say why.
 */
request: PreparedRequest | null, 
/**
 * The same for the same intent and state, whoever asks, when and why: a second click gives the same key. Stripe refuses a key
 * that comes with another reason, so nothing goes twice.
 */
idempotencyKey: string, 
/**
 * What to know before it is sent.
 */
notes: Array<StepNote>, };

/**
 * A payment that gives nothing.
 */
export type PlanSkipped = { 
/**
 * The payment.
 */
paymentId: string, 
/**
 * The verdict on it.
 */
outcome: Outcome, 
/**
 * Every check of the verdict that was not a plain yes; empty where the amount was reached without it.
 */
reasons: Array<CheckCode>, };

/**
 * How a refund is carried out.
 */
export type RefundPlan = { 
/**
 * Version of this output's shape.
 */
schemaVersion: SchemaVersion, 
/**
 * The time of the question.
 */
asOf: string, 
/**
 * The worst of the steps; `ineligible` where less is planned than was asked for.
 */
outcome: Outcome, 
/**
 * What was asked for; `null` for all that may go back.
 */
requested: Money | null, 
/**
 * What the refunds come to. Releases are not among it.
 */
planned: Money, 
/**
 * What of the amount no payment can give.
 */
short: Money, 
/**
 * In the order in which they are sent.
 */
steps: Array<PlanStep>, 
/**
 * Payments that give nothing, and why.
 */
skipped: Array<PlanSkipped>, 
/**
 * A digest of the policy; `null` without one.
 */
policyHash: string | null, 
/**
 * The version of guestfolio that answered.
 */
engineVersion: string, };

/**
 * How often a rule answered what, over the refunds that were looked at.
 */
export type RuleCount = { 
/**
 * The rule, by its id.
 */
rule: string, 
/**
 * What it found.
 */
code: CheckCode, 
/**
 * What that meant.
 */
answer: Answer, 
/**
 * How many refunds.
 */
count: number, 
/**
 * What they come to, one amount a currency.
 */
amounts: Array<Money>, };

/**
 * How many refunds a policy answers what.
 */
export type AnswerCount = { 
/**
 * The answer.
 */
answer: Answer, 
/**
 * How many refunds.
 */
count: number, 
/**
 * What they come to, one amount a currency.
 */
amounts: Array<Money>, };

/**
 * What a policy would have said.
 */
export type PolicyCounts = { 
/**
 * The policy's name.
 */
name: string | null, 
/**
 * A digest of it.
 */
policyHash: string, 
/**
 * By answer.
 */
answers: Array<AnswerCount>, 
/**
 * By rule and finding, in order of the rule's id.
 */
rules: Array<RuleCount>, };

/**
 * What policies would have said to the refunds of the past.
 */
export type PolicyTrial = { 
/**
 * Version of this output's shape.
 */
schemaVersion: SchemaVersion, 
/**
 * How many refunds were looked at.
 */
evaluated: number, 
/**
 * Refunds that say no time, or are of another currency than their payment: nobody can say what held for them.
 */
leftOut: number, 
/**
 * The policy.
 */
policy: PolicyCounts, 
/**
 * The second policy, where one was given.
 */
beside: PolicyCounts | null, 
/**
 * How many refunds the two answer differently.
 */
differing: number, 
/**
 * The payments of the first of them, at most 100.
 */
differingPayments: Array<string>, };

/**
 * One finding.
 */
export type LintFinding = { 
/**
 * What.
 */
code: LintCode, 
/**
 * The rule by its id, or the role by its name; `null` for the policy as a whole.
 */
rule: string | null, 
/**
 * The other rule, where there is one.
 */
other: string | null, 
/**
 * In English.
 */
message: string, };

/**
 * What is wrong with a policy.
 */
export type PolicyReport = { 
/**
 * Version of this output's shape.
 */
schemaVersion: SchemaVersion, 
/**
 * A digest of the policy.
 */
policyHash: string, 
/**
 * How many rules it has.
 */
rules: number, 
/**
 * What is wrong, in order of the rules.
 */
findings: Array<LintFinding>, };

/**
 * What to know of a policy that was made here.
 */
export type PolicyNote = { 
/**
 * Where it stood: a JSON pointer; empty for the policy as a whole.
 */
path: string, 
/**
 * In English.
 */
message: string, };

/**
 * A policy that was made of another form, or is ready-made.
 */
export type MadePolicy = { 
/**
 * Version of this output's shape.
 */
schemaVersion: SchemaVersion, 
/**
 * The rules, to be looked at, changed and kept.
 */
policy: { [name: string]: unknown }, 
/**
 * What was left out, or what the pack covers and does not.
 */
notes: Array<PolicyNote>, };

/**
 * A value that is another now.
 */
export type Difference = { 
/**
 * Where in the verdict: a JSON pointer.
 */
path: string, 
/**
 * What it was; `null` where it was not there.
 */
was: unknown, 
/**
 * What it is now; `null` where it is not there any more.
 */
now: unknown, };

/**
 * Whether a verdict of the past would be given again.
 */
export type Replay = { 
/**
 * Version of this output's shape.
 */
schemaVersion: SchemaVersion, 
/**
 * It would, in every word.
 */
same: boolean, 
/**
 * What is another now, at most 100 of them: of the facts, the policy, or the engine.
 */
differences: Array<Difference>, };
