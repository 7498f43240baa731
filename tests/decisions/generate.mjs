// Makes the cases of `tests/cases/decisions` of the decision table beside this file: each cell is a payment that is fed and
// asked about. What a cell expects is the table's; here is only what its words stand for.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
export const folder = join(here, "..", "cases", "decisions");
const OUTCOMES = { yes: "eligible", review: "needs_review", no: "ineligible" };
const AS_OF = "2026-01-10T00:00:00Z";
const eur = (minor) => ({ minor, currency: "EUR" });

/** What a state is called in each system; nothing where it has no such state. */
const PAYMENTS = {
  stripe: (id, state, method = "card") => {
    const charge = {
      id,
      object: "charge",
      amount: 10000,
      currency: "eur",
      created: 1767225600,
      livemode: true,
      status: "succeeded",
      paid: true,
      captured: true,
      amount_refunded: 0,
      payment_method_details: { type: method, [method]: {} },
    };
    const refund = (amount, status) => ({
      id: `re_${id}`,
      object: "refund",
      charge: id,
      amount,
      currency: "eur",
      created: 1767312000,
      status,
    });
    return {
      paid: () => [charge],
      "partly refunded": () => [{ ...charge, amount_refunded: 4000 }],
      refunded: () => [{ ...charge, amount_refunded: 10000, refunded: true }],
      "refund pending": () => [charge, refund(10000, "pending")],
      held: () => [{ ...charge, captured: false }],
      pending: () => [{ ...charge, status: "pending", paid: false }],
      failed: () => [{ ...charge, status: "failed", paid: false, captured: false }],
      canceled: () => [{ ...charge, captured: false, refunded: true, amount_refunded: 10000 }],
      zero: () => [{ ...charge, amount: 0 }],
      "unknown status": () => [{ ...charge, status: "tomorrows" }],
      "unknown currency": () => [{ ...charge, currency: "zzz" }],
    }[state]();
  },
  dodo: (id, state) => {
    const payment = {
      payment_id: id,
      business_id: "bus_1",
      status: "succeeded",
      total_amount: 10000,
      currency: "EUR",
      created_at: "2026-01-01T00:00:00Z",
      customer: { customer_id: `cus_${id}`, email: `${id}@example.com`, name: "Alice Doe" },
      payment_method: "card",
      refunds: [],
      disputes: [],
      metadata: {},
    };
    const refund = (amount, status) => ({
      refund_id: `ref_${id}`,
      payment_id: id,
      business_id: "bus_1",
      amount,
      currency: "EUR",
      is_partial: amount < 10000,
      status,
      created_at: "2026-01-02T00:00:00Z",
    });
    return {
      paid: () => [payment],
      "partly refunded": () => [{ ...payment, refund_status: "partial", refunds: [refund(4000, "succeeded")] }],
      refunded: () => [{ ...payment, refund_status: "full", refunds: [refund(10000, "succeeded")] }],
      "refund pending": () => [{ ...payment, refunds: [refund(10000, "pending")] }],
      held: () => [{ ...payment, status: "requires_capture" }],
      pending: () => [{ ...payment, status: "processing" }],
      failed: () => [{ ...payment, status: "failed" }],
      canceled: () => [{ ...payment, status: "cancelled" }],
      zero: () => [{ ...payment, total_amount: 0 }],
      "unknown status": () => [{ ...payment, status: "tomorrows" }],
      "unknown currency": () => [{ ...payment, currency: "ZZZ" }],
    }[state]();
  },
  flatpay: (id, state) => {
    const time = "2026-01-01T00:00:00Z";
    const charge = {
      handle: id,
      state: "settled",
      amount: 10000,
      currency: "EUR",
      authorized_amount: 10000,
      created: time,
      settled: time,
    };
    const refund = {
      id: `rf-${id}`,
      invoice: id,
      type: "refund",
      state: "processing",
      amount: 10000,
      currency: "EUR",
      created: "2026-01-02T00:00:00Z",
    };
    return {
      paid: () => [charge],
      "partly refunded": () => [{ ...charge, refunded_amount: 4000 }],
      refunded: () => [{ ...charge, refunded_amount: 10000 }],
      "refund pending": () => [charge, refund],
      held: () => [{ ...charge, state: "authorized", authorized: time, settled: null }],
      pending: () => [{ ...charge, state: "pending", settled: null }],
      failed: () => [{ ...charge, state: "failed", settled: null }],
      canceled: () => [{ ...charge, state: "cancelled", cancelled: time, settled: null }],
      zero: () => [{ ...charge, amount: 0, authorized_amount: 0 }],
      "unknown status": () => [{ ...charge, state: "tomorrows" }],
      "unknown currency": () => [{ ...charge, currency: "ZZZ" }],
    }[state]();
  },
  shopify: (id, state) => {
    const number = Number(id.replace(/\D/g, ""));
    const time = "2026-01-01T00:00:00Z";
    const sale = {
      id: number * 10 + 1,
      order_id: number,
      kind: "sale",
      status: "success",
      gateway: "shopify_payments",
      amount: "100.00",
      currency: "EUR",
      created_at: time,
      test: false,
      parent_id: null,
    };
    const back = (amount, status) => ({
      id: number * 10 + 3,
      order_id: number,
      created_at: "2026-01-02T00:00:00Z",
      transactions: [{ ...sale, id: number * 10 + 2, kind: "refund", parent_id: sale.id, amount, status }],
    });
    const order = {
      id: number,
      name: `#${number}`,
      order_number: number,
      created_at: time,
      updated_at: time,
      currency: "EUR",
      total_price: "100.00",
      financial_status: "paid",
      payment_gateway_names: ["shopify_payments"],
      email: `a${number}@example.com`,
      test: false,
      refunds: [],
      transactions: [sale],
    };
    return {
      paid: () => [order],
      "partly refunded": () => [
        { ...order, financial_status: "partially_refunded", refunds: [back("40.00", "success")] },
      ],
      refunded: () => [{ ...order, financial_status: "refunded", refunds: [back("100.00", "success")] }],
      "refund pending": () => [{ ...order, refunds: [back("100.00", "pending")] }],
      held: () => [{ ...order, financial_status: "authorized", transactions: [{ ...sale, kind: "authorization" }] }],
      pending: () => [{ ...order, financial_status: "pending", transactions: [] }],
      canceled: () => [
        {
          ...order,
          financial_status: "voided",
          cancelled_at: time,
          transactions: [
            { ...sale, kind: "authorization" },
            { ...sale, id: number * 10 + 2, kind: "void", parent_id: sale.id },
          ],
        },
      ],
      zero: () => [{ ...order, total_price: "0.00", transactions: [{ ...sale, amount: "0.00" }] }],
      "unknown status": () => [{ ...order, financial_status: "tomorrows", transactions: [] }],
    }[state]();
  },
  woocommerce: (id, state) => {
    const number = Number(id.replace(/\D/g, ""));
    const order = {
      id: number,
      order_key: `wc_order_${number}`,
      status: "completed",
      currency: "EUR",
      total: "100.00",
      date_created_gmt: "2026-01-01T00:00:00",
      date_paid_gmt: "2026-01-01T00:00:00",
      customer_id: 0,
      payment_method: "stripe",
      transaction_id: "",
      refunds: [],
    };
    const back = (total) => [{ id: number * 10 + 1, reason: "", total }];
    return {
      paid: () => [order],
      "partly refunded": () => [{ ...order, refunds: back("-40.00") }],
      refunded: () => [{ ...order, status: "refunded", refunds: back("-100.00") }],
      pending: () => [{ ...order, status: "on-hold", payment_method: "bacs", date_paid_gmt: null }],
      failed: () => [{ ...order, status: "failed", date_paid_gmt: null }],
      canceled: () => [{ ...order, status: "cancelled", date_paid_gmt: null }],
      zero: () => [{ ...order, total: "0.00" }],
      "unknown status": () => [{ ...order, status: "tomorrows" }],
    }[state]();
  },
};

