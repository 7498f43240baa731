import type { PaymentQuery } from "./lists.js";
import type { Masked } from "./mask.js";
import type { Policy } from "./policy.js";
import type {
  Anchor,
  CapOf,
  CustomerItem,
  GroupingPreset,
  IdentifierKind,
  IngestReport,
  Operator,
  Page,
  Period,
  Refusal,
  Source,
  SplitBy,
  Verdict,
} from "./types.js";

/** Whose records an input holds; `"auto"` tells each record's system by its shape. */
export type SourceName = Source | "auto";

/** One record as canonical JSON; its members are in the package's `schema/canonical.json`. */
export interface CanonicalRecord {
  /** Version of the canonical JSON. */
  schemaVersion: 1;
  /** What it is. */
  record: "attempt" | "payment" | "refund" | "dispute" | "customer" | "checkout" | "order" | "annex";
  /** The system that it came from. */
  source: Source;
  /** The account; left out where none was named. */
  account?: string;
  /** Its id there. */
  id: string;
  /** The members of its kind. */
  [member: string]: unknown;
}

/** A time: a `Date`, RFC 3339 text, a date (its first second in UTC), or whole Unix seconds (not milliseconds). */
export type Time = Date | string | number;

/** An amount given by the host: `minor` or `decimal`. Without a currency it is the payment's. */
export type Amount =
  | { minor: number; decimal?: string; currency?: string }
  | { decimal: string; minor?: number; currency?: string };

/** An amount that stands for itself: with its currency, in any case. */
export type Limit = Amount & { currency: string };

/** How many cards or e-mails an identifier may meet before more than a household uses it; from 1 to 1000. */
export interface GroupingLimits {
  /** Cards an e-mail: 4 unless given. */
  cardsPerEmail?: number;
  /** Cards a phone: 4 unless given. */
  cardsPerPhone?: number;
  /** E-mails a card: 3 unless given. */
  emailsPerCard?: number;
  /** E-mails a phone: 3 unless given. */
  emailsPerPhone?: number;
}

/** A kind of identifier that may be named. */
export type GroupingKind = Exclude<IdentifierKind, "customer">;

/** How guest payments are put together. */
export interface GroupingOptions {
  /** `"guarded"` unless given. */
  preset?: GroupingPreset;
  /** The kinds of identifier that join payments; all unless given. */
  by?: GroupingKind | GroupingKind[];
  /** What `guarded` calls a household. */
  limits?: GroupingLimits;
  /** The merchant's own addresses, which identify no payer (`guarded`). */
  ownEmails?: string | string[];
  /** What stands for "none" in this shop, beside the built-in list: addresses and phone numbers (`guarded`). */
  placeholders?: string | string[];
  /** `alice+shop@example.com` is `alice@example.com` (`guarded`). */
  ignorePlusTags?: boolean;
  /** A card alone joins guests with other e-mails, too (`guarded`): for shops whose payers are households. */
  joinByCard?: boolean;
  /**
   * Registered customers' ids are the strongest kind of identifier, and everybody is grouped: for shops whose plugin makes one
   * gateway customer an order.
   */
  people?: boolean;
}

/** How a ledger groups and reads. */
export interface LedgerOptions {
  /** `"guarded"` unless given: the published rule with less trust. */
  grouping?: GroupingPreset | GroupingOptions;
  /** ISO 3166-1 alpha-2: where `guarded` reads national phone numbers whose payment names no country. */
  defaultCountry?: string;
  /** The merchant's IANA time zone, in which windows of days end. UTC unless given. */
  timeZone?: string;
}

/** How an input is read. */
export interface IngestOptions {
  /** The account that the records belong to, where they do not say. Cards are compared within one account only. */
  account?: string;
  /** When the records were fetched: their version, where they have none of their own. */
  observedAt?: Time;
  /**
   * Whether records that do not say are real payments. Stripe says on each; Shopify marks tests; what other systems give counts
   * as real unless this is `false`.
   */
  livemode?: boolean;
}

/** How far a stream has come. */
export interface Progress {
  /** Bytes read so far. */
  bytes: number;
}

/** How a stream is read. */
export interface IngestStreamOptions extends IngestOptions {
  /** Gives the stream up; what was read of it stays, and the promise rejects with `aborted`. */
  signal?: AbortSignalLike;
  /** Called after each chunk. */
  onProgress?: (progress: Progress) => void;
}

/** An `AbortSignal`, described without the DOM's types. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** A stream of bytes: a `ReadableStream`, described without the DOM's types. */
export interface ByteStream {
  getReader(): {
    read(): Promise<{ done: boolean; value?: Uint8Array | string | undefined }>;
    cancel(reason?: unknown): Promise<unknown>;
    releaseLock(): void;
  };
}

