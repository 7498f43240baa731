// Reports as a script reads them: in chunks, of one state, and over the command line into a file.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Ledger } from "../dist/node.mjs";
import { js } from "./packed.mjs";

const folder = mkdtempSync(join(tmpdir(), "guestfolio-reports-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const code = (code, path) => (error) => error.code === code && (path === undefined || error.path === path);
const charge = (number) => ({
  id: `ch_${number}`,
  object: "charge",
  amount: 100 + number,
  amount_captured: 100 + number,
  currency: "eur",
  created: 1_767_225_600 + number,
  status: "succeeded",
  paid: true,
  captured: true,
  livemode: true,
  billing_details: { email: `p${number % 7}@example.com`, name: "Alice" },
});
const COUNT = 5_000;
const charges = Array.from({ length: COUNT }, (_, number) => charge(number));
/** The sum of 100 to 5,099. */
const SUM = (COUNT * (100 + 100 + COUNT - 1)) / 2;

function shop() {
  const ledger = new Ledger();
  ledger.ingest("stripe", charges);
  return ledger;
}

test("a report comes in chunks, and every payment is in it once", () => {
  const report = shop().report({ rows: "payments", columns: ["id", "captured"], format: "ndjson" });
  assert.deepEqual([report.total, report.done], [COUNT, 0]);
  const sizes = [];
  let text = "";
  for (const chunk of report) {
    sizes.push(chunk.length);
    text += chunk;
    assert.ok(report.done > 0);
  }
  assert.ok(sizes.length > 3 && Math.max(...sizes) < 70_000, `${sizes}`);
  assert.equal(report.done, COUNT);
  const rows = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(new Set(rows.map(({ id }) => id)).size, COUNT);
  assert.equal(
    rows.reduce((sum, { captured }) => sum + captured.minor, 0),
    SUM,
  );
});

test("a report is of one state of the ledger", () => {
  const ledger = shop();
  const [first, second] = [
    ledger.report({ rows: "payments", columns: "id" }),
    ledger.report({ rows: "payments", columns: "id" }),
  ];
  const reader = first[Symbol.iterator]();
  assert.equal(reader.next().done, false);
  ledger.ingest("stripe", charge(COUNT));
  assert.throws(() => reader.next(), code("ledger_changed"));
  ledger.free();
  assert.throws(() => [...second], code("ledger_freed"));
});

test("what a script gets wrong is named with its place", () => {
  const ledger = shop();
  const rows = "payments";
  assert.throws(
    () => ledger.report({ rows, columns: "id", zone: "Europe/Nowhere" }),
    code("unknown_time_zone", "/zone"),
  );
  assert.throws(() => ledger.report({ rows, columns: "id", zone: 2 }), code("wrong_type", "/zone"));
  assert.throws(() => ledger.report(), code("missing_field", "/rows"));
  assert.throws(() => ledger.customers({ mask: "yes" }), code("wrong_type", "/mask"));
  assert.throws(() => ledger.customer("ch_1", { masked: true }), code("unknown_field", "/masked"));
  assert.equal([...ledger.report({ rows, measures: "count", zone: "Asia/Tokyo", period: "ever" })].length, 1);
});

test("the command line writes a report into a file, whole or not at all", () => {
  const records = join(folder, "charges.json");
  writeFileSync(records, JSON.stringify(charges));
  const cli = (...args) =>
    spawnSync(process.execPath, [join(js, "dist", "cli.mjs"), "report", records, ...args], { encoding: "utf8" });
  const out = join(folder, "report.csv");
  const { status, stdout, stderr } = cli("--measures", "count,captured", "--group-by", "status", "--out", out);
  assert.deepEqual([status, stdout, stderr], [0, "", ""]);
  const expected = `\ufeffstatus,currency,count,captured\r\npaid,EUR,${COUNT},${(SUM / 100).toFixed(2)}\r\n`;
  assert.equal(readFileSync(out, "utf8"), expected);
  assert.equal(cli("--measures", "count,captured", "--group-by", "status").stdout, expected);
  const wrong = cli("--columns", "colour", "--out", join(folder, "wrong.csv"));
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /unknown_word: must be one of created, id, .* \(at \/columns\/0\)/);
  assert.ok(!existsSync(join(folder, "wrong.csv")));
  const nowhere = cli("--columns", "id", "--out", join(folder, "no", "such.csv"));
  assert.equal(nowhere.status, 2);
  assert.match(nowhere.stderr, /ENOENT/);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith(".part")),
    [],
  );
  const nothing = cli("--columns", "id", "--where", '{"status": "failed"}');
  assert.equal(nothing.status, 1);
});

test("a report is read once", () => {
  const report = shop().report({ rows: "payments", columns: "id" });
  assert.equal([...report].length > 0, true);
  assert.equal(report.rows, COUNT);
  assert.throws(() => [...report], code("invalid_input"));
});
