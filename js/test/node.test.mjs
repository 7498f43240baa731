// The corpus in wasm under Node, by `import` and by `require`, and what only JavaScript can ask.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { folder, generate } from "../../tests/decisions/generate.mjs";
import * as esm from "../dist/node.mjs";
import { cases } from "./cases.mjs";
import { runAll } from "./corpus.mjs";

const cjs = createRequire(import.meta.url)("../dist/node.cjs");

for (const [name, api] of [
  ["import", esm],
  ["require", cjs],
]) {
  test(`every case of the corpus holds by ${name} (${cases.length} cases)`, () => {
    assert.ok(cases.length >= 200);
    assert.deepEqual(runAll(api, cases), []);
  });
}

const { GuestfolioError, Ledger, describe, groupPayments, init, values } = esm;

const charge = (id, email, extra = {}) => ({
  id,
  object: "charge",
  amount: 1250,
  currency: "eur",
  created: 1767225600,
  livemode: true,
  status: "succeeded",
  paid: true,
  captured: true,
  billing_details: { email },
  ...extra,
});
const code = (expected, path) => (error) => {
  assert.ok(error instanceof GuestfolioError && error instanceof Error, String(error));
  assert.equal(error.name, "GuestfolioError");
  assert.equal(error.code, expected);
  if (path !== undefined) assert.equal(error.path, path);
  return true;
};

