// Files and standard input, into a ledger.

import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { SingleBar } from "cli-progress";
import { GuestfolioError, type IngestReport, Ledger, type LedgerOptions, type SourceName } from "../node.js";

/** The options that every command has. */
export interface Common {
  source: string;
  account?: string;
  observedAt?: string;
  test?: boolean;
  grouping: string;
  defaultCountry?: string;
  timeZone: string;
  json?: boolean;
}

/** What commands that list rows share. */
export interface ListOptions extends Common {
  limit?: number;
  all?: boolean;
}

/** A file this large shows how far it has come, on a terminal. */
const LARGE = 32 << 20;

/** A ledger of all files; what could not be read is said on standard error. */
export async function openLedger(files: string[], options: Common): Promise<Ledger> {
  const { ledger, report } = await readFiles(files, options);
  if (report.rejected > 0) {
    const many = report.rejected === 1 ? "1 record was" : `${report.rejected} records were`;
    process.stderr.write(`guestfolio: ${many} rejected; \`guestfolio check\` says why\n`);
  }
  return ledger;
}

/** Every file in one ledger and one report; a record's index goes on counting over the files. And where each issue stands. */
export async function readFiles(files: string[], options: Common) {
  const { grouping, defaultCountry, timeZone } = options;
  const ledger = new Ledger({ grouping, defaultCountry, timeZone } as LedgerOptions);
  const report: IngestReport = { schemaVersion: 1, accepted: 0, unchanged: 0, rejected: 0, sources: [], issues: [] };
  const places: string[] = [];
  for (const file of files) {
    const first = report.accepted + report.unchanged + report.rejected;
    const one = await readFileInto(ledger, file, options);
    report.accepted += one.accepted;
    report.unchanged += one.unchanged;
    report.rejected += one.rejected;
    for (const { source, records } of one.sources) {
      const known = report.sources.find((sum) => sum.source === source);
      if (known === undefined) {
        report.sources.push({ source, records });
      } else {
        known.records += records;
      }
    }
    for (const issue of one.issues) {
      places.push(files.length > 1 ? `${file} ${issue.index}` : String(issue.index));
      report.issues.push({ ...issue, index: issue.index + first });
    }
  }
  return { ledger, report, places };
}

/** A time of the command line: whole Unix seconds are a number. */
export function time(text: string | undefined): string | number | undefined {
  return text !== undefined && /^[0-9]+$/.test(text) ? Number(text) : text;
}

async function readFileInto(ledger: Ledger, file: string, options: Common): Promise<IngestReport> {
  const isStdin = file === "-";
  const size = isStdin ? 0 : (await stat(file).catch(unreadable(file))).size;
  const stream = isStdin ? process.stdin : createReadStream(file, { highWaterMark: 1 << 20 });
  const bar = size > LARGE && process.stderr.isTTY ? progressBar(file, size) : undefined;
  try {
    const onProgress = bar && (({ bytes }: { bytes: number }) => bar.update(bytes));
    const { account, observedAt } = options;
    const livemode = options.test ? false : undefined;
    const read = { account, observedAt: time(observedAt), livemode, ...(onProgress && { onProgress }) } as object;
    return await ledger.ingestStream(options.source as SourceName, stream as AsyncIterable<Uint8Array>, read);
  } catch (error) {
    throw error instanceof GuestfolioError ? error : unreadable(file)(error);
  } finally {
    bar?.stop();
  }
}

/** How far something has come, on a terminal. */
export function progressBar(file: string, size: number): SingleBar {
  const bar = new SingleBar({ format: `${file} {bar} {percentage}%`, clearOnComplete: true, stream: process.stderr });
  bar.start(size, 0);
  return bar;
}

/** The JSON of a file: an object or a list; the engine says what it must hold. */
export async function readJson(file: string | undefined): Promise<unknown> {
  if (file === undefined) {
    return undefined;
  }
  const text = await readFile(file, "utf8").catch(unreadable(file));
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    throw new Error(`${file} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (typeof value !== "object" || value === null) {
    throw new Error(`${file} must hold a JSON object`);
  }
  return value;
}

function unreadable(file: string): (cause: unknown) => never {
  return (cause) => {
    const code = (cause as NodeJS.ErrnoException).code ?? "unreadable";
    throw new Error(`cannot read ${file} (${code})`);
  };
}
