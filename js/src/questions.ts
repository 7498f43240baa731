// What a ledger is asked. No question changes it.

import type {
  CanonicalRecord,
  PageQuery,
  PlanRequest,
  RefundPolicy,
  RefundQuestion,
  RefundRecord,
  RefundRequest,
  RefundTarget,
  TrialOptions,
} from "./arguments.js";
import { optionsOf, textOf, toJson } from "./check.js";
import { ask, call, glue } from "./engine.js";
import {
  type ActionRequest,
  type CustomerQuery,
  type FacetQuery,
  type PaymentQuery,
  type PortalQuery,
  queryJson,
  type SearchQuery,
  type TableQuery,
  type TabQuery,
} from "./lists.js";
import { type Masked, maskOf, splitMask } from "./mask.js";
import { type Policy, plainPolicy, splitPolicy } from "./policy.js";
import { Report, type ReportQuery } from "./report.js";
import type {
  Changes,
  CustomerDetail,
  CustomerItem,
  Discrepancy,
  Facets,
  IdentityGraph,
  OverrideItem,
  Page,
  PaymentDetail,
  PaymentItem,
  PolicyTrial,
  Portal,
  PreparedAction,
  RefundItem,
  RefundPlan,
  Replay,
  SearchResult,
  Signal,
  Table,
  TabRow,
  TextFindings,
  Verdict,
  Wallets,
} from "./types.js";

/** The number of a ledger inside the module; not a member that hosts see. */
export const NUMBER = Symbol("number");

/** The questions that a ledger answers. */
export abstract class Questions {
  protected abstract get [NUMBER](): number;

