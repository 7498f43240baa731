// The published schemas hold for everything that calls return, and every language has every text.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import Ajv2020 from "ajv/dist/2020.js";
import * as api from "../dist/node.mjs";
import { cases } from "./cases.mjs";
import { runCase } from "./corpus.mjs";
import { js } from "./packed.mjs";

const schema = (name) => JSON.parse(readFileSync(join(js, "schema", `${name}.json`), "utf8"));
/** The schema of what each call returns. */
const SCHEMAS = {
  ingest: "report",
  customers: "customers",
  customer: "customer",
  payments: "payments",
  payment: "payment",
  discrepancies: "discrepancies",
  identityGraph: "identity-graph",
  link: "override",
  unlink: "override",
  markShared: "override",
  confirm: "override",
  undo: "override",
  overrides: "overrides",
  changes: "changes",
  forget: "erasure",
  decideRefund: "verdict",
  table: "table",
  facets: "facets",
  search: "search",
  findInText: "text-findings",
  customerTab: "customer-tab",
  signals: "signals",
  wallets: "wallets",
  portal: "portal",
  prepareRequest: "prepared-action",
  decideRefunds: "refunds",
  planRefund: "refund-plan",
  evaluatePolicy: "policy-trial",
  replay: "replay",
  lintPolicy: "policy-report",
  explainDecline: "decline",
  importPolicy: "made-policy",
  policyPack: "made-policy",
};

test("what every call of the corpus returns fits its published schema", () => {
  const ajv = new Ajv2020();
  const validators = Object.fromEntries(
    Object.entries(SCHEMAS).map(([call, name]) => [call, ajv.compile(schema(name))]),
  );
  const canonical = ajv.compile(schema("canonical"));
  const seen = new Set();
  for (const { name, testCase } of cases) {
    runCase(api, testCase, (call, actual) => {
      const records = call === "records" ? actual.items : [];
      for (const record of records) {
        assert.ok(canonical(record), `${name}: ${JSON.stringify(canonical.errors)}`);
      }
      const valid = validators[call];
      seen.add(call);
      assert.ok(valid === undefined || valid(actual), `${name}: ${call}: ${JSON.stringify(valid?.errors)}`);
    });
  }
  assert.deepEqual(
    [...Object.keys(SCHEMAS), "records"].filter((call) => !seen.has(call)),
    [],
  );
});

test("the published schema of policies takes what the engine takes, and refuses what is misshapen", () => {
  const valid = new Ajv2020({ strictTypes: false, multipleOfPrecision: 6 }).compile(schema("policy"));
  const misshapen = new Set(["unknown_field", "missing_field", "wrong_type"]);
  const seen = { taken: 0, refused: 0 };
  for (const { name, testCase } of cases) {
    for (const { call, request, policy = request?.policy, error } of testCase.steps ?? []) {
      if (policy === undefined || call === "importPolicy") continue;
      // A member that is null is one that is left out.
      const given = JSON.parse(JSON.stringify(policy), (_, value) => value ?? undefined);
      const path =
        call === "lintPolicy" || call === "evaluatePolicy" ? (error?.path ?? "") : error?.path.slice("/policy".length);
      const isOfPolicy = error !== undefined && (call !== "decideRefund" || error.path.startsWith("/policy"));
      if (!isOfPolicy) {
        assert.ok(valid(given), `${name}: ${JSON.stringify(valid.errors)}`);
        seen.taken += 1;
      } else if (misshapen.has(error.code) && !path.endsWith("/value")) {
        assert.ok(!valid(given), `${name}: the schema takes it`);
        seen.refused += 1;
      }
    }
  }
  assert.ok(seen.taken > 100 && seen.refused > 5, JSON.stringify(seen));
});

const languages = readdirSync(join(js, "src", "locale")).map((file) => file.replace(/\.ts$/, ""));
const texts = await Promise.all(
  languages.map(async (language) => [language, (await import(`../dist/locale/${language}.mjs`))[language]]),
);

test("every language has a label and a sentence for every code", () => {
  assert.deepEqual(languages.sort(), ["en", "fi", "fr", "id", "vi", "zh"]);
  const lists = Object.keys(texts[0][1]);
  for (const [language, all] of texts) {
    assert.deepEqual(Object.keys(all), lists, language);
    for (const list of lists) {
      const words = api.values(list);
      assert.deepEqual([...Object.keys(all[list])].sort(), [...words].sort(), `${language} ${list}`);
      for (const word of words) {
        const { label, meaning } = api.describe(list, word, all);
        assert.ok(label.length > 0 && label !== word, `${language} ${list} ${word}`);
        assert.match(meaning, /[.。]$/, `${language} ${list} ${word}`);
      }
    }
  }
});

test("no language is a copy of another", () => {
  for (const [language, all] of texts) {
    for (const [other, others] of texts) {
      if (language >= other) continue;
      const same = Object.keys(all.check_code).filter((code) => all.check_code[code][1] === others.check_code[code][1]);
      assert.deepEqual(same, [], `${language} and ${other}`);
    }
  }
});

test("the portal's Finnish words are Flatpay's own", () => {
  const { portal_status } = Object.fromEntries(texts).fi;
  const labels = Object.fromEntries(Object.entries(portal_status).map(([code, [label]]) => [code, label]));
  assert.deepEqual(labels, {
    authorized: "Valtuutettu",
    settled: "Suoritettu",
    cancelled: "Peruutettu",
    failed: "Epäonnistunut",
    refunded: "Palautettu",
  });
});
