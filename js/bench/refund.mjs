// Verdicts a second, against json-rules-engine with the same checks written for it, and against Cedar's wasm for the authority
// axis. Each side is given what it likes best: the rules engine plain facts that were worked out before, Cedar a policy set
// that was parsed before.

import assert from "node:assert/strict";
import cedar from "@cedar-policy/cedar-wasm/nodejs";
import { Engine } from "json-rules-engine";
import { Ledger, Policy } from "../dist/node.mjs";
import { charges } from "./shop.mjs";

const COUNT = 10_000;
/** Verdicts that are asked one by one. */
const SAMPLE = 2_000;
const ROUNDS = 7;
const DAY = 86_400;
const AS_OF = 1_700_000_000 + COUNT * 60 + 20 * DAY;
const eur = (minor) => ({ minor, currency: "EUR" });

const refusals = [
  ["country", { fact: "payment.country", operator: "in", value: ["CU", "IR", "KP"] }, "no"],
  ["gift-card", { fact: "payment.method", operator: "equal", value: "gift_card" }, "no"],
  ["dollars", { fact: "payment.currency", operator: "equal", value: "USD" }, "no"],
  ["tiny", { fact: "payment.amount", operator: "lessThan", value: 600 }, "no"],
  ["large", { fact: "payment.amount", operator: "greaterThan", value: 18_000 }, "review"],
  ["old", { fact: "payment.ageDays", operator: "greaterThan", value: 60 }, "no"],
  ["wallet", { fact: "payment.wallet", operator: "equal", value: "link" }, "review"],
  ["warned", { fact: "payment.hasFraudWarning", operator: "equal", value: true }, "review"],
];
const rules = {
  rules: [
    { id: "returns", window: { days: 24 } },
    { id: "review", reviewAbove: eur(16_000) },
    ...refusals.map(([id, test, answer]) => ({ id, when: { any: [test, test] }, answer })),
  ],
  roles: { agent: { limit: eur(15_000), periods: { within: "day", amount: eur(40_000) } } },
  fourEyes: { above: eur(12_000) },
};
/** What of them Cedar decides. */
const { roles, fourEyes } = rules;
const actor = { id: "a1", role: "agent", totals: { within: "day", amount: eur(26_000) } };
const balance = eur(1_000_000);

/** What the rules engine is told of a payment. */
function factsOf(charge) {
  const left = charge.amount_captured - charge.amount_refunded;
  return {
    id: charge.id,
    captured: charge.captured,
    known: true,
    left,
    refundsKnown: true,
    refundFailed: false,
    disputed: charge.disputed,
    methodDays: null,
    age: AS_OF - charge.created,
    asked: left,
    balance: balance.minor,
    ageDays: Math.floor(AS_OF / DAY) - Math.floor(charge.created / DAY),
    country: charge.billing_details.address.country,
    method: charge.payment_method_details.type,
    currency: charge.currency.toUpperCase(),
    amount: charge.amount,
    wallet: charge.payment_method_details.card?.wallet?.type ?? "none",
    warned: false,
    role: actor.role,
    total: actor.totals.amount.minor,
    approved: false,
  };
}

const NAMES = {
  "payment.country": "country",
  "payment.method": "method",
  "payment.currency": "currency",
  "payment.amount": "amount",
  "payment.ageDays": "ageDays",
  "payment.wallet": "wallet",
  "payment.hasFraudWarning": "warned",
};

/** The same checks, each a rule that holds where the check says yes. */
function engineOf() {
  const engine = new Engine();
  const check = (name, answer, conditions) => {
    engine.addRule({ name, conditions, event: { type: name, params: { answer } } });
  };
  const one = (fact, operator, value) => ({ all: [{ fact, operator, value }] });
  check("captured", "no", one("captured", "equal", true));
  check("currency", "no", one("known", "equal", true));
  check("left", "no", one("left", "greaterThan", 0));
  check("refunds-known", "unknown", one("refundsKnown", "equal", true));
  check("refund-failed", "review", one("refundFailed", "equal", false));
  check("dispute", "no", one("disputed", "equal", false));
  check("method-window", "no", one("methodDays", "equal", null));
  check("as-of", "unknown", one("age", "greaterThanInclusive", 0));
  check("amount", "no", { all: [{ fact: "asked", operator: "lessThanInclusive", value: { fact: "left" } }] });
  check("balance", "review", {
    all: [{ fact: "balance", operator: "greaterThanInclusive", value: { fact: "asked" } }],
  });
  check("returns", "no", one("ageDays", "lessThanInclusive", 24));
  check("review", "review", one("asked", "lessThanInclusive", 16_000));
  for (const [name, { fact, operator, value }, answer] of refusals) {
    const test = { fact: NAMES[fact], operator, value };
    check(name, answer, { not: { any: [test, test] } });
  }
  check("role", "unknown", one("role", "equal", "agent"));
  check("limit", "no", one("asked", "lessThanInclusive", 15_000));
  check("period", "no", one("asked", "lessThanInclusive", 40_000 - actor.totals.amount.minor));
  check("four-eyes", "review", {
    any: [
      { fact: "asked", operator: "lessThanInclusive", value: 12_000 },
      { fact: "approved", operator: "equal", value: true },
    ],
  });
  return engine;
}

