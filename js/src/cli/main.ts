#!/usr/bin/env node
// The command line: reads files, asks the ledger, prints. No decision is made here.

import { Argument, Command, CommanderError, Option } from "commander";
import pkg from "../../package.json" with { type: "json" };
import {
  explainDecline,
  GuestfolioError,
  type ImportedPolicy,
  importPolicy,
  type Ledger,
  lintPolicy,
  type PolicyFormat,
  type PolicyPack,
  policyPack,
  type RefundPolicy,
  type Source,
  type TrialOptions,
  values,
} from "../node.js";
import { addHistory } from "./history.js";
import { type Common, type ListOptions, openLedger, readFiles, readJson, time } from "./input.js";
import { addLists } from "./lists.js";
import { addPortal } from "./portal.js";
import { printCustomer, printDiscrepancies, printPayment, printReport, safe } from "./print.js";
import { printDecline, printPlan, printPolicyReport, printTrial, printVerdict } from "./refund.js";
import { addReport } from "./report.js";
import { addSearch } from "./search.js";
import { collect, common, listed, localeOption, NOTHING_OR_NO, show, wholeNumber, writeOut } from "./shared.js";

const USED_BADLY = 2;

interface RefundOptions extends Common {
  asOf: string;
  amount?: string;
  policy?: string;
  actor?: string;
  facts?: string;
  methodWindows?: string;
  maxAge?: number;
}

interface PlanOptions extends RefundOptions {
  order?: string;
  customer?: string;
  payment?: string[];
  lines?: string;
  split?: string;
  reason?: string;
}

