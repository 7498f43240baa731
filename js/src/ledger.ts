/// <reference lib="esnext.disposable" />
import type {
  ByteStream,
  CanonicalRecord,
  ForgetOptions,
  GroupedPayments,
  IngestOptions,
  IngestStreamOptions,
  LedgerOptions,
  OverrideNote,
  PageQuery,
  PlanRequest,
  RefundPolicy,
  RefundQuestion,
  RefundRecord,
  RefundRequest,
  RefundTarget,
  SharedIdentifierInput,
  SourceName,
  TrialOptions,
} from "./arguments.js";
import { optionsOf, textOf, toJson } from "./check.js";
import { ask, call, glue, type Handle, handleOf, isCurrent, numberOf } from "./engine.js";
import { GuestfolioError } from "./error.js";
import {
  type ActionRequest,
  type CustomerQuery,
  type FacetQuery,
  type PaymentQuery,
  queryJson,
  type SearchQuery,
  type TableQuery,
} from "./lists.js";
import { type Policy, plainPolicy, splitPolicy } from "./policy.js";
import { readChunks } from "./stream.js";
import { ChunkEncoder, chunksOf } from "./text.js";
import type {
  Changes,
  CustomerDetail,
  CustomerItem,
  Discrepancy,
  Erasure,
  Facets,
  IdentityGraph,
  IngestReport,
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
  Table,
  TextFindings,
  ValueList,
  Verdict,
  Wallets,
} from "./types.js";
import { offsetIn } from "./zone.js";

/** Records: bytes (a Node `Buffer` is bytes), JSON text, one object, or an array of objects. */
export type RecordInput = Uint8Array | ArrayBuffer | string | object | readonly object[];

/** Frees ledgers that the host forgot. */
const forgotten = new FinalizationRegistry<Handle>((handle) => {
  if (isCurrent(handle)) {
    glue.ledger_free(handle.number);
  }
});

