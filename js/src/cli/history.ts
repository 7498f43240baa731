// A customer's history: its tabs, and its wallets.

import { type Command, Option } from "commander";
import { type CustomerTab, type Signal, type TabRow, values, type WalletFinding } from "../node.js";
import { type ListOptions, openLedger } from "./input.js";
import { day, money, say, table } from "./print.js";
import { collect, common, listed, NOTHING_OR_NO, show } from "./shared.js";

interface HistoryOptions extends ListOptions {
  tab: CustomerTab;
}

function cells({ at, paymentId, event, order, refund, dispute, record }: TabRow): string[] {
  const one = event ?? order ?? refund ?? dispute ?? record;
  const kind = event?.kind ?? record?.kind ?? (order ? "order" : refund ? "refund" : "dispute");
  const status = event?.status ?? order?.state ?? refund?.status ?? dispute?.state ?? record?.rawStatus ?? "–";
  const amount = one?.amount ?? null;
  const reason = event?.reason ?? refund?.reason ?? dispute?.reason ?? record?.reason ?? "";
  return [day(at), kind, one?.id ?? "–", status, amount === null ? "–" : money(amount), paymentId ?? "–", reason];
}

const flawText = ({ flaw, entryId, expected, found }: WalletFinding) =>
  `  ${flaw}${entryId === null ? "" : ` at ${entryId}`}: ${money(found)} instead of ${money(expected)}`;

const percent = (hundredths: number) => `${(hundredths / 100).toFixed(2)} %`;
const whose = ({ customerId, source, paymentIds }: Signal) => customerId ?? source ?? paymentIds[0] ?? "–";

function figures({ count, of, rate, limitCount, limitRate, seconds, amount, usual, programme }: Signal): string {
  const parts = [of === null ? String(count) : `${count} of ${of}`, rate !== null && percent(rate)];
  const limit = limitRate === null ? `from ${limitCount} on` : `from ${limitCount} and ${percent(limitRate)} on`;
  const others = [
    amount && money(amount),
    usual && `usually ${money(usual)}`,
    seconds !== null && `within ${seconds} s`,
  ];
  return [...parts, ...others, programme, limit].filter(Boolean).join(", ");
}

/** Adds `history`, `signals` and `wallets`. */
export function addHistory(program: Command): void {
  listed(program.command("history <customer> <files...>").description("all that happened to a customer, newest first"))
    .addOption(
      new Option("--tab <tab>", "one tab of it").choices(values("customer_tab") as string[]).default("timeline"),
    )
    .action(async (customerId: string, files: string[], options: HistoryOptions) => {
      const ledger = await openLedger(files, options);
      const { tab } = options;
      const page = collect(options, (query) => ledger.customerTab({ customerId, tab, ...query }));
      show(options, page, () => {
        table(["Date", "What", "Id", "Status", "Amount", "Payment", "Reason"], page.items.map(cells), [4]);
      });
      process.exitCode = page.items.length > 0 ? 0 : NOTHING_OR_NO;
    });
  listed(
    program
      .command("signals <files...>")
      .description("what is worth a look: duplicates, card testing, rates, new cards"),
  )
    .option("--customer <id>", "of one customer")
    .action(async (files: string[], options: ListOptions & { customer?: string }) => {
      const ledger = await openLedger(files, options);
      const { customer } = options;
      const of = customer === undefined ? {} : { customerId: customer };
      const page = collect(options, (query) => ledger.signals({ ...of, ...query }));
      show(options, page, () => {
        const rows = page.items.map((signal) => [day(signal.at), signal.kind, figures(signal), whose(signal)]);
        table(["Date", "What", "Figures", "Of"], rows);
      });
      process.exitCode = page.items.length > 0 ? 0 : NOTHING_OR_NO;
    });
  common(
    program.command("wallets <customer> <files...>").description("a customer's balances, and whether they add up"),
  ).action(async (customerId: string, files: string[], options: ListOptions) => {
    const found = (await openLedger(files, options)).wallets(customerId);
    show(options, found, () => {
      for (const { source, balance, credited, debited, entries, findings } of found.wallets) {
        say(`${source}: ${money(balance)} (${money(credited)} in, ${money(debited)} out, ${entries} entries)`);
        findings.forEach((finding) => {
          say(flawText(finding));
        });
      }
    });
    process.exitCode = found.wallets.length > 0 ? 0 : NOTHING_OR_NO;
  });
}
