// What a ledger of a million payments costs: a payment from bytes to its customer, grouping alone, and one event. Everything is
// compared with what the same run measured, so a slow machine changes nothing.

import assert from "node:assert/strict";
import { Ledger } from "../dist/node.mjs";
import { charges } from "./shop.mjs";

const LARGE = Number(process.env.BENCH_LARGE ?? 1_000_000);
const SMALL = 10_000;
const EVENTS = 1_000;
const CHUNK = 5_000;
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

/** A fresh ledger of all chunks, and how long reading and grouping took. */
async function fill(chunks) {
  const ledger = new Ledger();
  let copying = 0;
  /** A piece is copied before it is handed on, as it would be by whoever reads it; that time does not count. */
  function* pieces() {
    for (const chunk of chunks) {
      for (let from = 0; from < chunk.length; from += PIECE) {
        const copied = performance.now();
        const piece = chunk.slice(from, from + PIECE);
        copying += performance.now() - copied;
        yield piece;
      }
    }
  }
  const start = performance.now();
  const report = await ledger.ingestStream("stripe", pieces());
  assert.equal(report.rejected, 0);
  const read = performance.now();
  ledger.customers({ limit: 1 });
  const end = performance.now();
  return { ledger, payments: report.accepted, total: end - start - copying, grouping: end - read };
}

/**
 * What a payment costs in a ledger of each size: the median of its rounds. They take turns, and the small ledgers get as much
 * time as the large ones: so a slow spell of the machine meets both.
 */
async function takeTurns(small, large, turns) {
  const rounds = { small: [], large: [] };
  const round = async (size, chunks) => {
    const { ledger, payments, total, grouping } = await fill(chunks);
    ledger.free();
    rounds[size].push({ total: total / payments, grouping: grouping / payments });
    return total;
  };
  await round("small", small); // the engine compiles what is hot
  rounds.small.length = 0;
  for (let turn = 1; turn <= turns; turn += 1) {
    progress(`round ${turn} of ${turns}`);
    const time = await round("large", large);
    for (let spent = 0; spent < time; spent += await round("small", small));
  }
  progress("");
  const of = (size, part) => median(rounds[size].map((times) => times[part]));
  return ["small", "large"].map((size) => ({ total: of(size, "total"), grouping: of(size, "grouping") }));
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
  const [of, at] = await takeTurns(small.chunks, large.chunks, 3);
  const us = (value) => value * 1000;
  const grown = [at.total / of.total, at.grouping / of.grouping];
  const peer = `a ledger of ${SMALL}`;
  line("a payment from bytes to its customer", LARGE, us(at.total), "us", peer, us(of.total), grown[0], 1.3);
  line("a payment grouped", LARGE, us(at.grouping), "us", peer, us(of.grouping), grown[1], 4);
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
  return grown[0] <= 1.3 && grown[1] <= 4 && part > 1000;
}
