import type { CustomerItem, GroupingPreset, IdentifierKind, IngestReport, Page, Source } from "./types.js";

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
export interface CustomerQuery {
  /** Rows of a page, 1 to 1,000; 50 unless given. */
  limit?: number;
  /** `next` of the page before. */
  cursor?: string | null;
}

/** What of the payments to show. */
export interface PaymentQuery extends CustomerQuery {
  /** Only this customer's. */
  customerId?: string;
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

/** The merchant's refund rules. */
export interface Policy {
  /** Days after the payment on which a refund is still allowed; the last day counts to its end in the merchant's zone. */
  windowDays?: number;
  /** Above this amount a person looks first: one amount, or one a currency. */
  reviewAbove?: Limit | readonly Limit[];
  /** Who can approve what is above an actor's limit. */
  approver?: string;
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
  /** For the host's own records. */
  id?: string;
  /** For the host's own records. */
  role?: string;
  /** The most that the actor may refund at once: one amount, or one a currency. No limit unless given. */
  limit?: Limit | readonly Limit[];
}

/** A question about a refund. */
export interface RefundRequest {
  /** The time of the question. The engine reads no clock. */
  asOf: Time;
  /** How much; all that is left unless given. */
  amount?: Amount;
  /** The merchant's available balance, if known: a card refund waits for it, others fail without it. */
  balance?: Amount;
  /** What the host knows better than the documented windows of payment methods: Dodo's 30 or 90 days, say. */
  methodWindows?: MethodWindow | readonly MethodWindow[];
  /** The merchant's rules; without them the axis `allowed` answers yes with `not_asked`. */
  policy?: Policy;
  /** Who asks; without one the axis `authority` answers yes with `not_asked`. */
  actor?: Actor;
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
