// What a ledger of a million payments takes of memory: itself without the links to receipts, and with them, its lists and its search
// index, against the heap that holds the same payments as parsed objects. WebAssembly's memory only grows, so what is measured is the
// most that it ever needed. The payments are those of the lists and searches (`lists.mjs`): PaymentIntents with their charges, as Stripe
// lists payments today. Beside them, as old accounts and exports have them, charges alone: such an object has much less that a ledger
// leaves out, and a tenth of it is beyond us.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { charges, intents } from "./shop.mjs";

const COUNT = Number(process.env.BENCH_LARGE ?? 1_000_000);
const PEOPLE = Math.round(COUNT * 0.3);
const CHUNK = 5_000;
/** Bytes a payment, beside links and the search index. */
const BOUND = 300;
/** All of it, of the heap of the parsed objects. */
const PART = { intents: 0.1, charges: 0.14 };

const SHOPS = { intents, charges };

const withoutLink = (charge) => ({ ...charge, receipt_url: null });
/** The same without the links to receipts. */
const WITHOUT_LINKS = {
  intents: (intent) => ({ ...intent, latest_charge: withoutLink(intent.latest_charge) }),
  charges: withoutLink,
};

const round = (value) => Math.round(value * 100) / 100;

/** A ledger of all payments that was asked once, and what it takes of WebAssembly's memory, a payment. */
async function fill(shop, change) {
  let memory;
  // Whoever starts the module first hands its memory over.
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct(target, given) {
      const instance = new target(...given);
      memory ??= instance.exports.memory;
      return instance;
    },
  });
  const { Ledger } = await import("../dist/node.mjs");
  const before = memory.buffer.byteLength;
  const encoder = new TextEncoder();
  const ledger = new Ledger();
  let lines = [];
  const feed = () => {
    assert.equal(ledger.ingest("stripe", encoder.encode(lines.join("\n"))).rejected, 0);
    lines = [];
  };
  for (const one of SHOPS[shop](COUNT, PEOPLE)) {
    lines.push(JSON.stringify(change(one)));
    if (lines.length === CHUNK) feed();
  }
  feed();
  ledger.customers();
  return { ledger, taken: () => (memory.buffer.byteLength - before) / COUNT };
}

/** What is measured, each in a process of its own: bytes a payment. */
const MEASURES = {
  async own(shop) {
    const { taken } = await fill(shop, WITHOUT_LINKS[shop]);
    return [taken()];
  },
  async all(shop) {
    const { ledger, taken } = await fill(shop, (one) => one);
    const linked = taken();
    const { total } = ledger.payments({ sort: { by: "amount", direction: "desc", currency: "EUR" } });
    assert.equal(total, COUNT);
    ledger.customers({ sort: { by: "name" } });
    ledger.search("alice");
    return [linked, taken()];
  },
  objects(shop) {
    globalThis.gc();
    const empty = process.memoryUsage().heapUsed;
    const objects = [];
    for (const one of SHOPS[shop](COUNT, PEOPLE)) {
      objects.push(JSON.parse(JSON.stringify(one)));
    }
    globalThis.gc();
    return [(process.memoryUsage().heapUsed - empty) / objects.length];
  },
};

function measured(measure, shop) {
  const itself = fileURLToPath(import.meta.url);
  const child = spawnSync(process.execPath, [...process.execArgv, itself, measure, shop], { encoding: "utf8" });
  assert.equal(child.status, 0, child.stderr);
  const bytes = JSON.parse(child.stdout);
  assert.ok(
    bytes.every((one) => one > 0),
    child.stdout,
  );
  return bytes;
}

/** Prints the lines of a shop; whether all are within their bounds. */
function benchMemory(shop) {
  const [own, linked, all, heap] = ["own", "all", "objects"].flatMap((measure) => measured(measure, shop));
  const say = (what, value, peer, peerValue, more) => {
    const figures = { name: `memory, ${shop}: ${what}`, n: COUNT, value: round(value), unit: "bytes a payment", peer };
    const ratio = Math.round((value / peerValue) * 1000) / 1000;
    process.stdout.write(`${JSON.stringify({ ...figures, peer_value: round(peerValue), ratio, ...more })}\n`);
  };
  say("the ledger without links and the search index", own, "the bound", BOUND, {
    bound: 1,
    links: round(linked - own),
  });
  say("with links, lists and the search index", all, "parsed objects", heap, { bound: PART[shop] });
  return own <= BOUND && all / heap <= PART[shop];
}

const [measure, shop] = process.argv.slice(2);
if (measure !== undefined) {
  process.stdout.write(JSON.stringify(await MEASURES[measure](shop)));
} else if (!Object.keys(SHOPS).map(benchMemory).every(Boolean)) {
  process.stderr.write("memory is beyond its bounds\n");
  process.exitCode = 1;
}