test("every kind of input gives the same customers", async () => {
  const records = [charge("ch_1", "a@example.com"), charge("ch_2", "b@example.com"), charge("ch_3", "a@example.com")];
  const text = JSON.stringify(records);
  const bytes = new TextEncoder().encode(text);
  const expected = groupPayments("stripe", records);
  assert.equal(expected.total, 2);
  assert.equal(expected.ingest.accepted, 3);
  const { ingest: _, ...page } = expected;
  for (const input of [
    text,
    bytes,
    Buffer.from(text),
    bytes.buffer,
    { object: "list", data: records },
    new DataView(bytes.buffer),
  ]) {
    const { ingest: __, ...same } = groupPayments("stripe", input);
    assert.deepEqual(same, page);
  }
  async function* slices(size) {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  for (const stream of [slices(1), slices(7), slices(4096), new Blob([bytes]).stream(), [text]]) {
    const ledger = new Ledger();
    const seen = [];
    const report = await ledger.ingestStream("stripe", stream, { onProgress: (progress) => seen.push(progress.bytes) });
    assert.equal(report.accepted, 3);
    assert.equal(seen.at(-1), bytes.length);
    assert.deepEqual(ledger.customers(), page);
    ledger.free();
  }
});

test("a page has plain objects, null for what is missing, and no BigInt", () => {
  const page = groupPayments("stripe", [charge("ch_1", "a@example.com")]);
  const walk = (value) => {
    assert.notEqual(value, undefined);
    assert.notEqual(typeof value, "bigint");
    if (Array.isArray(value)) value.forEach(walk);
    else if (value !== null && typeof value === "object") {
      assert.equal(Object.getPrototypeOf(value), Object.prototype);
      Object.values(value).forEach(walk);
    }
  };
  walk(page);
  assert.equal(page.items[0].name, null);
});

test("a text is never cut inside a character", () => {
  const name = "😀".repeat(600_000);
  const { ingest, items } = groupPayments(
    "stripe",
    JSON.stringify([charge("ch_1", "a@example.com", { billing_details: { name } })]),
  );
  assert.deepEqual(ingest.issues, []);
  assert.equal(items[0].name, name);
});

test("elements without a JSON form count as records", () => {
  const { ingest } = groupPayments("stripe", [undefined, () => 1, charge("ch_1", "a@example.com"), Symbol("x")]);
  assert.deepEqual([ingest.accepted, ingest.rejected], [1, 3]);
});

test("misuse throws a real error with a code", async () => {
  const ledger = new Ledger();
  const cyclic = {};
  cyclic.self = cyclic;
  assert.throws(() => ledger.ingest("stripe", 5), code("invalid_input"));
  assert.throws(() => ledger.ingest("stripe", null), code("invalid_input"));
  assert.throws(() => ledger.ingest("stripe", Promise.resolve("[]")), code("invalid_input"));
  assert.throws(() => ledger.ingest("stripe", cyclic), code("invalid_input"));
  assert.throws(() => ledger.ingest("stripe", [{ id: 1n }]), code("invalid_input"));
  assert.throws(() => ledger.customers(cyclic), code("invalid_input"));
  assert.throws(() => ledger.customers({ limit: 5n }), code("wrong_type", "/limit"));
  assert.throws(() => ledger.payment(undefined), code("wrong_type"));
  assert.throws(() => ledger.customer({ toString: () => "ch_1" }), code("wrong_type"));
  assert.throws(() => new Ledger({ timeZone: "Mars/Olympus" }), code("unknown_time_zone", "/timeZone"));
  assert.throws(() => new Ledger({ timeZone: 5 }), code("wrong_type", "/timeZone"));
  await assert.rejects(ledger.ingestStream("stripe", [5]), code("invalid_input"));
  ledger.ingest("stripe", [charge("ch_1", "a@example.com")]);
  assert.equal(ledger.customers().total, 1, "the ledger is usable afterwards");
});

test("what is no plain data is an error, never a rule that is left out", () => {
  const ledger = new Ledger();
  ledger.ingest("stripe", [charge("ch_1", "a@example.com")]);
  const ask = (request) => () => ledger.decideRefund("ch_1", { asOf: "2026-12-20", ...request });
  assert.equal(ask({ policy: { windowDays: 10 } })().outcome, "ineligible");
  for (const windowDays of [Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(ask({ policy: { windowDays } }), code("out_of_range", "/policy/windowDays"));
  }
  assert.throws(ask({ policy: new Map([["windowDays", 1]]) }), code("wrong_type", "/policy"));
  assert.throws(ask({ policy: Promise.resolve({ windowDays: 1 }) }), code("wrong_type", "/policy"));
  assert.throws(ask({ policy: () => ({}) }), code("wrong_type", "/policy"));
  assert.throws(ask({ actor: { limit: Number.NaN } }), code("out_of_range", "/actor/limit"));
  assert.throws(ask({ amount: Number.NaN }), code("out_of_range", "/amount"));
  assert.throws(() => ledger.customers({ limit: Number.NaN }), code("out_of_range", "/limit"));
  assert.throws(() => new Ledger(5), code("wrong_type"));
  assert.throws(() => new Ledger([]), code("wrong_type"));
  assert.throws(
    () => new Ledger({ zone: "UTC" }),
    (error) => /timeZone/.test(error.message) && code("unknown_field")(error),
  );
  assert.equal(groupPayments("stripe", "[]", null).total, 0);
});

test("a container that is no record is named as a mistake", async () => {
  const ledger = new Ledger();
  const containers = [
    new Response("[]"),
    new Blob(["[]"]),
    new Blob(["[]"]).stream(),
    new Map(),
    new Set(),
    new SharedArrayBuffer(4),
  ];
  for (const container of containers) {
    assert.throws(() => ledger.ingest("stripe", container), code("invalid_input"));
  }
  for (const stream of [null, 5, new Response("[]"), {}]) {
    await assert.rejects(ledger.ingestStream("stripe", stream), code("invalid_input"));
  }
  const { rejected, issues } = ledger.ingest("stripe", new Array(3));
  assert.equal(rejected, 3);
  assert.ok(issues.every((issue) => issue.code === "not_an_object"));
});

test("a date is a time", () => {
  const ledger = new Ledger();
  ledger.ingest("stripe", [charge("ch_1", "a@example.com")], { observedAt: new Date("2026-01-02T00:00:00Z") });
  const verdict = ledger.decideRefund("ch_1", { asOf: new Date("2026-01-10T00:00:00.500Z") });
  assert.equal(verdict.asOf, "2026-01-10T00:00:00Z");
  assert.throws(() => ledger.decideRefund("ch_1", { asOf: new Date("never") }), code("invalid_time", "/asOf"));
});

test("a stream can be given up, and what was read of it stays", async () => {
  const ledger = new Ledger();
  const abort = new AbortController();
  async function* endless() {
    yield `${JSON.stringify(charge("ch_1", "a@example.com"))}\n`;
    for (;;) {
      abort.abort(new Error("enough"));
      yield "\n";
    }
  }
  await assert.rejects(ledger.ingestStream("stripe", endless(), { signal: abort.signal }), code("aborted"));
  await assert.rejects(
    ledger.ingestStream(
      "stripe",
      (async function* () {
        yield "";
        throw new Error("gone");
      })(),
    ),
    /gone/,
  );
  ledger.ingest("stripe", [charge("ch_2", "b@example.com")]);
  assert.deepEqual(
    ledger.payments().items.map(({ id }) => id),
    ["ch_2", "ch_1"],
  );
});

test("a signal ends a wait at once, and the stream is told", async () => {
  const ledger = new Ledger();
  let canceled;
  const waiting = () =>
    new ReadableStream({
      pull: () => new Promise(() => {}),
      cancel: (reason) => {
        canceled = reason;
      },
    });
  const abort = new AbortController();
  const reading = ledger.ingestStream("stripe", waiting(), { signal: abort.signal });
  setTimeout(() => abort.abort("enough"), 10);
  await assert.rejects(reading, (error) => error.cause === "enough" && code("aborted")(error));
  assert.equal(canceled, "enough");
  let pulled = 0;
  const counting = {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        pulled += 1;
        return { done: true };
      },
    }),
  };
  await assert.rejects(ledger.ingestStream("stripe", counting, { signal: AbortSignal.abort() }), code("aborted"));
  assert.ok(pulled <= 1);
});