  /** Asks with a query, which says whether the answer is masked. */
  #ask<T, Q>(query: Q, into: (ledger: number, json: string) => string, write: (query: Q) => string = toJson): T {
    const [number, [mask, rest]] = [this[NUMBER], splitMask(query)];
    const json = write(rest);
    return ask(() => into(number, json), mask);
  }

  /** Asks about what has an id. */
  #about<T>(id: string, options: Masked | null | undefined, into: (ledger: number, id: string) => string): T {
    const [number, text, mask] = [this[NUMBER], textOf(id), maskOf(options)];
    return ask(() => into(number, text), mask);
  }

  /**
   * A page of customers, newest payment first unless the query sorts them. Rows that arrive between two pages shift nothing. Throws
   * `invalid_cursor`, `out_of_range` (`limit` is 1 to 1000), `unknown_field`, and `missing_as_of` for its filter.
   */
  customers(query?: CustomerQuery): Page<CustomerItem> {
    return this.#ask(query, glue.customers, queryJson);
  }

  /**
   * A page of payments, newest first unless the query sorts them. Throws as `customers` does, and `not_found` for an unknown
   * `customerId`.
   */
  payments(query?: PaymentQuery): Page<PaymentItem> {
    return this.#ask(query, glue.payments, queryJson);
  }

  /** A page of customers or payments in chosen columns. Throws as `payments` does, and `unknown_word` for a column. */
  table(query: TableQuery): Table {
    return this.#ask(query, glue.table, queryJson);
  }

  /**
   * How many customers or payments have which value: for each facet, of the rows that meet all conditions but those about the
   * facet itself, so that a menu shows what each choice would leave. Throws as `customers` does.
   */
  facets(query: FacetQuery): Facets {
    return this.#ask(query, glue.facets, queryJson);
  }

  /**
   * Finds customers and payments by what somebody typed: each with the terms that it was found by. The first search makes an index.
   * Throws `invalid_search` for an unknown field or an open quotation mark, `unknown_word` and the like for a condition.
   */
  search(query: string | SearchQuery): SearchResult {
    return this.#ask(typeof query === "string" ? { query } : query, glue.search);
  }

  /**
   * What a ticket's text names (ids, order numbers, e-mails, phones, the ends of cards, amounts) and the customers that it leads to.
   * An amount or the end of a card leads to nobody by itself. Throws `out_of_range` for more than 100,000 characters.
   */
  findInText(text: string, options?: Masked | null): TextFindings {
    const [number, json, mask] = [this[NUMBER], JSON.stringify(textOf(text)), maskOf(options)];
    return ask(() => glue.find_in_text(number, json), mask);
  }

  /**
   * Begins a report: payments, customers, refunds or disputes in chosen columns, or the figures of groups, as CSV, JSON or NDJSON in
   * chunks. Throws `unknown_word` for columns, measures and the like, listing what is known, `unknown_time_zone`, `out_of_range` for
   * more than 40 columns; while it is read, `ledger_changed`.
   */
  report(query: ReportQuery): Report {
    return new Report(this[NUMBER], optionsOf(query));
  }

  /**
   * Where shops and gateways do not agree about the same money, the oldest order first: the code, both sides' figures (of
   * orders that share a payment, their sums) and what to do. Throws as `payments` does.
   */
  discrepancies(query?: PageQuery & { customerId?: string }): Page<Discrepancy> {
    return this.#ask(query, glue.discrepancies);
  }

  /**
   * A page of every record as canonical JSON, which `ingest("canonical", …)` reads again with the same result. Feed nothing
   * between two pages. Throws `invalid_cursor` and `out_of_range`.
   */
  records(query?: PageQuery): Page<CanonicalRecord> {
    return this.#ask(query, glue.records);
  }

  /**
   * One customer: a guest by the `gst_` id of any of its payments or by its `gcus_` alias, a registered one by its own
   * id; each also as `source:account:id`. Throws `not_found` and `ambiguous_id`.
   */
  customer(id: string, options?: Masked | null): CustomerDetail {
    return this.#about(id, options, glue.customer);
  }

  /**
   * One payment by its own id or that of any of its charges, refunds, disputes, checkouts or orders; each also as
   * `source:account:id`. Throws `not_found` and `ambiguous_id`.
   */
  payment(id: string, options?: Masked | null): PaymentDetail {
    return this.#about(id, options, glue.payment);
  }

  /**
   * May this payment be refunded? A refusal is a verdict with its reasons. Throws for a malformed request (`missing_field`,
   * `invalid_amount` and the like, with a path), and `not_found` and `ambiguous_id` for the id.
   */
  decideRefund(paymentId: string, request: RefundRequest): Verdict {
    const [number, id, [mask, rest]] = [this[NUMBER], textOf(paymentId), splitMask(request)];
    const [json, policy] = splitPolicy(rest);
    return ask(() => glue.decide_refund(number, id, json, policy), mask);
  }

  /**
   * Verdicts in a line each: outcome, amount, route and the first reason, of payments by their ids (at most 1,000, in the order
   * given) or a page of them, the newest first. Throws as `decideRefund` and `payments` do.
   */
  decideRefunds(target: RefundTarget, request: RefundQuestion): Page<RefundItem> {
    const which = "ids" in target ? toJson(target) : queryJson(target);
    const [number, [mask, rest]] = [this[NUMBER], splitMask(request)];
    const [json, policy] = splitPolicy(rest);
    return ask(() => glue.decide_refunds(number, which, json, policy), mask);
  }

  /**
   * How a refund of an order, a customer or payments is carried out: the steps in their order, each with its verdict and the
   * request to send, and an idempotency key that is the same for the same intent and state. Nothing is sent. Throws as
   * `decideRefund` does, and `unknown_currency` where the payments have several and none is named.
   */
  planRefund(request: PlanRequest): RefundPlan {
    const [number, [mask, rest]] = [this[NUMBER], splitMask(request)];
    const [json, policy] = splitPolicy(rest);
    return ask(() => glue.plan_refund(number, json, policy), mask);
  }

  /**
   * Prepares a request about a customer: create, read, update, invite to the portal, cancel a subscription, credit or debit a wallet.
   * Nothing is sent. What a system does not offer is a note. Throws `not_found` and `ambiguous_id` with a path, and for what is missing.
   */
  prepareRequest(request: ActionRequest): PreparedAction {
    return this.#ask(request, glue.prepare_request);
  }

  /**
   * What may be shown to a customer in your own portal: its payments with receipts and invoices, subscriptions and which of them can be
   * cancelled, license keys, its profile, and nothing internal. `verified` is what the visitor has signed in with; only what that
   * identifies is shown, never what grouping alone has joined. Throws `not_found` where the customer has no such identifier.
   */
  portal(query: PortalQuery): Portal {
    return this.#ask(query, glue.portal);
  }

  /**
   * The wallets of a customer by currency, and where their histories do not add up; ids as for {@link Ledger.customer}. Throws
   * `not_found` and `ambiguous_id`.
   */
  wallets(customerId: string, options?: Masked | null): Wallets {
    return this.#about(customerId, options, glue.wallets);
  }

  /**
   * What a policy would have said to every refund that was made, at its time and of its amount, with counts and sums a rule; a
   * second policy beside it. Facts that only the host knew then are unknown; those of the customer's other payments are of today.
   */
  evaluatePolicy(policy: RefundPolicy | Policy, options?: TrialOptions | null): PolicyTrial {
    const [mask, given] = splitMask(optionsOf(options));
    const [number, rules] = [this[NUMBER], toJson(plainPolicy(policy))];
    const json = toJson({ ...given, beside: plainPolicy(given.beside) });
    return ask(() => glue.evaluate_policy(number, rules, json), mask);
  }

  /**
   * Decides again what was recorded: the same in every word, or what is another now, of the facts, the policy or the engine.
   * Throws as `decideRefund` does.
   */
  replay(record: RefundRecord): Replay {
    const { request, ...others } = optionsOf(record);
    // Whether the answer was masked is not part of what was asked.
    const [mask, asked] = splitMask(request);
    const json = toJson({ ...others, request: { ...asked, policy: plainPolicy(asked?.policy) } });
    const number = this[NUMBER];
    return ask(() => glue.replay(number, json), mask);
  }

  /**
   * A customer, its payments and identifiers, and who else used them, ready to draw; ids as for {@link Ledger.customer}. Throws
   * `not_found` and `ambiguous_id`.
   */
  identityGraph(customerId: string, options?: Masked | null): IdentityGraph {
    return this.#about(customerId, options, glue.identity_graph);
  }

  /** The version of what is known: it grows with everything that becomes of a customer. */
  get version(): number {
    const number = this[NUMBER];
    return call(() => glue.version(number));
  }

  /**
   * A page of the customers that were made, changed or dissolved since a version, each once; `since` 0 lists all. Throws
   * `out_of_range` for a version that the ledger has not given out, or from before it was restored, and `invalid_cursor`, too
   * where the ledger has changed between two pages.
   */
  changes(since: number, query?: PageQuery): Changes {
    return this.#ask({ ...optionsOf(query), since }, glue.changes);
  }

  /** A page of what agents decided, the newest first. Throws `invalid_cursor` and `out_of_range`. */
  overrides(query?: PageQuery): Page<OverrideItem> {
    return this.#ask(query, glue.overrides);
  }

  /**
   * A page of a tab of a customer's page, the newest first: subscriptions, invoices, orders, refunds, disputes, the wallet's ledger,
   * license keys, or all that happened in one order of time. Its payments are `payments({ customerId })`. Throws `not_found` and
   * `ambiguous_id` for the customer, `unknown_word`, `invalid_cursor`.
   */
  customerTab(query: TabQuery): Page<TabRow> {
    return this.#ask(query, glue.customer_tab);
  }

  /**
   * What is worth a look, the newest first, each with its figures and none a verdict: charges that look like duplicates, card testing,
   * refund and dispute rates (of cards against the schemes' limits), many cards on one e-mail, new identifiers on big payments. Of one
   * customer, or of all and the merchant. Throws as `payments` does.
   */
  signals(query?: PageQuery & { customerId?: string }): Page<Signal> {
    return this.#ask(query, glue.signals);
  }
}
