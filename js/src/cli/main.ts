#!/usr/bin/env node
// The command line: reads files, asks the ledger, prints. No decision is made here.

import { once } from "node:events";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import pkg from "../../package.json" with { type: "json" };
import { en } from "../locale/en.js";
import { fi } from "../locale/fi.js";
import { fr } from "../locale/fr.js";
import { id } from "../locale/id.js";
import { vi } from "../locale/vi.js";
import { zh } from "../locale/zh.js";
import { GuestfolioError, type Ledger, values } from "../node.js";
import { type Common, openLedger, readFiles, readJson, time } from "./input.js";
import {
  printCustomer,
  printCustomers,
  printDiscrepancies,
  printPayment,
  printPayments,
  printReport,
  printVerdict,
  safe,
  useTexts,
} from "./print.js";

const LOCALES = { en, fi, fr, id, vi, zh };

const USED_BADLY = 2;
const NOTHING_OR_NO = 1;

interface ListOptions extends Common {
  limit?: number;
  all?: boolean;
}

interface RefundOptions extends Common {
  asOf: string;
  amount?: string;
  policy?: string;
  actor?: string;
}

function wholeNumber(text: string): number {
  if (!/^[0-9]+$/.test(text)) {
    throw new InvalidArgumentError("must be a whole number");
  }
  return Number(text);
}

function show(options: Common, result: unknown, print: () => void): void {
  if (options.json) {
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  } else {
    print();
  }
}

/** One page, or with `--all` every page put together. */
function collect<T, P extends { items: T[]; next: string | null }>(
  options: ListOptions,
  page: (query: { limit: number; cursor?: string }) => P & { items: T[] },
): P {
  const limit = options.limit ?? (options.all ? 1000 : 50);
  const result = page({ limit });
  while (options.all && result.next !== null) {
    const more = page({ limit, cursor: result.next });
    result.items.push(...more.items);
    result.next = more.next;
  }
  return result;
}

function common(command: Command): Command {
  return command
    .addOption(
      new Option("--source <name>", "the system that the records come from; auto tells each by its shape")
        .choices(["auto", ...values("source")])
        .default("auto"),
    )
    .option("--account <id>", "the account that the records belong to, where they do not say")
    .option("--observed-at <time>", "when the records were fetched, for records without a version")
    .option("--test", "records that do not say are tests, not real payments")
    .addOption(new Option("--grouping <preset>", "how guest payments are put together").default("guarded"))
    .option("--default-country <code>", "for presets that read national phone numbers, such as FI")
    .option("--time-zone <zone>", "the merchant's time zone, such as Europe/Helsinki", "UTC")
    .addOption(
      new Option("--locale <language>", "the language of codes: statuses, reasons, advice")
        .choices(Object.keys(LOCALES))
        .default("en")
        .argParser((name) => {
          const texts = LOCALES[name as keyof typeof LOCALES];
          if (texts === undefined) {
            throw new InvalidArgumentError(`must be one of ${Object.keys(LOCALES).join(", ")}`);
          }
          useTexts(texts);
          return name;
        }),
    )
    .option("--json", "print what the API returns");
}

function listed(command: Command): Command {
  return common(command)
    .option("--limit <n>", "rows of a page, 1 to 1000 (50 unless given)", wholeNumber)
    .option("--all", "every row, not one page");
}

const program = new Command("guestfolio")
  .description(pkg.description)
  .version(pkg.version)
  .exitOverride()
  .configureHelp({ showGlobalOptions: true })
  .addHelpText(
    "after",
    `
A file is JSON as the source's API gives it (a list, an array, one object), NDJSON, or a dashboard's CSV export; "-" is
standard input.

Examples:
  $ guestfolio customers charges.json
  $ guestfolio customer gst_2f0c1b charges.json refunds.json
  $ guestfolio refund ch_123 charges.json --as-of 2026-01-31 --amount 12.50 --policy policy.json
  $ guestfolio check charges.json orders.json
  $ guestfolio convert orders.json > canonical.ndjson
  $ stripe charges list --limit 100 | guestfolio payments - --json

Exit codes: 0 done; 1 nothing was found, or the refund is not eligible; 2 used badly.`,
  );

listed(program.command("customers <files...>").description("list customers, newest payment first")).action(
  async (files: string[], options: ListOptions) => {
    const ledger = await openLedger(files, options);
    const page = collect(options, (query) => ledger.customers(query));
    show(options, page, () => printCustomers(page as ReturnType<Ledger["customers"]>));
    process.exitCode = page.items.length > 0 ? 0 : NOTHING_OR_NO;
  },
);