const PREFIX = { stripe: "ch_", dodo: "pay_", flatpay: "inv-", shopify: "", woocommerce: "" };

const POLICIES = {
  none: {},
  "14 days": { windowDays: 14 },
  "5 days": { windowDays: 5 },
  "5 days, then review": { rules: [{ id: "w", window: { days: 5, over: "review" } }] },
  "final sale": {
    rules: [{ id: "f", when: { fact: "items.tags", operator: "contains", value: "final-sale" }, answer: "no" }],
  },
  "review above 50.00": { reviewAbove: eur(5000) },
  "keeps 10 %": { rules: [{ id: "k", keep: { percent: 10 } }] },
  "a fact is missing": {
    rules: [{ id: "m", when: { fact: "customer.tier", operator: "equal", value: "gold" }, answer: "no" }],
  },
};

const ACTORS = {
  "nobody asks": [{}, undefined],
  "limit of 200.00": [{}, { limit: eur(20000) }],
  "limit of 50.00": [{}, { limit: eur(5000) }],
  "limit of 50.00, approver": [{ approver: "lead" }, { limit: eur(5000) }],
  viewer: [{ roles: { viewer: { mayRefund: false } } }, { role: "viewer" }],
};

/** The tables of the file: heading, columns, rows of cells. */
function tables(text) {
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const lines = section.split("\n").filter((line) => line.startsWith("|"));
      const cells = (line) => line.split("|").slice(1, -1).map((cell) => cell.trim());
      const [columns, , ...rows] = lines.map(cells);
      return { heading: section.split("\n")[0], columns, rows };
    });
}

