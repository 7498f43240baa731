// Reports, to a file or to standard output.

import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { type Command, Option } from "commander";
import { type ListFilter, type Report, type ReportQuery, values } from "../node.js";
import { type Common, openLedger, progressBar } from "./input.js";
import { safe } from "./print.js";
import { common, NOTHING_OR_NO, sortOf, whereOption, writeOut } from "./shared.js";

interface ReportOptions extends Common {
  rows: string;
  columns?: string[];
  groupBy?: string[];
  measures?: string[];
  period?: string;
  zone?: string;
  from?: string;
  to?: string;
  where?: ListFilter;
  sort?: string;
  currency?: string;
  customer?: string;
  format: string;
  out?: string;
  mask?: boolean;
}

const split = (text: string) => text.split(",");

/** The file is there when it is whole: until then it has another name. */
function writeFile(report: Report, path: string): void {
  const partial = `${path}.part`;
  const bar = process.stderr.isTTY ? progressBar(safe(path), Math.max(report.total, 1)) : undefined;
  const file = openSync(partial, "w");
  try {
    for (const chunk of report) {
      writeSync(file, chunk);
      bar?.update(report.done);
    }
    closeSync(file);
    renameSync(partial, path);
  } catch (error) {
    closeSync(file);
    rmSync(partial, { force: true });
    throw error;
  } finally {
    bar?.stop();
  }
}

/** Adds `report`. */
export function addReport(program: Command): void {
  common(
    program.command("report <files...>").description("write rows, or the figures of groups, as CSV, JSON or NDJSON"),
  )
    .addOption(new Option("--rows <what>", "what it has rows of").choices(values("report_rows")).default("payments"))
    .option("--columns <list>", "these columns, with commas between; an unknown one lists those that are known", split)
    .option("--measures <list>", "figures of groups: count, captured, refunded, net, …", split)
    .option("--group-by <list>", "what groups are told apart by: currency, status, method, country, …", split)
    .addOption(new Option("--period <period>", "a group for each").choices(values("period")))
    .option("--zone <zone>", "where these begin and end (--time-zone unless given)")
    .option("--from <time>", "only what was made since: a date is its first second in the zone")
    .option("--to <time>", "only what was made until: a date is its last second in the zone")
    .addOption(whereOption())
    .option("--sort <column>", "by this column; with :desc the largest or latest first")
    .option("--currency <code>", "of a sort by amounts")
    .option("--customer <id>", "only the payments, refunds or disputes of this customer")
    .addOption(new Option("--format <format>", "how it is written").choices(values("report_format")).default("csv"))
    .option("--out <file>", "into this file (standard output unless given)")
    .option("--mask", "first letters and last digits of names, e-mails and phones")
    .action(async (files: string[], options: ReportOptions) => {
      const { rows, columns, groupBy, measures, period, zone, from, to, where, customer, mask, out } = options;
      const format = options.json ? "json" : options.format;
      const time = from === undefined && to === undefined ? undefined : { from, to };
      const arranged = { where, sort: sortOf(options), customerId: customer };
      const query = { rows, columns, groupBy, measures, period, zone, time, format, mask, ...arranged };
      const ledger = await openLedger(files, options);
      const report = ledger.report(query as unknown as ReportQuery);
      if (out === undefined) {
        for (const chunk of report) {
          await writeOut(chunk);
        }
      } else {
        writeFile(report, out);
      }
      process.exitCode = report.rows > 0 ? 0 : NOTHING_OR_NO;
    });
}
