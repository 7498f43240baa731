// Reports: text in chunks, which a host writes to a file.

import type { Time } from "./arguments.js";
import { toJson } from "./check.js";
import { call, glue, type Handle, handleOf, isCurrent, numberOf } from "./engine.js";
import { GuestfolioError } from "./error.js";
import type { ListFilter, OneOrMany, Sort } from "./lists.js";
import type { Masked } from "./mask.js";
import type {
  CustomerColumn,
  PaymentColumn,
  Period,
  ReportColumn,
  ReportFormat,
  ReportKey,
  ReportMeasure,
  ReversalColumn,
} from "./types.js";
import { offsetIn } from "./zone.js";

/** What every report may say. */
interface AnyReport<Column, Measure extends ReportMeasure, Key extends ReportKey> extends Masked {
  /**
   * A row each, with these columns, none twice; with an amount among them, the column `currency`, too, and of customers a row for each
   * of their currencies. Else `measures` are wanted.
   */
  columns?: OneOrMany<Column | ReportColumn>;
  /**
   * A row for each group, with these figures. Amounts are never added over two currencies, nor test money to real money: tests are
   * left out unless `groupBy` has `livemode` or `where` asks for them.
   */
  measures?: OneOrMany<Measure>;
  /** What groups are told apart by; by `currency`, too, where amounts are. */
  groupBy?: OneOrMany<Key>;
  /** A group for each day, week, month or year of the rows' times. */
  period?: Period;
  /** IANA name of the zone in which these begin and end: the ledger's unless given. */
  zone?: string;
  /** When the row's own payment, refund or dispute was made, or the customer; both ends included, a date alone is that day in the zone. */
  time?: { from?: Time; to?: Time };
  /** Which payments or customers; of refunds and disputes, their payments. */
  where?: ListFilter;
  /** `"csv"` unless given: for spreadsheets, which read none of its texts as a formula. */
  format?: ReportFormat;
}

/** What a report is of. */
export type ReportQuery =
  | ({ rows: "payments" } & OfPayments &
      AnyReport<PaymentColumn, Exclude<ReportMeasure, "payments">, Exclude<ReportKey, "reason">>)
  | ({ rows: "customers"; sort?: Sort<CustomerColumn> } & AnyReport<
      CustomerColumn,
      Exclude<ReportMeasure, "customers" | "amount">,
      Exclude<ReportKey, "status" | "reason">
    >)
  | ({ rows: "refunds" } & OfPayments &
      AnyReport<ReversalColumn, "count" | "customers" | "amount" | "refunded" | "refund_pending", ReportKey>)
  | ({ rows: "disputes" } & OfPayments & AnyReport<ReversalColumn, "count" | "customers" | "amount", ReportKey>);

/** Which payments a report goes over, and in which order: for refunds and disputes those that they belong to. */
interface OfPayments {
  /** Only this customer's. */
  customerId?: string;
  /** The newest first unless given. */
  sort?: Sort<PaymentColumn>;
}

/** Frees reports that nobody read to their end. */
const forgotten = new FinalizationRegistry<Handle>((handle) => {
  if (isCurrent(handle)) {
    glue.report_free(handle.number);
  }
});

/**
 * The text of a report, some 64 KB at a time: `for (const chunk of report) file.write(chunk)`. It can be read once. It is of the ledger as
 * it was when the report was begun; reading on after the ledger was fed throws `ledger_changed`.
 */
export class Report implements Iterable<string> {
  readonly #handle: Handle;
  /** How many payments, customers or groups it goes over. */
  readonly total: number;
  #done = 0;
  #rows = 0;
  #wasRead = false;

  /** @internal */
  constructor(ledger: number, query: ReportQuery) {
    const { zone, ...others } = query;
    const own = zone === undefined || zone === null;
    const [json, offset] = [toJson(others), offsetIn(zone, "/zone")];
    this.#handle = handleOf(call(() => glue.report_begin(ledger, json, own, offset)));
    forgotten.register(this, this.#handle, this);
    this.total = this.#progress()[1] ?? 0;
  }

  #progress(): Uint32Array {
    return call(() => glue.report_progress(numberOf(this.#handle)));
  }

  /** How many of them are written. */
  get done(): number {
    return this.#done;
  }

  /** How many rows are written. */
  get rows(): number {
    return this.#rows;
  }

  *[Symbol.iterator](): Generator<string, void> {
    if (this.#wasRead) {
      throw new GuestfolioError("invalid_input", "a report can be read once; begin another");
    }
    this.#wasRead = true;
    try {
      for (;;) {
        const chunk = call(() => glue.report_next(numberOf(this.#handle)));
        if (chunk === undefined) {
          return;
        }
        [this.#done = 0, , this.#rows = 0] = this.#progress();
        yield chunk;
      }
    } finally {
      forgotten.unregister(this);
      if (isCurrent(this.#handle)) {
        glue.report_free(this.#handle.number);
      }
    }
  }
}
