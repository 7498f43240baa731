// What an agent reads, in English. One file a language; the codes stay the same in all of them.

import type {
  AlternativeCode,
  Answer,
  CheckCode,
  CustomerKind,
  DisputeState,
  EvidenceReason,
  IdentifierKind,
  Outcome,
  PaymentStatus,
  RefundState,
  Route,
  WarningCode,
} from "../types.js";

const payment_status: Record<PaymentStatus, readonly [label: string, meaning: string]> = {
  incomplete: ["Incomplete", "The customer has not tried to pay yet, or must still confirm."],
  pending: ["Pending", "The payment is on its way; it may still fail."],
  authorized: ["Authorized", "The money is held, not taken. Capture it or release it; it cannot be refunded."],
  partially_captured: ["Partially captured", "A part of the held money was taken."],
  paid: ["Paid", "The money was taken. It can be refunded or disputed."],
  partially_refunded: ["Partially refunded", "A part of the money went back to the customer."],
  refunded: ["Refunded", "All of the money went back to the customer."],
  canceled: ["Canceled", "Given up, or the hold was released. No money moved, so there is nothing to refund."],
  failed: ["Failed", "The bank refused the payment. No money moved."],
  blocked: ["Blocked", "The gateway's own rules stopped the payment. No money moved."],
  unknown: ["Unknown", "The source reports a status that is not known here. Look it up in the source."],
};

const dispute_state: Record<DisputeState, readonly [string, string]> = {
  none: ["None", "No dispute."],
  inquiry: ["Inquiry", "The bank asks about the payment; no money was withdrawn. A full refund resolves it."],
  inquiry_under_review: ["Inquiry under review", "The inquiry was answered and is being looked at."],
  inquiry_closed: ["Inquiry closed", "The inquiry ended without a dispute."],
  open: ["Disputed", "The bank withdrew the money. Answer with evidence; do not refund."],
  under_review: ["Dispute under review", "The bank is looking at the evidence. Do not refund."],
  appeal: ["Appeal", "The decision can be appealed."],
  appeal_under_review: ["Appeal under review", "The appeal is being looked at."],
  won: ["Dispute won", "The money is back with you."],
  lost: ["Dispute lost", "The customer has the money back through the bank."],
  prevented: ["Dispute prevented", "An alert stopped the dispute before it was opened."],
  closed_by_refund: ["Closed by refund", "The dispute was closed since the payment was refunded."],
  unknown: [
    "Disputed, state unknown",
    "There is a dispute; how it stands is not known here. Look it up in the source.",
  ],
};

const refund_state: Record<RefundState, readonly [string, string]> = {
  none: ["None", "No refund was made."],
  pending: ["Refund pending", "A refund is on its way."],
  requires_action: [
    "Refund waits for the customer",
    "The customer must give bank details before the refund can be sent.",
  ],
  succeeded: ["Refund sent", "The latest refund was sent."],
  failed: ["Refund failed", "The latest refund failed; the money is back with you."],
  canceled: ["Refund canceled", "The latest refund was withdrawn."],
  unknown: ["Refund state unknown", "A refund reports a status that is not known here."],
};

const customer_kind: Record<CustomerKind, readonly [string, string]> = {
  guest: ["Guest", "Put together from payments that have no customer object."],
  registered: ["Registered", "The source has a customer object."],
};

const identifier_kind: Record<IdentifierKind, readonly [string, string]> = {
  email: ["E-mail", "The same e-mail address."],
  phone: ["Phone", "The same phone number."],
  card: ["Card", "The same card or bank account, by its fingerprint."],
};

const evidence_reason: Record<EvidenceReason, readonly [string, string]> = {
  registered: ["Named by the source", "The payment names this customer."],
  completed_use: ["Same details as an earlier payment", "This customer used them most recently to complete a payment."],
  attempted_use: ["Same details as an earlier attempt", "Nobody had completed a payment with them before."],
  first_payment: ["First payment", "Nobody had used these details before."],
};

const answer: Record<Answer, readonly [string, string]> = {
  yes: ["Yes", "Yes."],
  review: ["Review", "A person should look first."],
  unknown: ["Unknown", "A fact is missing."],
  no: ["No", "No."],
};

const outcome: Record<Outcome, readonly [string, string]> = {
  eligible: ["Yes, refund", "The refund can be made."],
  needs_review: ["Needs a review", "Nothing speaks against it for certain; a person should look first."],
  ineligible: ["No refund", "Something speaks against the refund."],
};

const route: Record<Route, readonly [string, string]> = {
  void: ["Release the hold", "Cancel the payment: nothing was taken yet."],
  dispute: ["Answer the dispute", "The bank decides where the money goes."],
  shop: ["Refund in the shop", "So that shop and gateway stay in step."],
  portal: ["Refund in the gateway's portal", "The shop cannot do it."],
  gateway: ["Refund through the gateway", "From the payment's page or by the API."],
  none: ["Nothing to do", "No refund can be made."],
};

