// Files and standard input, into a ledger.

import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { SingleBar } from "cli-progress";
import { GuestfolioError, type IngestReport, Ledger, type LedgerOptions, type Source } from "../node.js";

/** The options that every command has. */
export interface Common {
  source: string;
  account?: string;
  observedAt?: string;
  grouping: string;
  defaultCountry?: string;
  timeZone: string;
  json?: boolean;
}

/** A file this large shows how far it has come, on a terminal. */
const LARGE = 32 << 20;

export async function openLedger(files: string[], options: Common): Promise<Ledger>;
export async function openLedger(files: string[], options: Common, what: "report"): Promise<IngestReport>;
export async function openLedger(files: string[], options: Common, what?: "report"): Promise<Ledger | IngestReport> {
  const { grouping, defaultCountry, timeZone } = options;
  const ledger = new Ledger({ grouping, defaultCountry, timeZone } as LedgerOptions);
  const reports: IngestReport[] = [];
  for (const file of files) {
    reports.push(await readFileInto(ledger, file, options));
  }
  const report = merge(reports);
  if (what === "report") {
    return report;
  }
  if (report.rejected > 0) {
    const many = report.rejected === 1 ? "1 record was" : `${report.rejected} records were`;
    process.stderr.write(`guestfolio: ${many} rejected; \`guestfolio check\` says why\n`);
  }
  return ledger;
}

async function readFileInto(ledger: Ledger, file: string, options: Common): Promise<IngestReport> {
  const isStdin = file === "-";
  const size = isStdin ? 0 : (await stat(file).catch(unreadable(file))).size;
  const stream = isStdin ? process.stdin : createReadStream(file, { highWaterMark: 1 << 20 });
  const bar = size > LARGE && process.stderr.isTTY ? progressBar(file, size) : undefined;
  try {
    const onProgress = bar && (({ bytes }: { bytes: number }) => bar.update(bytes));
    const { account, observedAt } = options;
    const read = { account, observedAt, ...(onProgress && { onProgress }) } as object;
    return await ledger.ingestStream(options.source as Source, stream as AsyncIterable<Uint8Array>, read);
  } catch (error) {
    throw error instanceof GuestfolioError ? error : unreadable(file)(error);
  } finally {
    bar?.stop();
  }
}

function progressBar(file: string, size: number): SingleBar {
  const bar = new SingleBar({ format: `${file} {bar} {percentage}%`, clearOnComplete: true, stream: process.stderr });
  bar.start(size, 0);
  return bar;
}

/** Every file's issues in one report; a record's index goes on counting over the files. */
function merge(reports: IngestReport[]): IngestReport {
  const [first, ...others] = reports;
  if (first === undefined) {
    throw new Error("no file was given");
  }
  for (const report of others) {
    const before = first.accepted + first.unchanged + first.rejected;
    first.issues.push(...report.issues.map((issue) => ({ ...issue, index: issue.index + before })));
    first.accepted += report.accepted;
    first.unchanged += report.unchanged;
    first.rejected += report.rejected;
  }
  return first;
}

/** The JSON of a policy or actor file. */
export async function readJson(file: string | undefined): Promise<unknown> {
  if (file === undefined) {
    return undefined;
  }
  const text = await readFile(file, "utf8").catch(unreadable(file));
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${file} is not JSON`);
  }
}

function unreadable(file: string): (cause: unknown) => never {
  return (cause) => {
    const code = (cause as NodeJS.ErrnoException).code ?? "unreadable";
    throw new Error(`cannot read ${file} (${code})`);
  };
}
