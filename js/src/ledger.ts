/// <reference lib="esnext.disposable" />
import type {
  ByteStream,
  ForgetOptions,
  GroupedPayments,
  IngestOptions,
  IngestStreamOptions,
  LedgerOptions,
  OverrideNote,
  SharedIdentifierInput,
  SourceName,
} from "./arguments.js";
import { optionsOf, textOf, toJson } from "./check.js";
import { ask, call, glue, type Handle, handleOf, isCurrent, numberOf } from "./engine.js";
import { GuestfolioError } from "./error.js";
import { NUMBER, Questions } from "./questions.js";
import { readChunks } from "./stream.js";
import { ChunkEncoder, chunksOf } from "./text.js";
import type { Erasure, IngestReport, OverrideItem, ValueList } from "./types.js";
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
export class Ledger extends Questions {
  #handle: Handle | undefined;

  /** An empty ledger. Throws `unknown_word`, `unknown_field`, `unknown_time_zone` and the like for its options. */
  constructor(options?: LedgerOptions | null) {
    super();
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
    const number = this[NUMBER];
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
    const [number, who] = [this[NUMBER], typeof target === "string" ? JSON.stringify(target) : toJson(target)];
    const json = toJson({ ...given, salt: given.salt ?? randomSalt() });
    return ask(() => glue.forget(number, who, json));
  }

  protected get [NUMBER](): number {
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
    const [number, name, json] = [this[NUMBER], textOf(source), toJson(options)];
    return handleOf(call(() => glue.ingest_begin(number, name, json)));
  }

  /**
   * Makes two customers one: each a guest or a registered customer, under which a guest's payments then stand. The first
   * payments of both belong together from the start, so what joins the one joins the other. Throws `not_found`,
   * `ambiguous_id`, and `override_conflict` for one customer, a payment that was unlinked, or a live and a test customer.
   */
  link(a: string, b: string, note: OverrideNote): OverrideItem {
    const [number, one, two, json] = [this[NUMBER], textOf(a), textOf(b), toJson(note)];
    return ask(() => glue.link(number, one, two, json));
  }

  /**
   * Makes a payment a guest of its own; its uses of identifiers count for nobody else. Throws `not_found`, `ambiguous_id`, and
   * `override_conflict` for a payment that was linked, confirmed or unlinked before.
   */
  unlink(paymentId: string, note: OverrideNote): OverrideItem {
    const [number, id, json] = [this[NUMBER], textOf(paymentId), toJson(note)];
    return ask(() => glue.unlink(number, id, json));
  }

  /**
   * Makes an identifier join nobody; its value as anybody writes it. Throws `not_found` for one that no payment has, and
   * `override_conflict` for one that was marked before, or that is all a customer has whose payments an agent said belong
   * together. Where it is all that other customers have, their payments part, and an issue says so.
   */
  markShared(identifier: SharedIdentifierInput, note: OverrideNote): OverrideItem {
    const [number, which, json] = [this[NUMBER], toJson(identifier), toJson(note)];
    return ask(() => glue.mark_shared(number, which, json));
  }

  /**
   * Says that the guest payments that a customer has now belong together, whatever becomes of their identifiers. Throws
   * `not_found`, `ambiguous_id`, and `override_conflict` for a payment that was unlinked.
   */
  confirm(customerId: string, note: OverrideNote): OverrideItem {
    const [number, id, json] = [this[NUMBER], textOf(customerId), toJson(note)];
    return ask(() => glue.confirm(number, id, json));
  }

  /** Takes a decision back; it stays listed. Throws `not_found`, and `override_conflict` for one that was undone before. */
  undo(overrideId: string, note: OverrideNote): OverrideItem {
    const [number, id, json] = [this[NUMBER], textOf(overrideId), toJson(note)];
    return ask(() => glue.undo(number, id, json));
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