const check_code: Record<CheckCode, readonly [string, string]> = {
  not_asked: ["not asked", "No policy or no actor was given."],
  captured: ["the money was taken", "The payment was captured and paid."],
  not_captured: ["the money is only held", "Release the hold instead of refunding."],
  payment_incomplete: ["the customer has not paid yet", "There is nothing to refund."],
  payment_pending: ["the payment is still on its way", "Wait until it succeeds or fails."],
  payment_canceled: ["the payment was canceled", "No money moved."],
  payment_failed: ["the payment failed", "No money moved."],
  payment_blocked: ["the payment was blocked", "No money moved."],
  status_unknown: ["the payment's status is not known", "Look it up in the source."],
  currency_known: ["the currency is known", "The source lists it."],
  currency_unknown: ["the currency is not known", "The source does not list it."],
  amount_left: ["money is left to refund", "Not everything went back yet."],
  already_refunded: ["everything was refunded already", "Nothing is left."],
  refund_pending: ["the rest is reserved for a pending refund", "Wait for it."],
  nothing_captured: ["nothing was taken", "There is nothing to refund."],
  refunds_known: ["earlier refunds are known", "The sums are certain."],
  charge_unknown: ["the charge is missing", "Whether it was refunded before is not known; fetch the charge."],
  refund_unknown: ["a refund is not understood", "Its status or currency is not known; look it up in the source."],
  release_may_count: [
    "a released remainder may count as refunded",
    "Only a part was captured; more may be left than is shown.",
  ],
  no_refund_failed: ["no refund failed before", "Nothing to look out for."],
  earlier_refund_failed: ["a refund failed before", "Its amount is back; it can be tried again."],
  original_method_closed: [
    "a refund to this method failed before",
    "The card or account may be closed; it will likely fail again.",
  ],
  refund_met_dispute: ["a refund failed because of a dispute", "Never refund again; answer the dispute."],
  no_dispute: ["no dispute", "Nobody contests the payment."],
  dispute_inquiry: ["an inquiry is open", "A full refund resolves it."],
  inquiry_partial_refund: [
    "a partial refund leaves the inquiry open",
    "It can still become a dispute over the whole amount.",
  ],
  inquiry_closed: ["an inquiry was closed", "It did not become a dispute."],
  dispute_open: ["the payment is disputed", "Answer the dispute; a refund outside it is not possible."],
  dispute_appeal: ["the dispute is in appeal", "A refund is not possible meanwhile."],
  dispute_won: ["the dispute was won", "The money is back with you."],
  dispute_lost: ["the dispute was lost", "The customer has the money back already."],
  dispute_lost_partly: ["a part was lost to a dispute", "The rest can be refunded."],
  dispute_prevented: ["the dispute was prevented", "The money went back through the alert."],
  dispute_closed_by_refund: ["a dispute was closed by a refund", "Look at what went back before."],
  dispute_unknown: ["a dispute of unknown state", "Fetch the dispute from the source."],
  gateway_says_refundable: ["the gateway allows it despite the dispute", "Its own word decides."],
  gateway_says_not_refundable: ["the gateway does not allow it", "Its own word decides."],
  klarna_disputed: ["disputed with Klarna", "Klarna takes no refund once a payment was disputed."],
  method_without_window: ["no time limit for this method", "None is documented."],
  within_method_window: ["within the method's time limit", "The method still takes refunds."],
  method_window_over: ["the method's time limit is over", "Pay the money back another way."],
  as_of_after_payment: ["the question is asked after the payment", "As it should be."],
  as_of_before_payment: ["the question is asked before the payment", "The facts are of another time."],
  full_amount: ["all that is left", "No amount was named."],
  amount_within_refundable: ["the amount is available", "It is at most what is left."],
  amount_exceeds_refundable: ["more than what is left", "Refund less."],
  currency_differs: ["another currency than the payment", "Ask in the payment's currency."],
  amount_not_in_steps: ["the amount is not a multiple that the gateway takes", "Round it to the step."],
  balance_sufficient: ["the balance covers it", "The refund can be sent at once."],
  balance_short_refund_waits: ["the balance is too small", "A card refund waits until it is filled."],
  balance_short_refund_fails: ["the balance is too small", "A refund to this method fails."],
  balance_unknown: ["the balance is in another currency", "Whether it covers the refund is not known."],
  no_rule: ["no rule applies", "The policy says nothing about it."],
  within_window: ["within the policy's window", "The policy still allows it."],
  window_over: ["the policy's window is over", "The policy no longer allows it."],
  below_review_amount: ["below the amount for a review", "No review is needed."],
  above_review_amount: ["above the amount for a review", "A person should look first."],
  review_amount_unknown: ["no review amount in this currency", "The policy does not say."],
  no_limit: ["no limit", "The agent may refund any amount."],
  within_limit: ["within the agent's limit", "The agent may do it."],
  limit_exceeded: ["above the agent's limit", "The agent may not do it."],
  needs_approval: ["above the agent's limit", "Somebody must approve it."],
  limit_unknown: ["no limit in this currency", "Whether the agent may do it is not known."],
};

const alternative_code: Record<AlternativeCode, readonly [string, string]> = {
  release_hold: ["release the hold", "Cancel the payment: nothing is taken."],
  wait_for_payment: ["wait for the payment", "It may still succeed or fail."],
  answer_dispute: ["answer the dispute", "With evidence, or accept it."],
  refund_in_full: ["refund in full", "That resolves the inquiry."],
  wait_for_pending_refund: ["wait for the pending refund", "It may still succeed or fail."],
  refund_less: ["refund at most", "More is not left."],
  pay_another_way: ["pay it back another way", "A bank transfer, or store credit."],
  ask_approver: ["ask for approval", "The policy names who can approve it."],
  fetch_missing_records: ["fetch what is missing", "Then ask again."],
};

const warning_code: Record<WarningCode, readonly [string, string]> = {
  bank_may_return_debit: [
    "the bank may return it too",
    "A bank debit can be returned by the payer's bank: check first, or the money goes back twice.",
  ],
  no_refund_email: [
    "the customer gets no e-mail",
    "The gateway tells guests nothing of a refund: tell the customer yourself.",
  ],
  inquiry_open: ["an inquiry is open", "Only a full refund resolves it."],
};

/** Every text, by word list and code. */
export const en = {
  payment_status,
  dispute_state,
  refund_state,
  customer_kind,
  identifier_kind,
  evidence_reason,
  answer,
  outcome,
  route,
  check_code,
  alternative_code,
  warning_code,
} as const;
