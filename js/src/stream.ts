// The chunks of a stream, until it ends or its signal gives it up.

import type { AbortSignalLike, ByteStream } from "./arguments.js";
import { GuestfolioError } from "./error.js";

type Chunk = Uint8Array | string;

/** What reading needs of a stream: the next chunk, and a way to say that no more is wanted. */
interface Puller {
  next(): Promise<{ done?: boolean; value?: Chunk | undefined }>;
  stop(reason: unknown): void;
  release(): void;
}

/** The chunks. An abort ends a wait at once, and the stream is told. */
export async function* readChunks(
  chunks: ByteStream | AsyncIterable<Chunk> | Iterable<Chunk>,
  signal: AbortSignalLike | undefined,
): AsyncGenerator<Chunk> {
  const puller = pullerOf(chunks);
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(new GuestfolioError("aborted", "the stream was given up", "", { cause: signal?.reason }));
  });
  aborted.catch(() => {}); // it may lose every race
  signal?.addEventListener("abort", abort);
  let ended = false;
  try {
    if (signal?.aborted) {
      abort();
    }
    while (!ended) {
      const step = await Promise.race([aborted, puller.next()]);
      ended = step.done === true;
      if (step.value !== undefined) {
        yield step.value;
      }
    }
  } finally {
    signal?.removeEventListener("abort", abort);
    if (!ended) {
      puller.stop(signal?.reason);
    }
    puller.release();
  }
}

function pullerOf(chunks: unknown): Puller {
  if (typeof chunks === "object" && chunks !== null) {
    // A ReadableStream is read by its reader, since not every browser iterates over one.
    if ("getReader" in chunks && typeof chunks.getReader === "function") {
      const reader = (chunks as ByteStream).getReader();
      return {
        next: () => reader.read(),
        stop: (reason) => void reader.cancel(reason).catch(() => {}),
        release: () => reader.releaseLock(),
      };
    }
    const source = chunks as Partial<AsyncIterable<Chunk> & Iterable<Chunk>>;
    const iterator = source[Symbol.asyncIterator]?.() ?? source[Symbol.iterator]?.();
    if (iterator !== undefined) {
      return {
        next: async () => iterator.next(),
        stop: () => void Promise.resolve(iterator.return?.()).catch(() => {}),
        release: () => {},
      };
    }
  }
  const message =
    "the stream must be a ReadableStream or an iterable of bytes or text; of a response pass `response.body`";
  throw new GuestfolioError("invalid_input", message);
}
