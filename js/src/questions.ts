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
  queryJson,
  type SearchQuery,
  type TableQuery,
  type TabQuery,
} from "./lists.js";
import { type Policy, plainPolicy, splitPolicy } from "./policy.js";
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

  /**
   * A page of customers, newest payment first unless the query sorts them. Rows that arrive between two pages shift nothing. Throws
   * `invalid_cursor`, `out_of_range` (`limit` is 1 to 1000), `unknown_field`, and `missing_as_of` for its filter.
   */
  customers(query?: CustomerQuery): Page<CustomerItem> {
    const [number, json] = [this[NUMBER], queryJson(query)];
    return ask(() => glue.customers(number, json));
  }

  /**
   * A page of payments, newest first unless the query sorts them. Throws as `customers` does, and `not_found` for an unknown
   * `customerId`.
   */
  payments(query?: PaymentQuery): Page<PaymentItem> {
    const [number, json] = [this[NUMBER], queryJson(query)];
    return ask(() => glue.payments(number, json));
  }

  /** A page of customers or payments in chosen columns. Throws as `payments` does, and `unknown_word` for a column. */
  table(query: TableQuery): Table {
    const [number, json] = [this[NUMBER], queryJson(query)];
    return ask(() => glue.table(number, json));
  }

  /**
   * How many customers or payments have which value: for each facet, of the rows that meet all conditions but those about the
   * facet itself, so that a menu shows what each choice would leave. Throws as `customers` does.
   */
  facets(query: FacetQuery): Facets {
    const [number, json] = [this[NUMBER], queryJson(query)];
    return ask(() => glue.facets(number, json));
  }

  /**
   * Finds customers and payments by what somebody typed: each with the terms that it was found by. The first search makes an index.
   * Throws `invalid_search` for an unknown field or an open quotation mark, `unknown_word` and the like for a condition.
   */
  search(query: string | SearchQuery): SearchResult {
    const [number, json] = [this[NUMBER], toJson(typeof query === "string" ? { query } : query)];
    return ask(() => glue.search(number, json));
  }

  /**
   * What a ticket's text names (ids, order numbers, e-mails, phones, the ends of cards, amounts) and the customers that it leads to.
   * An amount or the end of a card leads to nobody by itself. Throws `out_of_range` for more than 100,000 characters.
   */
  findInText(text: string): TextFindings {
    const [number, json] = [this[NUMBER], JSON.stringify(textOf(text))];
    return ask(() => glue.find_in_text(number, json));
  }

  /**
   * Where shops and gateways do not agree about the same money, the oldest order first: the code, both sides' figures (of
   * orders that share a payment, their sums) and what to do. Throws as `payments` does.
   */
  discrepancies(query?: PageQuery & { customerId?: string }): Page<Discrepancy> {
    const [number, json] = [this[NUMBER], toJson(query)];
    return ask(() => glue.discrepancies(number, json));
  }

  /**
   * A page of every record as canonical JSON, which `ingest("canonical", …)` reads again with the same result. Feed nothing
   * between two pages. Throws `invalid_cursor` and `out_of_range`.
   */
  records(query?: PageQuery): Page<CanonicalRecord> {
    const [number, json] = [this[NUMBER], toJson(query)];
    return ask(() => glue.records(number, json));
  }

  /**
   * One customer: a guest by the `gst_` id of any of its payments or by its `gcus_` alias, a registered one by its own
   * id; each also as `source:account:id`. Throws `not_found` and `ambiguous_id`.
   */
  customer(id: string): CustomerDetail {
    const [number, text] = [this[NUMBER], textOf(id)];
    return ask(() => glue.customer(number, text));
  }

  /**
   * One payment by its own id or that of any of its charges, refunds, disputes, checkouts or orders; each also as
   * `source:account:id`. Throws `not_found` and `ambiguous_id`.
   */
  payment(id: string): PaymentDetail {
    const [number, text] = [this[NUMBER], textOf(id)];
    return ask(() => glue.payment(number, text));
  }

  /**
   * May this payment be refunded? A refusal is a verdict with its reasons. Throws for a malformed request (`missing_field`,
   * `invalid_amount` and the like, with a path), and `not_found` and `ambiguous_id` for the id.
   */
  decideRefund(paymentId: string, request: RefundRequest): Verdict {
    const [number, id, [json, policy]] = [this[NUMBER], textOf(paymentId), splitPolicy(request)];
    return ask(() => glue.decide_refund(number, id, json, policy));
  }

  /**
   * Verdicts in a line each: outcome, amount, route and the first reason, of payments by their ids (at most 1,000, in the order
   * given) or a page of them, the newest first. Throws as `decideRefund` and `payments` do.
   */
  decideRefunds(target: RefundTarget, request: RefundQuestion): Page<RefundItem> {
    const which = "ids" in target ? toJson(target) : queryJson(target);
    const [number, [json, policy]] = [this[NUMBER], splitPolicy(request)];
    return ask(() => glue.decide_refunds(number, which, json, policy));
  }

  /**
   * How a refund of an order, a customer or payments is carried out: the steps in their order, each with its verdict and the
   * request to send, and an idempotency key that is the same for the same intent and state. Nothing is sent. Throws as
   * `decideRefund` does, and `unknown_currency` where the payments have several and none is named.
   */
  planRefund(request: PlanRequest): RefundPlan {
    const [number, [json, policy]] = [this[NUMBER], splitPolicy(request)];
    return ask(() => glue.plan_refund(number, json, policy));
  }

  /**
   * Prepares a request about a customer: create, read, update, invite to the portal, cancel a subscription, credit or debit a wallet.
   * Nothing is sent. What a system does not offer is a note. Throws `not_found` and `ambiguous_id` with a path, and for what is missing.
   */
  prepareRequest(request: ActionRequest): PreparedAction {
    const [number, json] = [this[NUMBER], toJson(request)];
    return ask(() => glue.prepare_request(number, json));
  }

  /**
   * The wallets of a customer by currency, and where their histories do not add up; ids as for {@link Ledger.customer}. Throws
   * `not_found` and `ambiguous_id`.
   */
  wallets(customerId: string): Wallets {
    const [number, id] = [this[NUMBER], textOf(customerId)];
    return ask(() => glue.wallets(number, id));
  }

  /**
   * What a policy would have said to every refund that was made, at its time and of its amount, with counts and sums a rule; a
   * second policy beside it. Facts that only the host knew then are unknown; those of the customer's other payments are of today.
   */
  evaluatePolicy(policy: RefundPolicy | Policy, options?: TrialOptions | null): PolicyTrial {
    const given = optionsOf(options);
    const [number, rules] = [this[NUMBER], toJson(plainPolicy(policy))];
    const json = toJson({ ...given, beside: plainPolicy(given.beside) });
    return ask(() => glue.evaluate_policy(number, rules, json));
  }

  /**
   * Decides again what was recorded: the same in every word, or what is another now, of the facts, the policy or the engine.
   * Throws as `decideRefund` does.
   */
  replay(record: RefundRecord): Replay {
    const { request, ...others } = optionsOf(record);
    const [number, json] = [
      this[NUMBER],
      toJson({ ...others, request: { ...request, policy: plainPolicy(request?.policy) } }),
    ];
    return ask(() => glue.replay(number, json));
  }

  /**
   * A customer, its payments and identifiers, and who else used them, ready to draw; ids as for {@link Ledger.customer}. Throws
   * `not_found` and `ambiguous_id`.
   */
  identityGraph(customerId: string): IdentityGraph {
    const [number, id] = [this[NUMBER], textOf(customerId)];
    return ask(() => glue.identity_graph(number, id));
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
    const [number, json] = [this[NUMBER], toJson({ ...optionsOf(query), since })];
    return ask(() => glue.changes(number, json));
  }

  /** A page of what agents decided, the newest first. Throws `invalid_cursor` and `out_of_range`. */
  overrides(query?: PageQuery): Page<OverrideItem> {
    const [number, json] = [this[NUMBER], toJson(query)];
    return ask(() => glue.overrides(number, json));
  }

  /**
   * A page of a tab of a customer's page, the newest first: subscriptions, invoices, orders, refunds, disputes, the wallet's ledger,
   * license keys, or all that happened in one order of time. Its payments are `payments({ customerId })`. Throws `not_found` and
   * `ambiguous_id` for the customer, `unknown_word`, `invalid_cursor`.
   */
  customerTab(query: TabQuery): Page<TabRow> {
    const [number, json] = [this[NUMBER], toJson(query)];
    return ask(() => glue.customer_tab(number, json));
  }

  /**
   * What is worth a look, the newest first, each with its figures and none a verdict: charges that look like duplicates, card testing,
   * refund and dispute rates (of cards against the schemes' limits), many cards on one e-mail, new identifiers on big payments. Of one
   * customer, or of all and the merchant. Throws as `payments` does.
   */
  signals(query?: PageQuery & { customerId?: string }): Page<Signal> {
    const [number, json] = [this[NUMBER], toJson(query)];
    return ask(() => glue.signals(number, json));
  }
}
