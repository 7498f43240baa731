// What commands share: their options, how they page, and how they show what the engine returns.

import { once } from "node:events";
import { type Command, InvalidArgumentError, Option } from "commander";
import { en } from "../locale/en.js";
import { fi } from "../locale/fi.js";
import { fr } from "../locale/fr.js";
import { id } from "../locale/id.js";
import { vi } from "../locale/vi.js";
import { zh } from "../locale/zh.js";
import { type ListFilter, values } from "../node.js";
import type { Common, ListOptions } from "./input.js";
import { useTexts } from "./print.js";

const LOCALES = { en, fi, fr, id, vi, zh };

/** The exit code where nothing was found, or the answer is no. */
export const NOTHING_OR_NO = 1;

export function wholeNumber(text: string): number {
  if (!/^[0-9]+$/.test(text)) {
    throw new InvalidArgumentError("must be a whole number");
  }
  return Number(text);
}

function filterOf(text: string): ListFilter {
  try {
    return JSON.parse(text) as ListFilter;
  } catch {
    throw new InvalidArgumentError("must be JSON");
  }
}

export function whereOption(): Option {
  const about = 'which rows: {"status": "paid", "created": {"from": "2026-01-01"}}';
  return new Option("--where <json>", about).argParser(filterOf);
}

/** `amount:desc` with the currency of `--currency`. */
export function sortOf({ sort, currency }: { sort?: string; currency?: string }) {
  if (sort === undefined) {
    return undefined;
  }
  const [by, direction] = sort.split(":");
  return { by, ...(direction !== undefined && { direction }), ...(currency !== undefined && { currency }) };
}

/** Writes to standard output. A pipe that is read slowly must not make the whole output wait in memory. */
export async function writeOut(text: string): Promise<void> {
  if (!process.stdout.write(text)) {
    await once(process.stdout, "drain");
  }
}

export function show(options: Common, result: unknown, print: () => void): void {
  if (options.json) {
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  } else {
    print();
  }
}

/** One page, or with `--all` every page put together. */
export function collect<T, P extends { items: T[]; next: string | null }>(
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

export function localeOption(): Option {
  return new Option("--locale <language>", "the language of codes: statuses, reasons, advice")
    .choices(Object.keys(LOCALES))
    .default("en")
    .argParser((name) => {
      const texts = LOCALES[name as keyof typeof LOCALES];
      if (texts === undefined) {
        throw new InvalidArgumentError(`must be one of ${Object.keys(LOCALES).join(", ")}`);
      }
      useTexts(texts);
      return name;
    });
}

export function common(command: Command): Command {
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
    .addOption(localeOption())
    .option("--json", "print what the API returns");
}

export function listed(command: Command): Command {
  return common(command)
    .option("--limit <n>", "rows of a page, 1 to 1000 (50 unless given)", wholeNumber)
    .option("--all", "every row, not one page");
}