test("text chunks may be cut inside a character", async () => {
  const ledger = new Ledger();
  const text = JSON.stringify(charge("ch_1", "a@example.com", { billing_details: { name: "A😀B" } }));
  const { issues } = await ledger.ingestStream("stripe", text.split(""));
  assert.deepEqual(issues, []);
  assert.equal(ledger.payments().items[0].name, "A😀B");
});

test("a freed ledger says so, and freeing twice is harmless", () => {
  const ledger = new Ledger();
  ledger.free();
  ledger.free();
  assert.throws(() => ledger.customers(), code("ledger_freed"));
  assert.throws(() => ledger.ingest("stripe", "[]"), code("ledger_freed"));
  const disposed = new Ledger();
  disposed[Symbol.dispose]();
  assert.throws(() => disposed.payments(), code("ledger_freed"));
});

test("a ledger freed while a stream is read stops the stream", async () => {
  const ledger = new Ledger();
  async function* chunks() {
    yield `${JSON.stringify(charge("ch_1", "a@example.com"))}\n`;
    ledger.free();
    yield `${JSON.stringify(charge("ch_2", "a@example.com"))}\n`;
  }
  await assert.rejects(ledger.ingestStream("stripe", chunks()), code("ledger_freed"));
});

test("a forgotten ledger is collected", async () => {
  const { setFlagsFromString } = await import("node:v8");
  const { runInNewContext } = await import("node:vm");
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc");
  const fill = () => {
    const ledger = new Ledger();
    ledger.ingest(
      "stripe",
      Array.from({ length: 2000 }, (_, n) => charge(`ch_${n}`, `a${n}@example.com`, { description: "x".repeat(2000) })),
    );
  };
  const memory = () => process.memoryUsage().arrayBuffers + process.memoryUsage().external;
  for (let round = 0; round < 5; round += 1) fill();
  const before = memory();
  for (let round = 0; round < 40; round += 1) {
    fill();
    gc();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  // Forty ledgers of 4 MB each would be 160 MB; a few may still wait for their turn.
  assert.ok(memory() - before < 80 << 20, `${(memory() - before) >> 20} MB more`);
});

test("init is there in Node too, and has nothing to do", async () => {
  await init();
  await init("nowhere");
});

test("every word of the lists that agents read has a text", () => {
  const described = [
    "payment_status",
    "dispute_state",
    "refund_state",
    "customer_kind",
    "identifier_kind",
    "evidence_reason",
    "answer",
    "outcome",
    "route",
    "check_code",
    "alternative_code",
    "warning_code",
  ];
  for (const list of described) {
    for (const word of values(list)) {
      const { label, meaning } = describe(list, word);
      assert.ok(label !== word || word.length < 8, `${list} ${word}`);
      assert.match(meaning, /\.$/, `${list} ${word}`);
    }
  }
  assert.equal(describe("outcome", "constructor").label, "constructor");
});

test("no payer's data stand in a message", () => {
  const secret = "very.secret@example.com";
  const { ingest } = groupPayments("stripe", [charge(secret, secret, { created: secret }), `{"email":"${secret}`]);
  assert.ok(ingest.issues.length >= 2);
  assert.ok(!JSON.stringify(ingest.issues).includes("secret"));
});

/** Lets the stack run out inside the module: from the deepest frame up, the first call that gets so far fails there. */
function stopEngine(ledger) {
  const dive = () => {
    try {
      dive();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      ledger.customers();
    }
  };
  try {
    dive();
  } catch (error) {
    return error;
  }
}

test("when the engine stops it says so, and new ledgers work after it", async () => {
  const ledger = new Ledger();
  const record = (id) => `${JSON.stringify(charge(id, "a@example.com"))}\n`;
  let stopped;
  let fresh;
  async function* chunks() {
    yield record("ch_1");
    stopped = stopEngine(ledger);
    fresh = new Ledger();
    yield record("ch_2");
  }
  await assert.rejects(ledger.ingestStream("stripe", chunks()), code("engine_stopped"));
  code("engine_stopped")(stopped);
  assert.throws(() => ledger.customers(), code("engine_stopped"));
  ledger.free();
  assert.throws(() => ledger.customers(), code("ledger_freed"));
  assert.equal(fresh.payments().total, 0, "nothing of the old stream is in the new ledger");
  assert.equal(groupPayments("stripe", [charge("ch_1", "a@example.com")]).total, 1);
});

test("the decision cases are those of the table, and there are at least 400", () => {
  const made = generate();
  for (const { name, text } of made) {
    const committed = readFileSync(join(folder, name), "utf8");
    assert.ok(committed === text, `${name} is out of date: run node tests/decisions/generate.mjs`);
  }
  assert.deepEqual(readdirSync(folder).sort(), made.map(({ name }) => name).sort());
  const cells = made.reduce((sum, file) => sum + file.cells, 0);
  assert.ok(cells >= 400, `${cells} cells`);
});
