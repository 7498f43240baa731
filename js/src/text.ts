// Inputs of every kind, as chunks of bytes for the module.

import { GuestfolioError } from "./error.js";

/** Bytes handed over at once: large enough to be fast, small enough to stay in the processor's cache. */
const CHUNK = 1 << 16;
/** Objects turned into text at once. */
const BATCH = 256;

const encoder = new TextEncoder();

/** The JSON text of records. Their members are the source's business; only what has no JSON form at all is refused. */
function recordText(record: unknown): string {
  try {
    return JSON.stringify(record) ?? "null";
  } catch (cause) {
    throw new GuestfolioError("invalid_input", "a record has no JSON form", "", { cause });
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
  } else if (isRecord(input)) {
    yield* chunksOfText(recordText(input));
  } else {
    const message = "the input must be bytes, text, an object or an array of objects; a stream goes to ingestStream";
    throw new GuestfolioError("invalid_input", message);
  }
}

/** The chunks of a stream as bytes. Text may be cut anywhere, even inside a character. */
export class ChunkEncoder {
  /** The first half of a pair, until its second half comes. */
  #half = "";

  encode(chunk: unknown): Uint8Array {
    if (typeof chunk === "string") {
      const text = this.#half + chunk;
      const last = text.charCodeAt(text.length - 1);
      const cut = last >= 0xd800 && last < 0xdc00 ? text.length - 1 : text.length;
      this.#half = text.slice(cut);
      return encoder.encode(text.slice(0, cut));
    }
    if (ArrayBuffer.isView(chunk)) {
      return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    }
    throw new GuestfolioError("invalid_input", "the chunks of a stream must be bytes or text");
  }
}

/** An object with members. A promise, response, blob, map or stream has none of its own: handing one over is a mistake. */
function isRecord(input: unknown): input is object {
  if (typeof input !== "object" || input === null) {
    return false;
  }
  const prototype: unknown = Object.getPrototypeOf(input);
  return prototype === Object.prototype || prototype === null || Object.keys(input).length > 0;
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
    const texts = Array.from(objects.slice(at, at + BATCH), recordText);
    yield encoder.encode((at > 0 ? "," : "") + texts.join(","));
  }
  yield encoder.encode("]");
}