/** What nobody can guess: the traces of erased records are made with it. */
function randomSalt(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A snapshot's bytes. */
function bytesOf(bytes: unknown): Uint8Array {
  if (bytes instanceof Uint8Array) {
    return bytes;
  }
  if (bytes instanceof ArrayBuffer) {
    return new Uint8Array(bytes);
  }
  throw new GuestfolioError("wrong_type", "must be bytes");
}

/** Gives up an input that was not ended. */
function drop(open: Handle): void {
  if (isCurrent(open)) {
    glue.ingest_drop(open.number);
  }
}

/**
 * The in-memory book of all records fed so far; everything else is a question asked of it. It makes no network call and
 * keeps nothing outside the page.
 */
export class Ledger {
  #handle: Handle | undefined;

  /** An empty ledger. Throws `unknown_word`, `unknown_field`, `unknown_time_zone` and the like for its options. */
  constructor(options?: LedgerOptions | null) {
    const given = optionsOf(options);
    const offset = offsetIn(given.timeZone);
    const json = toJson(given);
    this.#open(() => glue.ledger_new(json, offset));
  }

  #open(make: () => number): void {
    this.#handle = handleOf(call(make));
    forgotten.register(this, this.#handle, this);
  }

  /**
   * The ledger of a snapshot, with its records, decisions and options, or with these options instead: the same customers, ids
   * and version. With another grouping, {@link Ledger.changes} begins anew. Throws `snapshot_damaged`, `snapshot_too_new`, and
   * for its options what the constructor throws; for a saved time zone that this host does not know, `unknown_time_zone`.
   */
  static restore(bytes: Uint8Array | ArrayBuffer, options?: LedgerOptions | null): Ledger {
    const saved = bytesOf(bytes);
    const given = options === undefined || options === null ? undefined : optionsOf(options);
    const offset = offsetIn(given?.timeZone);
    const json = given === undefined ? "" : toJson(given);
    let unknown: unknown;
    const zoneNamed = (name: string) => {
      try {
        return offsetIn(name);
      } catch (thrown) {
        unknown = thrown;
        return undefined;
      }
    };
    const ledger = new Ledger();
    ledger.free();
    ledger.#open(() => glue.ledger_restore(saved, json, offset, zoneNamed));
    if (unknown !== undefined) {
      ledger.free();
      throw unknown;
    }
    return ledger;
  }

  /**
   * The ledger as bytes: its records, options and decisions, in a versioned format with a checksum, for {@link Ledger.restore}.
   * It holds payers' data: keep it as you keep those.
   */
  save(): Uint8Array {
    const number = this.#number;
    return call(() => glue.ledger_save(number));
  }

  /**
   * Erases a person: a customer by its id, with all of its records, or every record that states an identifier, with its payment.
   * They are gone from the ledger and from every later snapshot; a salted hash of each record's key stays, so that it is refused when it is sent again
   * (the issue `erased`). With `anonymise`, amounts, times and states stay for the books, without a name. Decisions about the
   * person alone go, too, and {@link Ledger.changes} begins anew. Throws `not_found` and `ambiguous_id`.
   */
  forget(target: string | SharedIdentifierInput, options?: ForgetOptions | null): Erasure {
    const given = optionsOf(options);
    const [number, who] = [this.#number, typeof target === "string" ? JSON.stringify(target) : toJson(target)];
    const json = toJson({ ...given, salt: given.salt ?? randomSalt() });
    return ask(() => glue.forget(number, who, json));
  }

  get #number(): number {
    if (this.#handle === undefined) {
      throw new GuestfolioError("ledger_freed", "the ledger was freed");
    }
    return numberOf(this.#handle);
  }

  /**
   * Reads records of one source, or with `"auto"` of any, told by their shape: a list object, an array, one object, NDJSON, or
   * a dashboard's CSV export, with or without a byte-order mark. Bad records are issues in the report; the others are kept.
   * Throws `unknown_source`, `invalid_input` for what is no records at all, and for its options. Bytes and text are several
   * times as fast as objects, and keep ids that are longer than a JavaScript number.
   */
  ingest(source: SourceName, input: RecordInput, options?: IngestOptions | null): IngestReport {
    const open = this.#begin(source, optionsOf(options));
    try {
      for (const chunk of chunksOf(input)) {
        call(() => glue.ingest_feed(numberOf(open), chunk));
      }
      return ask(() => glue.ingest_end(numberOf(open)));
    } finally {
      drop(open);
    }
  }

  /**
   * Reads records from a stream, chunk by chunk, however it was cut. Each chunk is read when it comes. Rejects with
   * `aborted` when the signal says so; what was read by then stays.
   */
  async ingestStream(
    source: SourceName,
    chunks: ByteStream | AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
    options?: IngestStreamOptions | null,
  ): Promise<IngestReport> {
    const { signal, onProgress, ...others } = optionsOf(options);
    const open = this.#begin(source, others);
    const encoder = new ChunkEncoder();
    let bytes = 0;
    try {
      for await (const chunk of readChunks(chunks, signal)) {
        const read = encoder.encode(chunk);
        call(() => glue.ingest_feed(numberOf(open), read));
        bytes += read.length;
        onProgress?.({ bytes });
      }
      return ask(() => glue.ingest_end(numberOf(open)));
    } finally {
      drop(open);
    }
  }

  #begin(source: SourceName, options: IngestOptions): Handle {
    const [number, name, json] = [this.#number, textOf(source), toJson(options)];
    return handleOf(call(() => glue.ingest_begin(number, name, json)));
  }

  /**
   * A page of customers, newest payment first unless the query sorts them. Rows that arrive between two pages shift nothing. Throws
   * `invalid_cursor`, `out_of_range` (`limit` is 1 to 1000), `unknown_field`, and `missing_as_of` for its filter.
   */
  customers(query?: CustomerQuery): Page<CustomerItem> {
    const [number, json] = [this.#number, queryJson(query)];
    return ask(() => glue.customers(number, json));
  }

  /**
   * A page of payments, newest first unless the query sorts them. Throws as `customers` does, and `not_found` for an unknown
   * `customerId`.
   */
  payments(query?: PaymentQuery): Page<PaymentItem> {
    const [number, json] = [this.#number, queryJson(query)];
    return ask(() => glue.payments(number, json));
  }

  /** A page of customers or payments in chosen columns. Throws as `payments` does, and `unknown_word` for a column. */
  table(query: TableQuery): Table {
    const [number, json] = [this.#number, queryJson(query)];
    return ask(() => glue.table(number, json));
  }

  /**
   * How many customers or payments have which value: for each facet, of the rows that meet all conditions but those about the
   * facet itself, so that a menu shows what each choice would leave. Throws as `customers` does.
   */
  facets(query: FacetQuery): Facets {
    const [number, json] = [this.#number, queryJson(query)];
    return ask(() => glue.facets(number, json));
  }

  /**
   * Finds customers and payments by what somebody typed: each with the terms that it was found by. The first search makes an index.
   * Throws `invalid_search` for an unknown field or an open quotation mark, `unknown_word` and the like for a condition.
   */
  search(query: string | SearchQuery): SearchResult {
    const [number, json] = [this.#number, toJson(typeof query === "string" ? { query } : query)];
    return ask(() => glue.search(number, json));
  }

  /**
   * What a ticket's text names (ids, order numbers, e-mails, phones, the ends of cards, amounts) and the customers that it leads to.
   * An amount or the end of a card leads to nobody by itself. Throws `out_of_range` for more than 100,000 characters.
   */
  findInText(text: string): TextFindings {
    const [number, json] = [this.#number, JSON.stringify(textOf(text))];
    return ask(() => glue.find_in_text(number, json));
  }

  /**
   * Where shops and gateways do not agree about the same money, the oldest order first: the code, both sides' figures (of
   * orders that share a payment, their sums) and what to do. Throws as `payments` does.
   */
  discrepancies(query?: PageQuery & { customerId?: string }): Page<Discrepancy> {
    const [number, json] = [this.#number, toJson(query)];
    return ask(() => glue.discrepancies(number, json));
  }

  /**
   * A page of every record as canonical JSON, which `ingest("canonical", …)` reads again with the same result. Feed nothing
   * between two pages. Throws `invalid_cursor` and `out_of_range`.
   */
  records(query?: PageQuery): Page<CanonicalRecord> {
    const [number, json] = [this.#number, toJson(query)];
    return ask(() => glue.records(number, json));
  }

  /**
   * One customer: a guest by the `gst_` id of any of its payments or by its `gcus_` alias, a registered one by its own
   * id; each also as `source:account:id`. Throws `not_found` and `ambiguous_id`.
   */
  customer(id: string): CustomerDetail {
    const [number, text] = [this.#number, textOf(id)];
    return ask(() => glue.customer(number, text));
  }

  /**
   * One payment by its own id or that of any of its charges, refunds, disputes, checkouts or orders; each also as
   * `source:account:id`. Throws `not_found` and `ambiguous_id`.
   */
  payment(id: string): PaymentDetail {
    const [number, text] = [this.#number, textOf(id)];
    return ask(() => glue.payment(number, text));
  }

  /**
   * May this payment be refunded? A refusal is a verdict with its reasons. Throws for a malformed request (`missing_field`,
   * `invalid_amount` and the like, with a path), and `not_found` and `ambiguous_id` for the id.
   */
  decideRefund(paymentId: string, request: RefundRequest): Verdict {
    const [number, id, [json, policy]] = [this.#number, textOf(paymentId), splitPolicy(request)];
    return ask(() => glue.decide_refund(number, id, json, policy));
  }

  /**
   * Verdicts in a line each: outcome, amount, route and the first reason, of payments by their ids (at most 1,000, in the order
   * given) or a page of them, the newest first. Throws as `decideRefund` and `payments` do.
   */
  decideRefunds(target: RefundTarget, request: RefundQuestion): Page<RefundItem> {
    const which = "ids" in target ? toJson(target) : queryJson(target);
    const [number, [json, policy]] = [this.#number, splitPolicy(request)];
    return ask(() => glue.decide_refunds(number, which, json, policy));
  }

  /**
   * How a refund of an order, a customer or payments is carried out: the steps in their order, each with its verdict and the
   * request to send, and an idempotency key that is the same for the same intent and state. Nothing is sent. Throws as
   * `decideRefund` does, and `unknown_currency` where the payments have several and none is named.
   */
  planRefund(request: PlanRequest): RefundPlan {
    const [number, [json, policy]] = [this.#number, splitPolicy(request)];
    return ask(() => glue.plan_refund(number, json, policy));
  }

  /**
   * Prepares a request about a customer: create, read, update, invite to the portal, cancel a subscription, credit or debit a wallet.
   * Nothing is sent. What a system does not offer is a note. Throws `not_found` and `ambiguous_id` with a path, and for what is missing.
   */
  prepareRequest(request: ActionRequest): PreparedAction {
    const [number, json] = [this.#number, toJson(request)];
    return ask(() => glue.prepare_request(number, json));
  }

  /**
   * The wallets of a customer by currency, and where their histories do not add up; ids as for {@link Ledger.customer}. Throws
   * `not_found` and `ambiguous_id`.
   */
  wallets(customerId: string): Wallets {
    const [number, id] = [this.#number, textOf(customerId)];
    return ask(() => glue.wallets(number, id));
  }

  /**
   * What a policy would have said to every refund that was made, at its time and of its amount, with counts and sums a rule; a
   * second policy beside it. Facts that only the host knew then are unknown; those of the customer's other payments are of today.
   */
  evaluatePolicy(policy: RefundPolicy | Policy, options?: TrialOptions | null): PolicyTrial {
    const given = optionsOf(options);
    const [number, rules] = [this.#number, toJson(plainPolicy(policy))];
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
      this.#number,
      toJson({ ...others, request: { ...request, policy: plainPolicy(request?.policy) } }),
    ];
    return ask(() => glue.replay(number, json));
  }

  /**
   * A customer, its payments and identifiers, and who else used them, ready to draw; ids as for {@link Ledger.customer}. Throws
   * `not_found` and `ambiguous_id`.
   */
  identityGraph(customerId: string): IdentityGraph {
    const [number, id] = [this.#number, textOf(customerId)];
    return ask(() => glue.identity_graph(number, id));
  }

  /** The version of what is known: it grows with everything that becomes of a customer. */
  get version(): number {
    const number = this.#number;
    return call(() => glue.version(number));
  }

  /**
   * A page of the customers that were made, changed or dissolved since a version, each once; `since` 0 lists all. Throws
   * `out_of_range` for a version that the ledger has not given out, or from before it was restored, and `invalid_cursor`, too
   * where the ledger has changed between two pages.
   */
  changes(since: number, query?: PageQuery): Changes {
    const [number, json] = [this.#number, toJson({ ...optionsOf(query), since })];
    return ask(() => glue.changes(number, json));
  }

  /**
   * Makes two customers one: each a guest or a registered customer, under which a guest's payments then stand. The first
   * payments of both belong together from the start, so what joins the one joins the other. Throws `not_found`,
   * `ambiguous_id`, and `override_conflict` for one customer, a payment that was unlinked, or a live and a test customer.
   */
  link(a: string, b: string, note: OverrideNote): OverrideItem {
    const [number, one, two, json] = [this.#number, textOf(a), textOf(b), toJson(note)];
    return ask(() => glue.link(number, one, two, json));
  }

  /**
   * Makes a payment a guest of its own; its uses of identifiers count for nobody else. Throws `not_found`, `ambiguous_id`, and
   * `override_conflict` for a payment that was linked, confirmed or unlinked before.
   */
  unlink(paymentId: string, note: OverrideNote): OverrideItem {
    const [number, id, json] = [this.#number, textOf(paymentId), toJson(note)];
    return ask(() => glue.unlink(number, id, json));
  }

  /**
   * Makes an identifier join nobody; its value as anybody writes it. Throws `not_found` for one that no payment has, and
   * `override_conflict` for one that was marked before, or that is all a customer has whose payments an agent said belong
   * together. Where it is all that other customers have, their payments part, and an issue says so.
   */
  markShared(identifier: SharedIdentifierInput, note: OverrideNote): OverrideItem {
    const [number, which, json] = [this.#number, toJson(identifier), toJson(note)];
    return ask(() => glue.mark_shared(number, which, json));
  }

  /**
   * Says that the guest payments that a customer has now belong together, whatever becomes of their identifiers. Throws
   * `not_found`, `ambiguous_id`, and `override_conflict` for a payment that was unlinked.
   */
  confirm(customerId: string, note: OverrideNote): OverrideItem {
    const [number, id, json] = [this.#number, textOf(customerId), toJson(note)];
    return ask(() => glue.confirm(number, id, json));
  }

  /** Takes a decision back; it stays listed. Throws `not_found`, and `override_conflict` for one that was undone before. */
  undo(overrideId: string, note: OverrideNote): OverrideItem {
    const [number, id, json] = [this.#number, textOf(overrideId), toJson(note)];
    return ask(() => glue.undo(number, id, json));
  }

  /** A page of what agents decided, the newest first. Throws `invalid_cursor` and `out_of_range`. */
  overrides(query?: PageQuery): Page<OverrideItem> {
    const [number, json] = [this.#number, toJson(query)];
    return ask(() => glue.overrides(number, json));
  }

  /** Gives the ledger's memory back at once. A forgotten ledger is collected some time later. */
  free(): void {
    const handle = this.#handle;
    this.#handle = undefined;
    forgotten.unregister(this);
    if (handle !== undefined && isCurrent(handle)) {
      glue.ledger_free(handle.number);
    }
  }

  /** The same as {@link Ledger.free}, for `using`. */
  [Symbol.dispose](): void {
    this.free();
  }
}

/** Groups a handful of records in one call: the first page of customers, and what became of the records. */
export function groupPayments(
  source: SourceName,
  input: RecordInput,
  options?: (LedgerOptions & IngestOptions & { limit?: number }) | null,
): GroupedPayments {
  const { account, observedAt, livemode, limit, ...ledgerOptions } = optionsOf(options);
  const ledger = new Ledger(ledgerOptions);
  try {
    const ingest = ledger.ingest(source, input, { account, observedAt, livemode } as IngestOptions);
    return { ...ledger.customers(limit === undefined ? {} : { limit }), ingest };
  } finally {
    ledger.free();
  }
}

/** The words of a closed list, for menus and translations. Throws `unknown_list`. */
export function values(list: ValueList): readonly string[] {
  const name = textOf(list);
  return ask(() => glue.values(name));
}
