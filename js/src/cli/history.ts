// A customer's history: its tabs, and its wallets.

import { type Command, Option } from "commander";
import { type CustomerTab, type TabRow, values, type WalletFinding } from "../node.js";
import { type ListOptions, openLedger } from "./input.js";
import { day, money, say, table } from "./print.js";

interface HistoryOptions extends ListOptions {
  tab: CustomerTab;
}

/** What the program's commands share. */
interface Shared {
  common(command: Command): Command;
  listed(command: Command): Command;
  collect<T, P extends { items: T[]; next: string | null }>(
    options: ListOptions,
    page: (query: { limit: number; cursor?: string }) => P & { items: T[] },
  ): P;
  show(options: ListOptions, result: unknown, print: () => void): void;
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

/** Adds `history` and `wallets`. */
export function addHistory(program: Command, { common, listed, collect, show }: Shared): void {
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
      process.exitCode = page.items.length > 0 ? 0 : 1;
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
    process.exitCode = found.wallets.length > 0 ? 0 : 1;
  });
}
