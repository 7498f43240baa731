// Finding customers: by what is typed, and by what a ticket's text names.

import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import type { CustomerItem, PaymentItem, SearchMatch } from "../node.js";
import { type Common, openLedger } from "./input.js";
import { day, label, money, say, table } from "./print.js";
import { common, NOTHING_OR_NO, show, wholeNumber } from "./shared.js";

interface SearchOptions extends Common {
  limit?: number;
}

const by = (matches: readonly SearchMatch[]) => matches.map(({ term, field }) => `${term} (${field})`).join("\n");
const customerRow = ({ id, name, emails, paymentCount, lastPaymentAt }: CustomerItem) => [
  id,
  name ?? "–",
  emails[0] ?? "–",
  String(paymentCount),
  day(lastPaymentAt),
];
const CUSTOMER = ["Customer", "Name", "E-mail", "Payments", "Last payment"];
const paymentRow = ({ id, status, amount, createdAt, customerId }: PaymentItem) => [
  id,
  label("payment_status", status),
  money(amount),
  day(createdAt),
  customerId,
];
const PAYMENT = ["Payment", "Status", "Amount", "Created", "Customer"];

/** Adds `search` and `find`. */
export function addSearch(program: Command): void {
  common(
    program
      .command("search <query> <files...>")
      .description("find customers and payments: names, e-mails, phones, ids, card:4242, 12.50 EUR, status:failed"),
  )
    .option("--limit <n>", "customers and payments, 1 to 100 of each (10 unless given)", wholeNumber)
    .action(async (query: string, files: string[], options: SearchOptions) => {
      const ledger = await openLedger(files, options);
      const found = ledger.search({ query, ...(options.limit !== undefined && { limit: options.limit }) });
      show(options, found, () => {
        if (found.customers.length > 0) {
          table(
            [...CUSTOMER, "By"],
            found.customers.map((hit) => [...customerRow(hit.customer), by(hit.by)]),
            [3],
          );
        }
        if (found.payments.length > 0) {
          table(
            [...PAYMENT, "By"],
            found.payments.map((hit) => [...paymentRow(hit.payment), by(hit.by)]),
            [2],
          );
        }
        const shown = (count: number, total: number | null) =>
          total === null ? `${count} of many` : `${count} of ${total}`;
        say(
          `${shown(found.customers.length, found.customerTotal)} customers, ${shown(found.payments.length, found.paymentTotal)} payments`,
        );
      });
      process.exitCode = found.customers.length + found.payments.length > 0 ? 0 : NOTHING_OR_NO;
    });
  common(
    program
      .command("find <textfile> <files...>")
      .description("what a ticket's text names, and the customers that it leads to"),
  ).action(async (textfile: string, files: string[], options: Common) => {
    const ledger = await openLedger(files, options);
    const found = ledger.findInText(await readFile(textfile, "utf8"));
    show(options, found, () => {
      const rows = found.findings.map(({ kind, text, known }) => [kind, text, known ? "yes" : "no"]);
      table(["What", "Text", "Known"], rows);
      for (const { customer, by: places, payments } of found.customers) {
        const texts = places.map((place) => found.findings[place]?.text ?? "").join(", ");
        say(`${customer.name ?? "–"} · ${customer.id}, by ${texts}`);
        for (const payment of payments) {
          say(`  ${paymentRow(payment).join(", ")}`);
        }
      }
    });
    process.exitCode = found.customers.length > 0 ? 0 : NOTHING_OR_NO;
  });
}
