// Inputs of every kind, as chunks of bytes for the module.

import { GuestfolioError } from "./error.js";

/** Bytes handed over at once: large enough to be fast, small enough to stay in the processor's cache. */
const CHUNK = 1 << 20;
/** Objects turned into text at once. */
const BATCH = 256;

const encoder = new TextEncoder();

/** An argument as JSON text; nothing is empty text. */
export function toJson(argument: unknown): string {
  if (argument === undefined || argument === null) {
    return "";
  }
  try {
    return JSON.stringify(argument) ?? "";
  } catch (cause) {
    throw new GuestfolioError("invalid_input", "the argument has no JSON form", "", { cause });
  }
}

/** Pieces of bytes, text, one object, or an array of objects. */
export function* chunksOf(input: unknown): Generator<Uint8Array> {
  if (typeof input === "string") {
    yield* chunksOfText(input);
  } else if (ArrayBuffer.isView(input)) {
    yield* chunksOfBytes(new Uint8Array(input.buffer, input.byteOffset, input.byteLength));
  } else if (input instanceof ArrayBuffer) {
    yield* chunksOfBytes(new Uint8Array(input));
  } else if (Array.isArray(input)) {
    yield* chunksOfObjects(input);
  } else if (typeof input === "object" && input !== null && !isPromise(input)) {
    yield* chunksOfText(toJson(input));
  } else {
    throw new GuestfolioError("invalid_input", "the input must be bytes, text, an object or an array of objects");
  }
}

/** One chunk of a stream. */
export function bytesOf(chunk: unknown): Uint8Array {
  if (typeof chunk === "string") {
    return encoder.encode(chunk);
  }
  if (ArrayBuffer.isView(chunk)) {
    return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
  throw new GuestfolioError("invalid_input", "the chunks of a stream must be bytes or text");
}

function isPromise(input: object): boolean {
  return "then" in input && typeof input.then === "function";
}

function* chunksOfBytes(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK) {
    yield bytes.subarray(at, at + CHUNK);
  }
}

function* chunksOfText(text: string): Generator<Uint8Array> {
  let at = 0;
  while (at < text.length) {
    let end = at + CHUNK;
    const unit = text.charCodeAt(end - 1);
    if (unit >= 0xd800 && unit < 0xdc00) {
      end -= 1; // never cut a pair in two
    }
    yield encoder.encode(text.slice(at, end));
    at = end;
  }
}

/** The elements as the text of one array. An element without a JSON form stands as `null`, so that the count is right. */
function* chunksOfObjects(objects: readonly unknown[]): Generator<Uint8Array> {
  yield encoder.encode("[");
  for (let at = 0; at < objects.length; at += BATCH) {
    const texts = objects.slice(at, at + BATCH).map((object) => toJson(object) || "null");
    yield encoder.encode((at > 0 ? "," : "") + texts.join(","));
  }
  yield encoder.encode("]");
}
