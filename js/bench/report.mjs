// A report of a million payments over the command line: how much memory it takes beside reading them, and whether its sums are
// those of the payments that were made up.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { charges } from "./shop.mjs";

const COUNT = Number(process.env.BENCH_LARGE ?? 1_000_000);
/** How much more memory than the first page of customers a report of all payments may take. */
const BOUND = 1.25;
const CHUNK = 500;

const cli = fileURLToPath(new URL("../dist/cli.mjs", import.meta.url));
/** The largest memory that a process had, said when it ends. */
const SAY = "process.on('exit', () => process.stderr.write('maxrss ' + process.resourceUsage().maxRSS))";
const PRELOAD = `data:text/javascript,${encodeURIComponent(SAY)}`;

/** Runs the command line over the shop; its largest memory in MB, its seconds, and what was sold by currency. */
async function run(args) {
  const start = performance.now();
  const child = spawn(process.execPath, ["--import", PRELOAD, cli, ...args], { stdio: ["pipe", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    said += text;
  });
  const ended = once(child, "close");
  const sold = { count: 0, captured: 0, refunded: 0 };
  let lines = [];
  for (const charge of charges(COUNT, Math.round(COUNT * 0.3))) {
    lines.push(JSON.stringify(charge));
    sold.count += 1;
    sold.captured += charge.amount_captured;
    sold.refunded += charge.amount_refunded;
    if (lines.length === CHUNK) {
      if (!child.stdin.write(`${lines.join("\n")}\n`)) {
        await once(child.stdin, "drain");
      }
      lines = [];
    }
  }
  child.stdin.end(lines.join("\n"));
  const [code] = await ended;
  assert.equal(code, 0, said);
  return { mb: Number(/maxrss (\d+)/.exec(said)?.[1]) / 1024, seconds: (performance.now() - start) / 1000, sold };
}

const minor = (decimal) => Number(decimal.replace(".", ""));

/** What a file's rows come to, read line by line. */
async function sumsOf(file) {
  const sums = { count: 0, captured: 0, refunded: 0 };
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const [id, captured, refunded, currency] = line.split(",");
    if (id.startsWith("pi_") || id.startsWith("ch_")) {
      assert.equal(currency, "EUR");
      sums.count += 1;
      sums.captured += minor(captured);
      sums.refunded += minor(refunded);
    }
  }
  return sums;
}

/** Prints the lines; whether the sums are right and the memory is within its bound. */
export async function benchReport() {
  const folder = mkdtempSync(join(tmpdir(), "guestfolio-bench-"));
  try {
    const rows = join(folder, "rows.csv");
    const base = await run(["customers", "-", "--source", "stripe", "--limit", "1"]);
    const wide = ["--columns", "id,captured,refunded", "--out", rows];
    const report = await run(["report", "-", "--source", "stripe", ...wide]);
    assert.deepEqual(await sumsOf(rows), report.sold, "a row each, and their sums are those of the shop");
    const groups = join(folder, "groups.csv");
    await run(["report", "-", "--source", "stripe", "--measures", "count,captured,refunded", "--out", groups]);
    const [, line] = await lines(groups);
    const [currency, count, captured, refunded] = line.split(",");
    const sums = { count: Number(count), captured: minor(captured), refunded: minor(refunded) };
    assert.deepEqual([currency, sums], ["EUR", report.sold], "the figures are those of the shop");
    const round = (value) => Math.round(value * 100) / 100;
    const figures = {
      name: "report: every payment into a file, largest memory",
      n: COUNT,
      bytes: statSync(rows).size,
      value: round(report.mb),
      unit: "MB",
      peer: "the same command line, the first customer",
      peer_value: round(base.mb),
    };
    const more = { seconds: round(report.seconds), peer_seconds: round(base.seconds), sums_equal: true };
    process.stdout.write(
      `${JSON.stringify({ ...figures, ...more, ratio: round(report.mb / base.mb), bound: BOUND })}\n`,
    );
    return report.mb / base.mb < BOUND;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function lines(file) {
  const all = [];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    all.push(line);
  }
  return all;
}
