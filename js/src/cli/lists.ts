// Lists: customers and payments, sorted, filtered, in chosen columns, counted.

import { Argument, type Command } from "commander";
import { type CustomerItem, type ListFilter, type Page, type PaymentItem, type Table, values } from "../node.js";
import { type ListOptions, openLedger } from "./input.js";
import { printCustomers, printFacets, printPayments, printTable } from "./print.js";
import { collect, listed, NOTHING_OR_NO, show, sortOf, whereOption } from "./shared.js";

interface ArrangedOptions extends ListOptions {
  sort?: string;
  currency?: string;
  where?: ListFilter;
  columns?: string[];
}

function where(command: Command): Command {
  return command.addOption(whereOption());
}

/** Adds `customers`, `payments` and `facets`. */
export function addLists(program: Command): void {
  for (const list of ["customers", "payments"] as const) {
    const about = list === "customers" ? "list customers, newest payment first" : "list payments, newest first";
    const heading = list === "customers" ? "customer_column" : "payment_column";
    const columns = values(heading);
    where(listed(program.command(`${list} <files...>`).description(about)))
      .option("--sort <column>", `by ${columns.join(", ")}; with :desc the largest or latest first`)
      .option("--currency <code>", "of a sort by amounts")
      .option("--columns <list>", "only these columns, in this order, with commas between", (text) => text.split(","))
      .action(async (files: string[], options: ArrangedOptions) => {
        const ledger = await openLedger(files, options);
        // biome-ignore lint/suspicious/noExplicitAny: the engine checks the words
        const asked = { sort: sortOf(options), where: options.where } as any;
        const { columns } = options;
        if (columns !== undefined) {
          const whole: { table?: Table } = {};
          const page = collect(options, (query) => {
            const table = ledger.table({ list, columns, ...asked, ...query });
            whole.table ??= table;
            return { items: table.ids.map((id, row) => ({ id, cells: table.rows[row] ?? [] })), next: table.next };
          });
          const rows = page.items.map(({ cells }) => cells);
          const table = { ...(whole.table as Table), ids: page.items.map(({ id }) => id), rows, next: page.next };
          show(options, table, () => printTable(heading, table));
          process.exitCode = rows.length > 0 ? 0 : NOTHING_OR_NO;
          return;
        }
        const page = collect<CustomerItem | PaymentItem, Page<CustomerItem> | Page<PaymentItem>>(options, (query) =>
          list === "customers" ? ledger.customers({ ...asked, ...query }) : ledger.payments({ ...asked, ...query }),
        );
        show(options, page, () =>
          list === "customers" ? printCustomers(page as Page<CustomerItem>) : printPayments(page as Page<PaymentItem>),
        );
        process.exitCode = page.items.length > 0 ? 0 : NOTHING_OR_NO;
      });
  }
  where(
    listed(
      program
        .command("facets")
        .addArgument(new Argument("<list>", "what is counted").choices(["customers", "payments"]))
        .argument("<files...>")
        .description("how many rows have which value"),
    ),
  ).action(async (list: "customers" | "payments", files: string[], options: ArrangedOptions) => {
    const ledger = await openLedger(files, options);
    const { where: filter } = options;
    const facets = ledger.facets({ list, ...(filter !== undefined && { where: filter }) });
    show(options, facets, () => printFacets(facets));
    process.exitCode = facets.total > 0 ? 0 : NOTHING_OR_NO;
  });
}
