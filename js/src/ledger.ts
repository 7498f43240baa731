/// <reference lib="esnext.disposable" />
import type {
  ByteStream,
  CustomerQuery,
  GroupedPayments,
  IngestOptions,
  IngestStreamOptions,
  LedgerOptions,
  PaymentQuery,
  RefundRequest,
} from "./arguments.js";
import { call, currentGeneration, glue } from "./engine.js";
import { GuestfolioError } from "./error.js";
import { bytesOf, chunksOf, toJson } from "./text.js";
import type {
  CustomerDetail,
  CustomerItem,
  IngestReport,
  Page,
  PaymentDetail,
  PaymentItem,
  Source,
  ValueList,
  Verdict,
} from "./types.js";
import { offsetIn } from "./zone.js";

/** Records: bytes (a Node `Buffer` is bytes), JSON text, one object, or an array of objects. */
export type RecordInput = Uint8Array | ArrayBuffer | string | object | readonly object[];

interface Handle {
  number: number;
  generation: number;
}

/** Frees ledgers that the host forgot. */
const forgotten = new FinalizationRegistry<Handle>(({ number, generation }) => {
  if (generation === currentGeneration()) {
    glue.ledger_free(number);
  }
});

/**
 * The in-memory book of all records fed so far; everything else is a question asked of it. It makes no network call and
 * keeps nothing outside the page.
 */
export class Ledger {
  #handle: Handle | undefined;

  /** An empty ledger. Throws `unsupported_option`, `unknown_field`, `unknown_time_zone` and the like for its options. */
  constructor(options: LedgerOptions = {}) {
    const { timeZone, ...others } = options ?? {};
    const offset = offsetIn(timeZone);
    const number = call(() => glue.ledger_new(toJson(others), offset));
    this.#handle = { number, generation: currentGeneration() };
    forgotten.register(this, this.#handle, this);
  }

  get #number(): number {
    if (this.#handle?.generation !== currentGeneration()) {
      throw new GuestfolioError("ledger_freed", "the ledger was freed");
    }
    return this.#handle.number;
  }

  /**
   * Reads records of one source: a list object, an array, one object, or NDJSON, with or without a byte-order mark. Bad
   * records are issues in the report; the others are kept.
   */
  ingest(source: Source, input: RecordInput, options: IngestOptions = {}): IngestReport {
    const open = this.#begin(source, options);
    try {
      for (const chunk of chunksOf(input)) {
        call(() => glue.ingest_feed(open, chunk));
      }
      return call(() => glue.ingest_end(open));
    } finally {
      glue.ingest_drop(open);
    }
  }

  /** Reads records from a stream, chunk by chunk, however it was cut. Each chunk is read when it comes. */
  async ingestStream(
    source: Source,
    chunks: ByteStream | AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
    options: IngestStreamOptions = {},
  ): Promise<IngestReport> {
    const { signal, onProgress, ...others } = options;
    const open = this.#begin(source, others);
    let bytes = 0;
    try {
      for await (const chunk of iterate(chunks)) {
        if (signal?.aborted) {
          break;
        }
        const read = bytesOf(chunk);
        call(() => glue.ingest_feed(open, read));
        bytes += read.length;
        onProgress?.({ bytes });
      }
      if (signal?.aborted) {
        throw new GuestfolioError("aborted", "the stream was given up", "", { cause: signal.reason });
      }
      return call(() => glue.ingest_end(open));
    } finally {
      glue.ingest_drop(open);
    }
  }

  #begin(source: Source, options: IngestOptions): number {
    const number = this.#number;
    return call(() => glue.ingest_begin(number, String(source), toJson(options)));
  }

  /** A page of customers, newest payment first. */
  customers(query?: CustomerQuery): Page<CustomerItem> {
    const number = this.#number;
    return call(() => glue.customers(number, toJson(query)));
  }

  /** A page of payments, newest first. */
  payments(query?: PaymentQuery): Page<PaymentItem> {
    const number = this.#number;
    return call(() => glue.payments(number, toJson(query)));
  }

  /**
   * One customer: a guest by the `gst_` id of any of its payments or by its `gcus_` alias, a registered one by its own
   * id; each also as `source:account:id`. Throws `not_found` and `ambiguous_id`.
   */
  customer(id: string): CustomerDetail {
    const number = this.#number;
    return call(() => glue.customer(number, String(id)));
  }

  /**
   * One payment by its own id or that of any of its charges, refunds, disputes or checkouts; each also as
   * `source:account:id`. Throws `not_found` and `ambiguous_id`.
   */
  payment(id: string): PaymentDetail {
    const number = this.#number;
    return call(() => glue.payment(number, String(id)));
  }

  /** May this payment be refunded? A refusal is a verdict with its reasons; only a malformed request throws. */
  decideRefund(paymentId: string, request: RefundRequest): Verdict {
    const number = this.#number;
    return call(() => glue.decide_refund(number, String(paymentId), toJson(request)));
  }

  /** Gives the ledger's memory back at once. A forgotten ledger is collected some time later. */
  free(): void {
    const handle = this.#handle;
    this.#handle = undefined;
    forgotten.unregister(this);
    if (handle?.generation === currentGeneration()) {
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
  source: Source,
  input: RecordInput,
  options: LedgerOptions & IngestOptions & { limit?: number } = {},
): GroupedPayments {
  const { account, observedAt, limit, ...ledgerOptions } = options;
  const ledger = new Ledger(ledgerOptions);
  try {
    const ingest = ledger.ingest(source, input, { account, observedAt } as IngestOptions);
    return { ...ledger.customers(limit === undefined ? {} : { limit }), ingest };
  } finally {
    ledger.free();
  }
}

/** The words of a closed list, for menus and translations. Throws `unknown_list`. */
export function values(list: ValueList): readonly string[] {
  return call(() => glue.values(String(list)));
}

/** The chunks of a stream; a `ReadableStream` is read by its reader, since not every browser iterates over one. */
async function* iterate(
  chunks: ByteStream | AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
): AsyncGenerator<Uint8Array | string> {
  if (!("getReader" in chunks)) {
    yield* chunks;
    return;
  }
  const reader = chunks.getReader();
  let done = false;
  try {
    while (!done) {
      const step = await reader.read();
      done = step.done;
      if (step.value !== undefined) {
        yield step.value;
      }
    }
  } finally {
    if (!done) {
      await reader.cancel().catch(() => undefined);
    }
    reader.releaseLock();
  }
}