interface TryOptions extends Common {
  beside?: string;
  since?: string;
  until?: string;
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
  $ guestfolio payments charges.json --sort amount:desc --currency EUR --where '{"status": "paid"}'
  $ guestfolio customers charges.json --columns name,email,spent,last_payment
  $ guestfolio facets payments charges.json
  $ guestfolio search "alice card:4242 status:failed" charges.json
  $ guestfolio history gst_2f0c1b charges.json refunds.json
  $ guestfolio report charges.json --period month --measures count,captured,refunded,net --out 2026.csv
  $ guestfolio portal cus_1 charges.json --verified email=alice@example.com
  $ guestfolio find ticket.txt charges.json orders.json
  $ guestfolio customer gst_2f0c1b charges.json refunds.json
  $ guestfolio refund ch_123 charges.json --as-of 2026-01-31 --amount 12.50 --policy policy.json
  $ guestfolio plan charges.json orders.json --order 1010 --amount 25 --as-of 2026-01-31
  $ guestfolio policy lint policy.json
  $ guestfolio policy try policy.json charges.json refunds.json --beside other.json
  $ guestfolio decline stripe insufficient_funds
  $ guestfolio check charges.json orders.json
  $ guestfolio convert orders.json > canonical.ndjson
  $ stripe charges list --limit 100 | guestfolio payments - --json

Exit codes: 0 done; 1 nothing was found, the refund is not eligible, or the policy has findings; 2 used badly.`,
  );

addLists(program);

listed(
  program.command("customer <id> <files...>").description("show one customer: payments, evidence, who is related"),
).action(async (id: string, files: string[], options: ListOptions) => {
  const ledger = await openLedger(files, options);
  const customer = ledger.customer(id);
  customer.payments = collect(options, (query) => ledger.payments({ ...query, customerId: id }));
  show(options, customer, () => printCustomer(customer));
});

common(program.command("payment <id> <files...>").description("show one payment: attempts, refunds, disputes")).action(
  async (id: string, files: string[], options: Common) => {
    const payment = (await openLedger(files, options)).payment(id);
    show(options, payment, () => printPayment(payment));
  },
);

addSearch(program);
addHistory(program);
addReport(program);
addPortal(program);

/** What every question about a refund may say. */
function question(command: Command): Command {
  return common(command)
    .requiredOption("--as-of <time>", "the time of the question: 2026-01-31, or 2026-01-31T12:00:00Z")
    .option("--amount <decimal>", "how much, in the payment's currency (all that is left unless given)")
    .option("--policy <file>", "the merchant's rules, as guestfolio/schema/policy.json describes them")
    .option("--actor <file>", 'who asks: {"id": "a1", "role": "agent", "limit": {"decimal": "50", "currency": "EUR"}}')
    .option("--facts <file>", 'what only you know: {"order.deliveredAt": "2026-01-31", "items.tags": ["sale"]}')
    .option("--method-windows <file>", 'how long methods take refunds: [{"source": "dodo", "days": 90}]')
    .option("--max-age <minutes>", "older facts are a review", wholeNumber);
}

/** The request of those options; the engine checks what the files hold. */
async function requestOf(options: RefundOptions) {
  const [policy, actor, facts, methodWindows] = await Promise.all(
    [options.policy, options.actor, options.facts, options.methodWindows].map((file) => readJson(file)),
  );
  const amount = options.amount === undefined ? undefined : { decimal: options.amount };
  const request = { asOf: time(options.asOf), amount, policy, actor, facts, methodWindows };
  // biome-ignore lint/suspicious/noExplicitAny: the engine checks what the files hold
  return { ...request, maxAgeMinutes: options.maxAge } as any;
}

question(
  program.command("refund <payment> <files...>").description("may this payment be refunded? every reason"),
).action(async (id: string, files: string[], options: RefundOptions) => {
  const request = await requestOf(options);
  const verdict = (await openLedger(files, options)).decideRefund(id, request);
  show(options, verdict, () => printVerdict(verdict));
  process.exitCode = verdict.outcome === "eligible" ? 0 : NOTHING_OR_NO;
});

question(
  program
    .command("plan <files...>")
    .description("how a refund is carried out: which payment gives how much, and the request to send for each"),
)
  .option("--order <id>", "the payments of this order, by its id or number (#1001)")
  .option("--customer <id>", "the payments of this customer")
  .option("--payment <id>", "this payment; may be given several times", (id, ids: string[] = []) => [...ids, id])
  .option("--lines <file>", 'what goes back of one payment: [{"id": "item_1", "amount": {"decimal": "10.00"}}]')
  .addOption(new Option("--split <way>", "how an amount is split").choices(values("split_by") as string[]))
  .option("--reason <text>", "why: it goes into the requests")
  .action(async (files: string[], options: PlanOptions) => {
    const { order: orderId, customer: customerId, payment: paymentIds, split, reason } = options;
    const lines = await readJson(options.lines);
    const request = { ...(await requestOf(options)), orderId, customerId, paymentIds, lines, split, reason };
    const plan = (await openLedger(files, options)).planRefund(request);
    show(options, plan, () => printPlan(plan));
    process.exitCode = plan.outcome === "eligible" ? 0 : NOTHING_OR_NO;
  });

const policies = program.command("policy").description("look at refund rules, try them, or make them of others");

policies
  .command("lint <policy>")
  .description("which rules can never make a difference, or contradict themselves")
  .option("--json", "print what the API returns")
  .action(async (file: string, options: Common) => {
    const report = lintPolicy((await readJson(file)) as RefundPolicy);
    show(options, report, () => printPolicyReport(report));
    process.exitCode = report.findings.length === 0 ? 0 : NOTHING_OR_NO;
  });

common(
  policies.command("try <policy> <files...>").description("what the rules would have said to every refund of the past"),
)
  .option("--beside <policy>", "a second policy, to compare")
  .option("--since <time>", "only refunds made since")
  .option("--until <time>", "only refunds made until")
  .action(async (file: string, files: string[], options: TryOptions) => {
    const [policy, beside] = await Promise.all([readJson(file), readJson(options.beside)]);
    const ledger = await openLedger(files, options);
    const over = { beside, since: time(options.since), until: time(options.until) };
    const trial = ledger.evaluatePolicy(policy as RefundPolicy, over as TrialOptions);
    show(options, trial, () => printTrial(trial));
    process.exitCode = trial.evaluated > 0 ? 0 : NOTHING_OR_NO;
  });

/** The rules go to standard output, to be kept in a file; what to know of them to standard error. */
function writePolicy({ policy, notes }: ImportedPolicy): void {
  process.stdout.write(`${JSON.stringify(policy, null, 2)}\n`);
  for (const { path, message } of notes) {
    process.stderr.write(`${safe(`note: ${path === "" ? "" : `${path} `}${message}`)}\n`);
  }
}

policies
  .command("import <policy>")
  .description("write rules of a MerchantReturnPolicy (schema.org) or of Shopify's return rules")
  .addOption(
    new Option("--from <form>", "what the file holds")
      .choices(values("policy_format") as string[])
      .makeOptionMandatory(),
  )
  .action(async (file: string, options: { from: PolicyFormat }) => {
    writePolicy(importPolicy(options.from, (await readJson(file)) as object));
  });

policies
  .command("pack")
  .description("write ready-made rules, and say what they cover")
  .addArgument(new Argument("<name>", "which").choices(values("policy_pack") as string[]))
  .action((name: PolicyPack) => writePolicy(policyPack(name)));

program
  .command("decline <source> <code>")
  .description("why a payment failed, what to do next, and what the payer may hear")
  .addOption(localeOption())
  .option("--json", "print what the API returns")
  .action((source: Source, code: string, options: Common) => {
    const decline = explainDecline(source, code);
    show(options, decline, () => printDecline(decline));
    process.exitCode = decline.reason === "unknown" ? NOTHING_OR_NO : 0;
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
    await writeOut(text);
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