/** What of a list to show. */
export interface PageQuery extends Masked {
  /** Rows of a page, 1 to 1,000; 50 unless given. */
  limit?: number;
  /** `next` of the page before. */
  cursor?: string | null;
}

/** Who decided something about customers, why and when. */
export interface OverrideNote {
  /** The agent, as the host names it. */
  actor: string;
  /** In the agent's words. It is listed and kept in snapshots: it should say nothing of the payer. */
  reason: string;
  /** The time of the decision. The engine reads no clock. */
  asOf: Time;
}

/** How a person is erased. */
export interface ForgetOptions {
  /** Amounts, times and states stay for the books, without a name. */
  anonymise?: boolean;
  /** A random text of at least 16 characters; one is made unless given. Only the first of a ledger counts. */
  salt?: string;
}

/** An identifier: one that joins nobody, or one that is erased. */
export interface SharedIdentifierInput {
  /** E-mail, phone or card. */
  kind: GroupingKind;
  /** The address or number as anybody writes it, or the card's fingerprint. */
  value: string;
}

/** A comparison of a fact. `docs/policy-facts.md` lists the facts, their types and the operators. */
export interface PolicyTest {
  /** Its name, such as `items.categories` or `custom.anything`. */
  fact: string;
  /** How it is compared. */
  operator: Operator;
  /** With what; a list for `in` and `notIn`. */
  value: string | number | boolean | readonly (string | number | boolean)[];
}

/** When a rule applies, as json-rules-engine writes it. At most 200 parts, 8 within each other. */
export type PolicyCondition =
  | PolicyTest
  | { all: readonly PolicyCondition[] }
  | { any: readonly PolicyCondition[] }
  | { not: PolicyCondition };

/** How long money goes back. */
export interface PolicyWindow {
  /** Days from the anchor; the last one counts to its end in the merchant's zone. */
  days: number;
  /** The anchor: `"payment"` unless given. */
  from?: Anchor;
  /** What is answered when they are over: `"no"` unless given. */
  over?: Refusal;
  /** Until so many days after the anchor there is store credit instead. */
  storeCreditDays?: number;
  /** Until so many days after the anchor there is an exchange instead. */
  exchangeDays?: number;
}

/** A rule's id and condition; it has one effect. */
export interface PolicyRuleBase {
  /** The merchant's name for it; verdicts cite it. */
  id: string;
  /** When it applies; always unless given. */
  when?: PolicyCondition;
  /** For people who read the policy. */
  note?: string;
}

/** One rule of a policy. Every rule that applies makes a check, and the worst answer counts; their order says nothing. */
export type PolicyRule = PolicyRuleBase &
  (
    | { window: PolicyWindow }
    /** The window of another rule is longer: days from its anchor, or the last local day. Of several the latest counts. */
    | { extend: { rule: string; days?: number; until?: string } }
    /** No, or a person looks. */
    | { answer: Refusal }
    /** Above this a person looks. */
    | { reviewAbove: Limit | readonly Limit[] }
    /** No more than this goes back in a time, this refund included. */
    | { cap: { of: CapOf; within: Period; amount?: Limit | readonly Limit[]; count?: number; above?: Refusal } }
    /** What does not go back; `percent` of what was captured, with at most two decimals. A part of a minor unit is not kept. */
    | { keep: { percent?: number; amount?: Limit | readonly Limit[]; shipping?: boolean; tax?: boolean } }
  );

/** What a role may do. */
export interface PolicyRole {
  /** It may refund at all; yes unless given. */
  mayRefund?: boolean;
  /** The most at once. */
  limit?: Limit | readonly Limit[];
  /** The most in a time, this refund included; the actor's `totals` say what was refunded before. */
  periods?: PeriodLimit | readonly PeriodLimit[];
  /** Who can approve what is above; the policy's `approver` unless given. */
  approver?: string;
}

/** An amount over a time: whole days, weeks (from Monday), months and years of the merchant's zone. */
export interface PeriodLimit {
  /** The time. */
  within: Period;
  /** One amount, or one a currency. */
  amount: Limit | readonly Limit[];
}

/** The merchant's refund rules. The schema is `guestfolio/schema/policy.json`. */
export interface RefundPolicy {
  /** The version of this format. */
  schemaVersion?: 1;
  /** What it is called. */
  name?: string;
  /** Short for a rule `windowDays` with a window from the payment. */
  windowDays?: number;
  /** Short for a rule `reviewAbove`. */
  reviewAbove?: Limit | readonly Limit[];
  /** Every other rule. */
  rules?: readonly PolicyRule[];
  /** The role, or the id of a person, that can approve what is above an actor's limit. */
  approver?: string;
  /** Who may refund how much. */
  roles?: { readonly [role: string]: PolicyRole };
  /** Above this amount another person than the actor must approve: any, or one of these roles. */
  fourEyes?: { above: Limit | readonly Limit[]; by?: string | readonly string[] };
}

