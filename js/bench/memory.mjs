// What a ledger of a million payments takes of memory: itself beside the links to receipts, and with its lists and search index, against
// the heap that holds the same payments as parsed objects. WebAssembly's memory only grows, so what is measured is the most that
// it ever needed.

import assert from "node:assert/strict";
import { charges } from "./shop.mjs";

const COUNT = Number(process.env.BENCH_LARGE ?? 1_000_000);
const CHUNK = 5_000;
/** Bytes a payment, beside links and the search index. */
const BOUND = 300;
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

/** Prints the lines; whether all are within their bounds. */
function benchMemory() {
  const encoder = new TextEncoder();
  const before = memory.buffer.byteLength;
  const taken = () => (memory.buffer.byteLength - before) / COUNT;
  const ledger = new Ledger();
  let [lines, links] = [[], 0];
  const feed = () => {
    assert.equal(ledger.ingest("stripe", encoder.encode(lines.join("\n"))).rejected, 0);
    lines = [];
  };
  for (const charge of charges(COUNT, Math.round(COUNT * 0.3))) {
    lines.push(JSON.stringify(charge));
    links += charge.receipt_url.length;
    if (lines.length === CHUNK) feed();
  }
  feed();
  const records = taken();
  ledger.customers();
  const book = taken();
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
  const own = book - links / COUNT;
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
  say("memory: the ledger beside links and the search index", own, "the bound", BOUND, own / BOUND, 1, {
    records: round(records),
    links: round(links / COUNT),
  });
  say("memory: with links, lists and the search index", all, "parsed objects", heap, all / heap, PART);
  return own <= BOUND && all / heap <= PART;
}

if (!benchMemory()) {
  process.stderr.write("memory is beyond its bounds\n");
  process.exitCode = 1;
}
