// What a ledger of a million payments costs: a payment from bytes to its customer, grouping alone, and one event. Everything is
// compared with what the same run measured, so a slow machine changes nothing.

import assert from "node:assert/strict";
import { Ledger } from "../dist/node.mjs";
import { charges } from "./shop.mjs";

const LARGE = Number(process.env.BENCH_LARGE ?? 1_000_000);
const SMALL = 10_000;
const EVENTS = 1_000;
const CHUNK = 5_000;
const ROUNDS = 3;
/** What a file's stream gives at a time. */
const PIECE = 64 * 1024;

const encoder = new TextEncoder();
const round = (value) => Math.round(value * 1000) / 1000;
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];

/** A shop as chunks of NDJSON, but for some payments all over its time, which come later. */
function shop(count) {
  const [chunks, late, lines] = [[], [], []];
  let number = 0;
  const every = Math.floor(count / EVENTS);
  for (const charge of charges(count + EVENTS, Math.round(count * 0.3))) {
    if (count >= LARGE && late.length < EVENTS && number % every === 0) {
      late.push(charge);
    } else {
      lines.push(JSON.stringify(charge));
    }
    number += 1;
    if (lines.length === CHUNK) {
      chunks.push(encoder.encode(`${lines.splice(0).join("\n")}\n`));
    }
  }
  chunks.push(encoder.encode(lines.join("\n")));
  return { chunks, late };
}

/**
 * A fresh ledger of all chunks, and how long reading and grouping took. `pause` is called after each chunk, and its time does not
 * count.
 */
async function fill(chunks, pause = () => {}) {
  const ledger = new Ledger();
  let elsewhere = 0;
  async function* pieces() {
    for (const chunk of chunks) {
      for (let from = 0; from < chunk.length; from += PIECE) {
        // A piece is copied before it is handed on, as it would be by whoever reads it.
        const copied = performance.now();
        const piece = chunk.slice(from, from + PIECE);
        elsewhere += performance.now() - copied;
        yield piece;
      }
      const paused = performance.now();
      await pause();
      elsewhere += performance.now() - paused;
    }
  }
  const start = performance.now();
  const report = await ledger.ingestStream("stripe", pieces());
  assert.equal(report.rejected, 0);
  const read = performance.now();
  ledger.customers({ limit: 1 });
  const end = performance.now();
  return { ledger, payments: report.accepted, total: end - start - elsewhere, grouping: end - read };
}

/**
 * What a payment costs in a ledger of each size. While the large one is filled, a small one is filled whenever as many payments
 * have been read: so whatever else the machine does meets both alike.
 */
async function sideBySide(small, large) {
  const sum = { payments: 0, total: 0, grouping: 0 };
  let waiting = 0;
  const fillSmall = async () => {
    waiting += CHUNK;
    if (waiting >= SMALL) {
      waiting = 0;
      const { ledger, payments, total, grouping } = await fill(small);
      ledger.free();
      sum.payments += payments;
      sum.total += total;
      sum.grouping += grouping;
    }
  };
  const { ledger, payments, total, grouping } = await fill(large, fillSmall);
  ledger.free();
  const each = (part, count) => ({ total: part.total / count, grouping: part.grouping / count });
  return { of: each(sum, sum.payments), at: each({ total, grouping }, payments) };
}

/** What is being done, for whoever watches. */
function progress(text) {
  if (process.stderr.isTTY) {
    process.stderr.write(`\r\u001b[K${text && `growth: ${text} `}`);
  }
}

/** Half of the events are payments from all over the shop's time, half say of one that came before that it was refunded. */
function events(late) {
  return late.map((charge, number) => {
    const known = number % 2 === 0 ? charge : { ...late[number - 1], amount_refunded: 1, refunded: false };
    return JSON.stringify({
      id: `evt_${number}`,
      object: "event",
      type: number % 2 === 0 ? "charge.succeeded" : "charge.refunded",
      created: 1_900_000_000 + number,
      livemode: true,
      data: { object: known },
    });
  });
}

function line(name, n, value, unit, peer, peerValue, ratio, bound) {
  const figures = {
    name,
    n,
    value: round(value),
    unit,
    peer,
    peer_value: round(peerValue),
    ratio: round(ratio),
    bound,
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

/** Prints the lines; whether all are within their bounds. */
export async function benchGrowth() {
  progress("making the shops");
  const [small, large] = [shop(SMALL), shop(LARGE)];
  const rounds = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    progress(`round ${round} of ${ROUNDS}`);
    rounds.push(await sideBySide(small.chunks, large.chunks));
  }
  progress("one event");
  const us = (value) => value * 1000;
  const peer = `a ledger of ${SMALL}`;
  const compare = (name, part, bound) => {
    const ratio = ({ of, at }) => at[part] / of[part];
    const middle = rounds.toSorted((a, b) => ratio(a) - ratio(b))[Math.floor(ROUNDS / 2)];
    line(name, LARGE, us(middle.at[part]), "us", peer, us(middle.of[part]), ratio(middle), bound);
    return ratio(middle) <= bound;
  };
  const isFlat = compare("a payment from bytes to its customer", "total", 1.3);
  const isFlatGrouped = compare("a payment grouped", "grouping", 4);
  const { ledger, grouping } = await fill(large.chunks);
  const times = events(large.late).map((event) => {
    const start = performance.now();
    const report = ledger.ingest("stripe", event);
    // A question makes the ledger take the event in.
    ledger.customers({ limit: 1 });
    const time = performance.now() - start;
    assert.equal(report.rejected, 0);
    return time;
  });
  // The first event makes the index of what names what, which the others use.
  const one = median(times);
  const part = grouping / one;
  line("one event", LARGE, one, "ms", "grouping all afresh", grouping, part, 1000);
  line("the first event", LARGE, times[0], "ms", "grouping all afresh", grouping, grouping / times[0], null);
  ledger.free();
  progress("");
  return isFlat && isFlatGrouped && part > 1000;
}
