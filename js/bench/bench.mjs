// Speed against peers in the same run: rounds alternate, and the ratio is of the fastest round of each. One JSON object a
// line.

import assert from "node:assert/strict";
import { Ledger } from "../dist/node.mjs";
import { peerPage } from "./peer.mjs";
import { listBytes } from "./shop.mjs";

const ROUNDS = 7;
const N = Number(process.env.BENCH_N ?? 100_000);
const PEOPLE = Math.round(N * 0.3);

function timed(work) {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** Runs both in turn; the fastest of each. */
function race(name, bytes, ours, peer, peerName, bound) {
  let [best, peerBest] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < ROUNDS; round += 1) {
    best = Math.min(best, timed(ours));
    peerBest = Math.min(peerBest, timed(peer));
    process.stderr.write(`\r${name}: round ${round + 1} of ${ROUNDS} `);
  }
  process.stderr.write("\r\u001b[K");
  const round = (value) => Math.round(value * 100) / 100;
  const line = { name, n: N, bytes, value: round(best), unit: "ms", peer: peerName, peer_value: round(peerBest) };
  process.stdout.write(`${JSON.stringify({ ...line, ratio: round(peerBest / best), bound })}\n`);
  return peerBest / best;
}

const bytes = listBytes(N, PEOPLE);
const objects = JSON.parse(new TextDecoder().decode(bytes)).data;

function ledgerOf(input) {
  const ledger = new Ledger();
  const report = ledger.ingest("stripe", input);
  assert.equal(report.accepted, N);
  return ledger;
}

/** Both sides must give the same customers, or the times mean nothing. */
function assertSameCustomers() {
  const ledger = ledgerOf(bytes);
  const peer = peerPage(objects);
  const page = ledger.customers();
  assert.equal(page.total, peer.total);
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
  assert.deepEqual(shown, peer.items);
  const ofPayment = new Map();
  for (let cursor = null; ; ) {
    const payments = ledger.payments({ limit: 1000, cursor });
    for (const { id, customerId } of payments.items) ofPayment.set(id, customerId);
    cursor = payments.next;
    if (cursor === null) break;
  }
  for (const guest of peer.guests) {
    const [customer, ...others] = new Set(guest.payments.map((charge) => ofPayment.get(charge.payment_intent)));
    assert.ok(
      customer !== undefined && others.length === 0,
      `a guest of the peer is ${others.length + 1} customers here`,
    );
  }
  ledger.free();
}

assertSameCustomers();
const firstPage = (input) => () => {
  const ledger = ledgerOf(input);
  ledger.customers();
  ledger.free();
};
const decoder = new TextDecoder();
const ratio = race(
  "stripe: bytes to the first page of customers",
  bytes.length,
  firstPage(bytes),
  () => peerPage(JSON.parse(decoder.decode(bytes)).data),
  "JSON.parse and JavaScript",
  2,
);
race(
  "stripe: objects that the host holds to the first page of customers",
  bytes.length,
  firstPage(objects),
  () => peerPage(objects),
  "JavaScript",
  null,
);
if (ratio < 2) {
  process.stderr.write("the first line is below its bound\n");
  process.exitCode = 1;
}
