// Lists, filters, searches, details and texts in a ledger of a million payments, PaymentIntents with their charges as Stripe lists them,
// against filtering and sorting parsed objects in JavaScript without an index: the second call of each, when what is made once has
// been made.

import assert from "node:assert/strict";
import { Ledger } from "../dist/node.mjs";
import { intents } from "./shop.mjs";

const COUNT = Number(process.env.BENCH_LARGE ?? 1_000_000);
const CHUNK = 5_000;
const ROUNDS = 15;
/** Milliseconds that an answer may take. */
const SOON = 10;
/** How many times faster than the peer. */
const BOUND = 20;

const encoder = new TextEncoder();
const round = (value) => Math.round(value * 1000) / 1000;
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];

/** Fills a ledger; what the peer needs of each payment, as a careful page would keep it. */
function shop() {
  const ledger = new Ledger();
  const objects = [];
  let lines = [];
  const feed = () => {
    const report = ledger.ingest("stripe", encoder.encode(lines.join("\n")));
    assert.equal(report.rejected, 0);
    lines = [];
  };
  for (const intent of intents(COUNT, Math.round(COUNT * 0.3))) {
    lines.push(JSON.stringify(intent));
    const charge = intent.latest_charge;
    objects.push({
      id: intent.id,
      created: intent.created,
      amount: charge.amount,
      currency: charge.currency,
      status: charge.status,
      refunded: charge.amount_refunded,
      name: charge.billing_details.name,
      email: charge.billing_details.email,
      phone: charge.billing_details.phone,
      country: charge.billing_details.address.country,
      last4: charge.payment_method_details.card.last4,
      method: charge.payment_method_details.type,
    });
    if (lines.length === CHUNK) {
      feed();
    }
  }
  feed();
  return { ledger, objects };
}

/** The peer's customers: payments under their e-mails, which is less than the ledger does. */
function peerCustomers(objects) {
  const byEmail = new Map();
  for (const one of objects) {
    const known = byEmail.get(one.email);
    if (known === undefined) {
      byEmail.set(one.email, {
        name: one.name,
        email: one.email,
        phone: one.phone,
        last: one.created,
        spent: one.amount,
        payments: [one],
      });
    } else {
      known.last = one.created;
      known.spent += one.amount;
      known.payments.push(one);
    }
  }
  return [...byEmail.values()];
}

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const by = (key, direction) => (a, b) => direction * compare(key(a), key(b));

function timed(work) {
  const start = performance.now();
  const result = work();
  return [performance.now() - start, result];
}

/** The median of calls after the first. */
function second(work) {
  work();
  return median(Array.from({ length: ROUNDS }, () => timed(work)[0]));
}

function line(name, value, peer, isWithin) {
  const figures = {
    name,
    n: COUNT,
    value: round(value),
    unit: "ms",
    peer: "JavaScript over objects",
    peer_value: round(peer),
  };
  process.stdout.write(
    `${JSON.stringify({ ...figures, ratio: round(peer / value), bound: BOUND, within_ms: SOON })}\n`,
  );
  return isWithin;
}

