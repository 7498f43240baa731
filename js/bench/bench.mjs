// Speed against peers in the same run: rounds alternate, and the ratio is of the fastest round of each. One JSON object a
// line.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Ledger } from "../dist/node.mjs";
import { peerOf } from "./adapters.mjs";
import { benchGrowth } from "./growth.mjs";
import { peerPage } from "./peer.mjs";
import { listBytes } from "./shop.mjs";
import { shopOf } from "./shops.mjs";

const ROUNDS = 11;
/**
 * How many times faster than the peer each source must be. The peer takes what a page needs; a ledger keeps all that is ever asked,
 * and what it saves in memory (records as bytes, ids in six bits a letter) it pays for each text that it keeps. That is little
 * beside a record of which nine tenths are skipped, more of Dodo's and Flatpay's, and most of our own form, of which nothing is.
 */
const BOUNDS = { stripe: 2, shopify: 2, woocommerce: 2, dodo: 1.75, flatpay: 1.75, canonical: 1.5 };
const N = Number(process.env.BENCH_N ?? 100_000);
const PEOPLE = Math.round(N * 0.3);

function timed(work) {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** Runs both in turn; the fastest of each. */
function race(name, n, bytes, ours, peer, peerName, bound) {
  let [best, peerBest] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < ROUNDS; round += 1) {
    best = Math.min(best, timed(ours));
    peerBest = Math.min(peerBest, timed(peer));
    process.stderr.write(`\r${name}: round ${round + 1} of ${ROUNDS} `);
  }
  process.stderr.write("\r\u001b[K");
  const round = (value) => Math.round(value * 100) / 100;
  const line = { name, n, bytes, value: round(best), unit: "ms", peer: peerName, peer_value: round(peerBest) };
  process.stdout.write(`${JSON.stringify({ ...line, ratio: round(peerBest / best), bound })}\n`);
  return peerBest / best;
}

const decoder = new TextDecoder();

function ledgerOf(source, input, count) {
  // The peer implements the published rule.
  const ledger = new Ledger({ grouping: "stripe" });
  const report = ledger.ingest(source, input);
  assert.equal(report.accepted, count, JSON.stringify(report).slice(0, 400));
  return ledger;
}

/** Both sides must give the same customers, or the times mean nothing. */
function assertSameCustomers(source, input, peer, count) {
  const ledger = ledgerOf(source, input, count);
  const page = ledger.customers();
  assert.equal(page.total, peer.total, source);
  const shown = page.items.map(({ name, emails, phones, paymentCount, totals, firstPaymentAt, lastPaymentAt }) => ({
    name,
    emails,
    phones,
    paymentCount,
    totals: totals.map(({ currency, captured, refunded }) => ({
      currency,
      captured: captured.minor,
      refunded: refunded.minor,
    })),
    firstPaymentAt: firstPaymentAt.replace("Z", ".000Z"),
    lastPaymentAt: lastPaymentAt.replace("Z", ".000Z"),
  }));
  assert.deepEqual(shown, peer.items, source);
  const ofPayment = new Map();
  for (let cursor = null; ; ) {
    const payments = ledger.payments({ limit: 1000, cursor });
    for (const { id, customerId } of payments.items) ofPayment.set(id, customerId);
    cursor = payments.next;
    if (cursor === null) break;
  }
  for (const one of peer.customers) {
    const [customer, ...others] = new Set(one.payments.map(({ id }) => ofPayment.get(id)));
    assert.ok(customer !== undefined && others.length === 0, `a customer of the peer is ${others.length + 1} here`);
  }
  ledger.free();
}

const firstPage = (source, input, count) => () => {
  const ledger = ledgerOf(source, input, count);
  ledger.customers();
  ledger.free();
};

/** The Stripe shop as an export writes it. */
function canonicalBytes(count) {
  const ledger = ledgerOf("stripe", listBytes(count, Math.round(count * 0.3)), count);
  const records = [];
  for (let cursor = null; ; ) {
    const page = ledger.records({ limit: 1000, cursor });
    records.push(...page.items);
    cursor = page.next;
    if (cursor === null) break;
  }
  ledger.free();
  return new TextEncoder().encode(JSON.stringify(records));
}

/** Stripe is measured larger, and on objects that the host holds, too. */
function benchStripe() {
  const bytes = listBytes(N, PEOPLE);
  const objects = JSON.parse(decoder.decode(bytes)).data;
  assertSameCustomers("stripe", bytes, peerPage(objects), N);
  const ratio = race(
    "stripe: bytes to the first page of customers",
    N,
    bytes.length,
    firstPage("stripe", bytes, N),
    () => peerPage(JSON.parse(decoder.decode(bytes)).data),
    "JSON.parse and JavaScript",
    BOUNDS.stripe,
  );
  race(
    "stripe: objects that the host holds to the first page of customers",
    N,
    bytes.length,
    firstPage("stripe", objects, N),
    () => peerPage(objects),
    "JavaScript",
    null,
  );
  return ratio;
}

function benchOther(source) {
  const count = Math.round(N / 4);
  const shop =
    source === "canonical"
      ? { bytes: canonicalBytes(count), ...peerOf(source) }
      : shopOf(source, count, Math.round(count * 0.3));
  const peer = () => peerPage(shop.listOf(JSON.parse(decoder.decode(shop.bytes))), shop.adapt);
  assertSameCustomers(source, shop.bytes, peer(), count);
  return race(
    `${source}: bytes to the first page of customers`,
    count,
    shop.bytes.length,
    firstPage(source, shop.bytes, count),
    peer,
    "JSON.parse and JavaScript",
    BOUNDS[source],
  );
}

// A process for each, so that no line feels the memory that another has used.
const source = process.argv[2];
if (source === undefined) {
  for (const name of [
    "stripe",
    "dodo",
    "flatpay",
    "shopify",
    "woocommerce",
    "canonical",
    "refund",
    "growth",
    "lists",
    "report",
  ]) {
    const start = () =>
      spawnSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), name], { stdio: "inherit" });
    let child = start();
    // Node 20 stops now and then in this process ("unreachable code" in V8), once the peers have begun: once more.
    for (let again = 0; again < 3 && name === "refund" && child.signal !== null; again += 1) {
      child = start();
    }
    process.exitCode ||= child.status ?? 1;
  }
  // It must see the module start, which this file has done already.
  const memory = fileURLToPath(new URL("memory.mjs", import.meta.url));
  const child = spawnSync(process.execPath, [...process.execArgv, "--expose-gc", memory], { stdio: "inherit" });
  process.exitCode ||= child.status ?? 1;
} else if (source === "refund") {
  const { benchRefunds } = await import("./refund.mjs");
  if (!(await benchRefunds())) {
    process.stderr.write("refund is below its bounds\n");
    process.exitCode = 1;
  }
} else if (source === "growth") {
  if (!(await benchGrowth())) {
    process.stderr.write("growth is beyond its bounds\n");
    process.exitCode = 1;
  }
} else if (source === "lists") {
  const { benchLists } = await import("./lists.mjs");
  if (!benchLists()) {
    process.stderr.write("lists are beyond their bounds\n");
    process.exitCode = 1;
  }
} else if (source === "report") {
  const { benchReport } = await import("./report.mjs");
  if (!(await benchReport())) {
    process.stderr.write("report is beyond its bounds\n");
    process.exitCode = 1;
  }
} else if ((source === "stripe" ? benchStripe() : benchOther(source)) < BOUNDS[source]) {
  process.stderr.write(`${source} is below its bound\n`);
  process.exitCode = 1;
}