/** How long a source's method still takes a refund, where the host knows better than `docs/refund-windows.md`. */
export interface MethodWindow {
  /** The system. */
  source: Source;
  /** Its word for the method, such as `ideal`; all of its methods that no other entry names unless given. */
  method?: string;
  /** Days after the payment; the last one counts to its end in the merchant's zone. No limit unless given. */
  days?: number;
}

/** Who asks. */
export interface Actor {
  /** The host's id of the person; without one nobody can be told from the actor, so no approval counts. */
  id?: string;
  /** The person's role, as the policy names it. */
  role?: string;
  /** The most that the actor may refund at once, beside what the role may: one amount, or one a currency. */
  limit?: Limit | readonly Limit[];
  /** What the actor has refunded in a time, without this refund. */
  totals?: PeriodLimit | readonly PeriodLimit[];
  /** Who has approved this refund. */
  approvals?: { id: string; role?: string } | readonly { id: string; role?: string }[];
}

/** What the host knows and the ledger does not: facts by their names, `{ "order.deliveredAt": "2026-01-31" }`. */
export interface GivenFacts {
  readonly [fact: string]: string | number | boolean | readonly string[] | Date;
}

/** A question about refunds of any payment. */
export interface RefundQuestion extends Masked {
  /** The time of the question. The engine reads no clock. */
  asOf: Time;
  /** What the host knows better than the documented windows of payment methods: Dodo's 30 or 90 days, say. */
  methodWindows?: MethodWindow | readonly MethodWindow[];
  /** Minutes after which what is known of a payment is too old: a person looks. */
  maxAgeMinutes?: number;
  /** What the host knows and the ledger does not. */
  facts?: GivenFacts;
  /** The merchant's rules, or a {@link Policy} of them; without them the axis `allowed` answers yes with `not_asked`. */
  policy?: RefundPolicy | Policy;
  /** Who asks; without one the axis `authority` answers yes with `not_asked`. */
  actor?: Actor;
}

/** A question about a refund. */
export interface RefundRequest extends RefundQuestion {
  /** How much; all that is left unless given. */
  amount?: Amount;
  /** The merchant's available balance, if known: a card refund waits for it, others fail without it. */
  balance?: Amount;
}

/** Which payments many verdicts are about: by their ids, at most 1,000, or a page. */
export type RefundTarget = { ids: readonly string[] } | PaymentQuery;

/** A line that goes back. */
export interface RefundLine {
  /** Its id at the source. */
  id: string;
  /** How much. */
  amount: Amount;
  /** How many pieces. */
  quantity?: number;
  /** A change of plan prorated it: Dodo refunds no such line. */
  prorated?: boolean;
}

/** A refund to plan: of one order, one customer, or payments. */
export interface PlanRequest extends RefundQuestion {
  /** The payments of this order, by its id, by that of one of its payments, or by its number: `#1001`. */
  orderId?: string;
  /** The payments of this customer. */
  customerId?: string;
  /** These payments, by any of their ids. */
  paymentIds?: string | readonly string[];
  /** How much; all that may go back unless given. */
  amount?: Amount;
  /** What of it goes back, for one payment; an amount that is smaller is split over them by their amounts. */
  lines?: RefundLine | readonly RefundLine[];
  /** How an amount is split over payments; `"in_order"` unless given: gift cards first, then the newest. */
  split?: SplitBy;
  /** Why, in the merchant's words: it goes into the requests. */
  reason?: string;
}

/** What of the past a policy is tried on. */
export interface TrialOptions extends Masked {
  /** A second policy, to compare. */
  beside?: RefundPolicy | Policy;
  /** Only this customer's refunds. */
  customerId?: string;
  /** Only refunds made since. */
  since?: Time;
  /** Only refunds made until. */
  until?: Time;
}

/** What to keep of a verdict, to make it again: the request as it was, with its policy, and the verdict. */
export interface RefundRecord {
  /** The request. */
  request: RefundRequest;
  /** What it was answered. */
  verdict: Verdict;
}

/** A page of customers, and what became of the records. */
export interface GroupedPayments extends Page<CustomerItem> {
  /** What became of the records. */
  ingest: IngestReport;
}

/** Where the module is loaded from: a URL, a response, its bytes, or the compiled module. */
export type WasmSource =
  | string
  | { readonly href: string }
  | ArrayBuffer
  | ArrayBufferView
  | { arrayBuffer(): Promise<ArrayBuffer> }
  | WebAssemblyModule
  | Promise<{ arrayBuffer(): Promise<ArrayBuffer> } | ArrayBuffer | ArrayBufferView | WebAssemblyModule>;

/** A `WebAssembly.Module`, described without the DOM's types. */
// biome-ignore lint/suspicious/noEmptyInterface: a compiled module has no members that types could tell it by
export interface WebAssemblyModule {}