/** Prints the lines; whether all are within their bounds. */
export function benchLists() {
  const { ledger, objects } = shop();
  const people = peerCustomers(objects);
  const query = (by, direction = "desc") => ({ sort: { by, direction, ...(CURRENCY.has(by) && { currency: "EUR" }) } });
  const checks = [];
  const check = (name, ours, peer) => {
    const [value, other] = [second(ours), median([timed(peer)[0], timed(peer)[0], timed(peer)[0]])];
    checks.push(line(name, value, other, value < SOON && other / value > BOUND));
  };
  const page = (list) => list.slice(0, 50);
  const sortedCopy = (list, key) => page(list.toSorted(by(key, -1)));
  /** The slowest of all columns speaks for them; the peer sorts by numbers, which it does fastest. */
  const slowest = (columns, ask) => {
    const times = columns.map((column) => [column, second(() => ask(column))]);
    return times.toSorted((a, b) => b[1] - a[1])[0];
  };
  for (const [list, columns, peer] of [
    ["customers", CUSTOMER_COLUMNS, () => sortedCopy(people, (one) => one.last)],
    ["payments", PAYMENT_COLUMNS, () => sortedCopy(objects, (one) => one.amount)],
  ]) {
    const [column, value] = slowest(columns, (column) => ledger[list](query(column)));
    const other = median([timed(peer)[0], timed(peer)[0], timed(peer)[0]]);
    checks.push(
      line(
        `${list}: first page by any column, the slowest (${column})`,
        value,
        other,
        value < SOON && other / value > BOUND,
      ),
    );
  }
  const where = { status: "paid", amount: { from: { decimal: "100", currency: "EUR" } } };
  check(
    "payments: a filtered page",
    () => ledger.payments({ where, sort: { by: "amount", direction: "desc", currency: "EUR" } }),
    () =>
      sortedCopy(
        objects.filter((one) => one.status === "succeeded" && one.refunded === 0 && one.amount >= 10_000),
        (one) => one.amount,
      ),
  );
  const sample = objects[Math.floor(COUNT / 3)];
  const bare = (text) => text?.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase() ?? "";
  const [first, last] = bare(sample.name).split(" ");
  for (const [name, text, holds] of [
    ["a rare word", sample.email.split("@")[0], (one) => one.email.startsWith(sample.email.split("@")[0])],
    [
      "two frequent words",
      `${first} ${last}`,
      (one) => bare(one.name).includes(first) && bare(one.name).includes(last),
    ],
    [
      "a name, a card and a condition",
      `${first} card:${sample.last4} status:paid`,
      (one) => one.last4 === sample.last4 && one.status === "succeeded" && bare(one.name).includes(first),
    ],
    ["the beginning of an id", sample.id.slice(0, 9), (one) => one.id.startsWith(sample.id.slice(0, 9))],
    ["what everybody has", "example.com", (one) => one.email.endsWith("@example.com")],
    [
      "an amount",
      `${(sample.amount / 100).toFixed(2)} EUR`,
      (one) => one.amount === sample.amount && one.currency === "eur",
    ],
  ]) {
    check(
      `search: ${name}`,
      () => ledger.search(text),
      () => sortedCopy(objects.filter(holds), (one) => one.created),
    );
  }
  const holder = ledger.payment(sample.id).payment.customerId;
  checks.push(
    line(
      "a customer's detail",
      second(() => ledger.customer(holder)),
      timed(() => objects.filter((one) => one.email === sample.email))[0],
      second(() => ledger.customer(holder)) < SOON,
    ),
  );
  const ticket = `Hello, this is ${sample.email}, phone ${sample.phone ?? "040 000 0000"}. My card ending ${sample.last4} was charged ${(sample.amount / 100).toFixed(2)} EUR for ${sample.id}, order #1001.`;
  const words = ticket.split(/[\s,]+/u).map((word) => word.replace(/\.$/u, ""));
  check(
    "a ticket's text",
    () => ledger.findInText(ticket),
    () => objects.filter((one) => words.includes(one.id) || words.includes(one.email) || words.includes(one.phone)),
  );
  ledger.free();
  return checks.every(Boolean);
}

const CURRENCY = new Set(["spent", "refunded", "disputed", "amount", "captured", "refundable"]);
const CUSTOMER_COLUMNS = [
  "name",
  "id",
  "kind",
  "source",
  "email",
  "phone",
  "created",
  "country",
  "method",
  "payments",
  "spent",
  "refunded",
  "disputed",
  "first_payment",
  "last_payment",
  "open_dispute",
  "strength",
];
const PAYMENT_COLUMNS = [
  "created",
  "id",
  "source",
  "status",
  "raw_status",
  "amount",
  "captured",
  "refunded",
  "refundable",
  "disputed",
  "dispute",
  "refund_state",
  "customer",
  "name",
  "email",
  "method",
  "last4",
  "country",
  "order",
  "description",
];
