// What a ledger of a million payments takes of memory: itself without the links to receipts, in a process of its own, and with them, its
// lists and its search index, against the heap that holds the same payments as parsed objects. WebAssembly's memory only grows, so what
// is measured is the most that it ever needed.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { charges } from "./shop.mjs";

const COUNT = Number(process.env.BENCH_LARGE ?? 1_000_000);
const CHUNK = 5_000;
/** Bytes a payment, beside links and the search index. */
const BOUND = 300;
/** What the process is told that measures a ledger without links. */
const WITHOUT_LINKS = "--without-links";
/** All of it, of the heap of the parsed objects. */
const PART = 0.1;

/** The memory of the module: whoever starts it first hands it over. */
let memory;
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, given) {
    const instance = new target(...given);
    memory ??= instance.exports.memory;
    return instance;
  },
});

const round = (value) => Math.round(value * 100) / 100;

const { Ledger } = await import("../dist/node.mjs");

const before = memory.buffer.byteLength;
const taken = () => (memory.buffer.byteLength - before) / COUNT;

/** A ledger of all payments that was asked once. */
function fill(change) {
  const encoder = new TextEncoder();
  const ledger = new Ledger();
  let lines = [];
  const feed = () => {
    assert.equal(ledger.ingest("stripe", encoder.encode(lines.join("\n"))).rejected, 0);
    lines = [];
  };
  for (const charge of charges(COUNT, Math.round(COUNT * 0.3))) {
    lines.push(JSON.stringify({ ...charge, ...change }));
    if (lines.length === CHUNK) feed();
  }
  feed();
  ledger.customers();
  return ledger;
}

/** Bytes a payment without links, as another process measured it. */
function withoutLinks() {
  const itself = fileURLToPath(import.meta.url);
  const child = spawnSync(process.execPath, [...process.execArgv, itself, WITHOUT_LINKS], { encoding: "utf8" });
  assert.equal(child.status, 0, child.stderr);
  const bytes = Number(child.stdout);
  assert.ok(bytes > 0, child.stdout);
  return bytes;
}

/** Prints the lines; whether all are within their bounds. */
function benchMemory() {
  const own = withoutLinks();
  const ledger = fill({});
  const linked = taken();
  ledger.payments({ sort: { by: "amount", direction: "desc", currency: "EUR" } });
  ledger.customers({ sort: { by: "name" } });
  ledger.search("alice");
  const all = taken();
  ledger.free();
  globalThis.gc();
  const empty = process.memoryUsage().heapUsed;
  const objects = [];
  for (const charge of charges(COUNT, Math.round(COUNT * 0.3))) {
    objects.push(JSON.parse(JSON.stringify(charge)));
  }
  globalThis.gc();
  const heap = (process.memoryUsage().heapUsed - empty) / objects.length;
  const say = (name, value, peer, peerValue, ratio, bound, more = {}) => {
    const figures = {
      name,
      n: COUNT,
      value: round(value),
      unit: "bytes a payment",
      peer,
      peer_value: round(peerValue),
    };
    process.stdout.write(`${JSON.stringify({ ...figures, ratio: round(ratio), bound, ...more })}\n`);
  };
  say("memory: the ledger without links and the search index", own, "the bound", BOUND, own / BOUND, 1, {
    links: round(linked - own),
  });
  say("memory: with links, lists and the search index", all, "parsed objects", heap, all / heap, PART);
  return own <= BOUND && all / heap <= PART;
}

if (process.argv[2] === WITHOUT_LINKS) {
  fill({ receipt_url: null });
  process.stdout.write(String(taken()));
} else if (!benchMemory()) {
  process.stderr.write("memory is beyond its bounds\n");
  process.exitCode = 1;
}