const RANK = ["yes", "review", "unknown", "no"];
const OUTCOMES = ["eligible", "needs_review", "needs_review", "ineligible"];

/** What the rules engine's findings come to. */
function outcomeOf({ failureResults }) {
  const ranks = failureResults.map(({ event }) => RANK.indexOf(event.params.answer));
  return OUTCOMES[Math.max(0, ...ranks)];
}

const CEDAR = `
permit(principal, action == Action::"refund", resource) when {
  context.role == "agent" && context.asked <= 15000 && context.total + context.asked <= 40000
};
forbid(principal, action == Action::"refund", resource) when { context.asked > 12000 && !context.approved };`;

/** The authority axis as Cedar decides it. */
function cedarAllows(facts) {
  const { response } = cedar.statefulIsAuthorized({
    principal: { type: "Actor", id: actor.id },
    action: { type: "Action", id: "refund" },
    resource: { type: "Payment", id: facts.id },
    context: { role: facts.role, asked: facts.asked, total: facts.total, approved: facts.approved },
    preparsedPolicySetId: "refunds",
    entities: [],
  });
  return response.decision === "allow";
}

async function fastest(work, count) {
  const times = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    await work();
    times.push(((performance.now() - start) / count) * 1000);
  }
  return Math.min(...times);
}

/** Measures and prints; whether all bounds hold. */
export async function benchRefunds() {
  const list = [...charges(COUNT, 3_000)];
  const ledger = new Ledger();
  assert.equal(ledger.ingest("stripe", list).accepted, COUNT);
  const policy = new Policy(rules);
  const request = { asOf: AS_OF, balance, policy, actor };
  const authority = new Policy({ roles, fourEyes });
  const mayI = { asOf: AS_OF, policy: authority, actor };
  const facts = list.map(factsOf);
  const engine = engineOf();
  assert.equal(cedar.preparsePolicySet("refunds", { staticPolicies: CEDAR }).type, "success");

  // All three must say the same, or the times mean nothing.
  const seen = new Map();
  const sample = facts.filter((_, number) => number % (COUNT / SAMPLE) === 0);
  for (const one of sample) {
    const verdict = ledger.decideRefund(one.id, request);
    const checks = [verdict.possible, verdict.allowed, verdict.authority].flatMap((axis) => axis.checks);
    const peer = await engine.run(one);
    assert.equal(checks.length, 24);
    assert.equal(peer.results.length + peer.failureResults.length, 24);
    assert.equal(outcomeOf(peer), verdict.outcome, one.id);
    assert.equal(cedarAllows(one), verdict.authority.answer === "yes", one.id);
    assert.deepEqual(ledger.decideRefund(one.id, mayI).authority, verdict.authority);
    seen.set(verdict.outcome, (seen.get(verdict.outcome) ?? 0) + 1);
  }
  assert.equal(seen.size, 3, JSON.stringify([...seen]));

  const times = { own: Infinity, authority: Infinity, rules: Infinity, cedar: Infinity, many: Infinity, all: Infinity };
  // In turns, so that a spell of the machine meets all.
  for (let turn = 0; turn < 3; turn += 1) {
    const best = async (name, work, count) => {
      times[name] = Math.min(times[name], await fastest(work, count));
    };
    await best(
      "own",
      () => {
        for (const { id } of sample) ledger.decideRefund(id, request);
      },
      SAMPLE,
    );
    await best(
      "authority",
      () => {
        for (const { id } of sample) ledger.decideRefund(id, mayI);
      },
      SAMPLE,
    );
    await best(
      "cedar",
      () => {
        for (const one of sample) cedarAllows(one);
      },
      SAMPLE,
    );
    await best(
      "rules",
      async () => {
        for (const one of sample) outcomeOf(await engine.run(one));
      },
      SAMPLE,
    );
    await best(
      "many",
      () => {
        const { balance: _, ...question } = request;
        for (let cursor = null; ; ) {
          const page = ledger.decideRefunds({ limit: 1000, cursor }, question);
          cursor = page.next;
          if (cursor === null) break;
        }
      },
      COUNT,
    );
  }
  const round = (value) => Math.round(value * 100) / 100;
  const print = (name, value, peer, peerValue, bound) => {
    const line = { name, n: COUNT, value: round(value), unit: "us", peer, peer_value: round(peerValue) };
    process.stdout.write(`${JSON.stringify({ ...line, ratio: round(peerValue / value), bound })}\n`);
    return bound === null || peerValue / value >= bound;
  };
  const held = [
    print("verdict of 24 checks, one by one", times.own, "json-rules-engine", times.rules, 2),
    print("verdict whose policy is the authority alone, one by one", times.authority, "cedar-wasm", times.cedar, 1),
    print("verdict of 24 checks, one by one", times.own, "cedar-wasm, authority alone", times.cedar, null),
    print("decideRefunds over 10,000 payments", times.many, "json-rules-engine", times.rules, 10),
  ];
  policy.free();
  authority.free();
  ledger.free();
  return held.every(Boolean);
}