/** The verdict that a cell stands for. */
function expected(cell) {
  const [answer, ...others] = cell.split(" ");
  const route = others.find((word) => word.startsWith("@"))?.slice(1);
  const code = others.find((word) => !word.startsWith("@")) ?? null;
  return { outcome: OUTCOMES[answer], reason: code, rule: undefined, ...(route && { route }) };
}

let last = 0;
const nextId = (source) => `${PREFIX[source]}${++last}`;

/** Feeds a payment and asks. `decideRefunds` gives the outcome, the route and the first of the worst reasons. */
function ask(source, records, id, question, cell, amount) {
  const { rule: _, reason, ...verdict } = expected(cell);
  const feed = { call: "ingest", source, records, expect: { rejected: 0 } };
  const request = { asOf: AS_OF, ...question };
  const line = { call: "decideRefunds", target: { ids: [id] }, request, expect: { items: [{ ...verdict, reason }] } };
  // An amount is only asked of one payment.
  const whole = { call: "decideRefund", id, request: { ...request, amount }, expect: verdict };
  return [feed, amount === undefined ? line : whole];
}

const addDays = (time, days) => new Date(Date.parse(time) + days * 86_400_000).toISOString().replace(".000Z", "Z");
const addSecond = (time) => new Date(Date.parse(time) + 1000).toISOString().replace(".000Z", "Z");

function ofStates({ columns, rows }) {
  const steps = [];
  for (const [state, ...cells] of rows) {
    for (const [number, cell] of cells.entries()) {
      if (cell === "–") continue;
      const source = columns[number + 1];
      const id = nextId(source);
      steps.push(ask(source, PAYMENTS[source](id, state), id, {}, cell));
    }
  }
  return [["the_state_of_the_payment_decides_first", undefined, steps]];
}

function ofDisputes({ rows }) {
  const steps = [];
  for (const [status, ...cells] of rows) {
    const questions = [[{}], [{}, { minor: 4000 }], [{ is_charge_refundable: true }], [{ is_charge_refundable: false }]];
    for (const [number, cell] of cells.entries()) {
      const id = nextId("stripe");
      const [said, amount] = questions[number];
      const dispute = {
        id: `dp_${id}`,
        object: "dispute",
        charge: id,
        amount: 10000,
        currency: "eur",
        created: 1767312000,
        status: status.replaceAll(" ", "_"),
        reason: "general",
        ...said,
      };
      const [charge] = PAYMENTS.stripe(id, "paid");
      steps.push(ask("stripe", [{ ...charge, disputed: true }, dispute], id, {}, cell, amount));
    }
  }
  return [["the_state_of_the_dispute_decides", undefined, steps]];
}