listed(
  program.command("customer <id> <files...>").description("show one customer: payments, evidence, who is related"),
).action(async (id: string, files: string[], options: ListOptions) => {
  const ledger = await openLedger(files, options);
  const customer = ledger.customer(id);
  customer.payments = collect(options, (query) => ledger.payments({ ...query, customerId: id }));
  show(options, customer, () => printCustomer(customer));
});

listed(program.command("payments <files...>").description("list payments, newest first")).action(
  async (files: string[], options: ListOptions) => {
    const ledger = await openLedger(files, options);
    const page = collect(options, (query) => ledger.payments(query));
    show(options, page, () => printPayments(page as ReturnType<Ledger["payments"]>));
    process.exitCode = page.items.length > 0 ? 0 : NOTHING_OR_NO;
  },
);

common(program.command("payment <id> <files...>").description("show one payment: attempts, refunds, disputes")).action(
  async (id: string, files: string[], options: Common) => {
    const payment = (await openLedger(files, options)).payment(id);
    show(options, payment, () => printPayment(payment));
  },
);

common(program.command("refund <payment> <files...>").description("may this payment be refunded? every reason"))
  .requiredOption("--as-of <time>", "the time of the question: 2026-01-31, or 2026-01-31T12:00:00Z")
  .option("--amount <decimal>", "how much, in the payment's currency (all that is left unless given)")
  .option(
    "--policy <file>",
    'the merchant\'s rules: {"windowDays": 30, "reviewAbove": {"decimal": "100", "currency": "EUR"}}',
  )
  .option("--actor <file>", 'who asks: {"id": "a1", "limit": {"decimal": "50", "currency": "EUR"}}')
  .action(async (id: string, files: string[], options: RefundOptions) => {
    const [policy, actor] = await Promise.all([readJson(options.policy), readJson(options.actor)]);
    const ledger = await openLedger(files, options);
    const asOf = time(options.asOf);
    const amount = options.amount === undefined ? undefined : { decimal: options.amount };
    // biome-ignore lint/suspicious/noExplicitAny: the engine checks what the files hold
    const verdict = ledger.decideRefund(id, { asOf, amount, policy, actor } as any);
    show(options, verdict, () => printVerdict(verdict));
    process.exitCode = verdict.outcome === "eligible" ? 0 : NOTHING_OR_NO;
  });

common(
  program
    .command("check <files...>")
    .description("what was accepted, every issue, and where shop and gateway do not agree"),
).action(async (files: string[], options: Common) => {
  const { ledger, report, places } = await readFiles(files, options);
  const { items: discrepancies } = collect({ ...options, all: true }, (query) => ledger.discrepancies(query));
  show(options, { ...report, discrepancies }, () => {
    printReport(report, places);
    printDiscrepancies(discrepancies);
  });
  process.exitCode = report.accepted + report.unchanged > 0 ? 0 : NOTHING_OR_NO;
});

common(
  program
    .command("convert <files...>")
    .description("write every record as canonical JSON, one a line; `--source canonical` reads it again"),
).action(async (files: string[], options: Common) => {
  const ledger = await openLedger(files, options);
  let cursor: string | null = null;
  let count = 0;
  do {
    const page: ReturnType<Ledger["records"]> = ledger.records({ limit: 1000, cursor });
    const text = page.items.map((record) => `${JSON.stringify(record)}\n`).join("");
    // A pipe that is read slowly must not make the whole output wait in memory.
    if (!process.stdout.write(text)) {
      await once(process.stdout, "drain");
    }
    count += page.items.length;
    cursor = page.next;
  } while (cursor !== null);
  process.exitCode = count > 0 ? 0 : NOTHING_OR_NO;
});

/** What went wrong, in one line, and the exit code that says so. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? 0 : USED_BADLY;
  }
  if (error instanceof GuestfolioError) {
    process.stderr.write(
      `${safe(`guestfolio: ${error.code}: ${error.message}${error.path ? ` (at ${error.path})` : ""}`)}\n`,
    );
    return error.code === "not_found" ? NOTHING_OR_NO : USED_BADLY;
  }
  process.stderr.write(`${safe(`guestfolio: ${error instanceof Error ? error.message : String(error)}`)}\n`);
  return USED_BADLY;
}

// A reader that goes away (`| head`) ends the program, quietly.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : USED_BADLY));
program.parseAsync().catch((error: unknown) => {
  process.exitCode = explain(error);
});
