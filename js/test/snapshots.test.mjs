// Snapshots, decisions and erasure through the wrapper: what the case files cannot say, since it is JavaScript's own.

import assert from "node:assert/strict";
import { test } from "node:test";
import { GuestfolioError, init, Ledger } from "../dist/node.mjs";

await init();

const charge = (id, email) => ({
  id,
  object: "charge",
  amount: 1000,
  currency: "eur",
  created: 1_767_225_600,
  livemode: true,
  status: "succeeded",
  paid: true,
  captured: true,
  billing_details: { email },
});
const note = { actor: "ann", reason: "called", asOf: new Date(0) };

function throws(code, call) {
  assert.throws(call, (error) => error instanceof GuestfolioError && error.code === code);
}

test("a ledger is restored from bytes, with its own options or others", () => {
  const ledger = new Ledger({ grouping: "stripe", timeZone: "Europe/Helsinki" });
  ledger.ingest("stripe", [charge("ch_1", "none@none.com"), charge("ch_2", "none@none.com")]);
  const saved = ledger.save();
  assert.ok(saved instanceof Uint8Array);
  assert.equal(ledger.customers().total, 1);
  ledger.free();
  assert.equal(Ledger.restore(saved).customers().total, 1);
  const buffer = saved.buffer.slice(saved.byteOffset, saved.byteOffset + saved.byteLength);
  const guarded = Ledger.restore(buffer, { grouping: "guarded" });
  assert.equal(guarded.customers().total, 2);
  // Other customers than those that were saved: who asks for changes lists all again.
  throws("out_of_range", () => guarded.changes(1));
});

test("what is no snapshot is refused, and leaves nothing behind", () => {
  const saved = new Ledger().save();
  throws("snapshot_damaged", () => Ledger.restore(saved.slice(1)));
  throws("snapshot_damaged", () => Ledger.restore(new Uint8Array()));
  throws("wrong_type", () => Ledger.restore("gstfolio"));
  throws("unknown_time_zone", () => Ledger.restore(saved, { timeZone: "Mars/Olympus" }));
  throws("unknown_field", () => Ledger.restore(saved, { zone: "UTC" }));
  assert.equal(Ledger.restore(saved).customers().total, 0);
});

test("an erasure makes its own salt, and refuses what is malformed", () => {
  const ledger = new Ledger();
  ledger.ingest("stripe", [charge("ch_1", "a@example.com"), charge("ch_2", "b@example.com")]);
  throws("not_found", () => ledger.forget("gst_000000000000000000000000"));
  throws("wrong_type", () => ledger.forget(7));
  throws("wrong_type", () =>
    ledger.forget({ kind: "email", value: "a@example.com" }, Promise.resolve({ anonymise: true })),
  );
  throws("out_of_range", () => ledger.forget({ kind: "email", value: "a@example.com" }, { salt: "short" }));
  assert.equal(ledger.forget({ kind: "email", value: "a@example.com" }).records, 1);
  const saved = ledger.save();
  assert.equal(new TextDecoder("latin1").decode(saved).includes("a@example.com"), false);
  assert.equal(Ledger.restore(saved).ingest("stripe", charge("ch_1", "a@example.com")).issues[0].code, "erased");
});

test("decisions name who, why and when, and survive a restart", () => {
  const ledger = new Ledger();
  ledger.ingest("stripe", [charge("ch_1", "a@example.com"), charge("ch_2", "b@example.com")]);
  const [a, b] = ledger.customers().items.map((customer) => customer.id);
  assert.equal(ledger.link(a, b, note).asOf, "1970-01-01T00:00:00Z");
  throws("missing_field", () => ledger.unlink("ch_1", undefined));
  const restored = Ledger.restore(ledger.save());
  assert.equal(restored.customers().total, 1);
  assert.equal(restored.overrides().items[0].id, "ovr_1");
  assert.equal(restored.version, ledger.version);
});