function ofWindows({ rows }, columns, name, recordsAndQuestion) {
  const byZone = new Map();
  for (const row of rows) {
    const [zone, end] = [row[columns], row[columns + 1]];
    const steps = byZone.get(zone) ?? [];
    byZone.set(zone, steps);
    for (const [number, time] of [addDays(end, -1), end, addSecond(end)].entries()) {
      const { source, records, id, question } = recordsAndQuestion(row);
      steps.push(ask(source, records, id, { ...question, asOf: time }, row[columns + 2 + number]));
    }
  }
  return [...byZone].map(([zone, steps]) => [`${name}_in_${zone.replace("/", "_").toLowerCase()}`, zone, steps]);
}

function ofMethods(table) {
  return ofWindows(table, 1, "windows_of_methods_end_with_their_last_day", ([name]) => {
    const [source, method] = name.split(" ");
    const id = nextId(source);
    return { source, id, records: PAYMENTS[source](id, "paid", method), question: {} };
  });
}

const FACTS = { delivery: "order.deliveredAt", fulfilment: "order.fulfilledAt", capture: "payment.capturedAt" };

function ofAnchors(table) {
  return ofWindows(table, 2, "windows_of_policies_end_with_their_last_day", ([name, days]) => {
    const [from, day] = name.split(" ");
    const policy = { rules: [{ id: "w", window: { days: Number(days), from } }] };
    const id = nextId("stripe");
    const question = { policy, ...(day && { facts: { [FACTS[from]]: day } }) };
    return { source: "stripe", id, records: PAYMENTS.stripe(id, "paid"), question };
  });
}

const STATES = [
  ["partly refunded", "partly refunded"],
  ["what is held", "held"],
  ["", "paid"],
];

function ofPolicies({ heading, columns, rows }) {
  const [, state] = STATES.find(([word]) => heading.includes(word));
  const sources = heading.split(": ")[1].split(", ");
  return sources.map((source) => {
    const steps = [];
    for (const [name, ...cells] of rows) {
      for (const [number, cell] of cells.entries()) {
        const [roles, actor] = ACTORS[columns[number + 1]];
        const id = nextId(source);
        const policy = { ...POLICIES[name], ...roles };
        const facts = name === "final sale" ? { facts: { "items.tags": ["final-sale"] } } : {};
        const question = { policy, ...facts, ...(actor && { actor }) };
        steps.push(ask(source, PAYMENTS[source](id, state), id, question, cell));
      }
    }
    const of = state.replace(" ", "_");
    return [`policy_and_actor_decide_about_what_was_${of}_at_${source}`, undefined, steps];
  });
}

/** Every file of the table: its name, its text, and how many cells it has. */
export function generate() {
  last = 1000;
  const [states, disputes, methods, anchors, ...policies] = tables(readFileSync(join(here, "table.md"), "utf8"));
  const made = [
    ...ofStates(states),
    ...ofDisputes(disputes),
    ...ofMethods(methods),
    ...ofAnchors(anchors),
    ...policies.flatMap(ofPolicies),
  ];
  return made.map(([name, timeZone, steps]) => {
    const note = "tests/decisions/table.md, which was written by hand; this file is made of it by tests/decisions/generate.mjs.";
    const test = { note, ...(timeZone && { options: { timeZone } }), steps: steps.flat() };
    return { name: `${name}.json`, text: `${JSON.stringify(test, null, 1)}\n`, cells: steps.length };
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(folder, { recursive: true });
  for (const { name, text } of generate()) writeFileSync(join(folder, name), text);
}
