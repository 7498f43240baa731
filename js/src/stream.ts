// The chunks of a stream, until it ends or its signal gives it up.

import type { AbortSignalLike, ByteStream } from "./arguments.js";
import { GuestfolioError } from "./error.js";

type Chunk = Uint8Array | string;

interface Step {
  done?: boolean;
  value?: Chunk | undefined;
}

/** What reading needs of a stream: the next chunk, and a way to say that no more is wanted. */
interface Puller {
  next(): Promise<Step>;
  stop(reason: unknown): void;
  release(): void;
}

/** The chunks. An abort ends a wait at once, and the stream is told. */
export async function* readChunks(
  chunks: ByteStream | AsyncIterable<Chunk> | Iterable<Chunk>,
  signal: AbortSignalLike | undefined,
): AsyncGenerator<Chunk> {
  const puller = pullerOf(chunks);
  let giveUp: ((error: GuestfolioError) => void) | undefined;
  const aborted = () => new GuestfolioError("aborted", "the stream was given up", "", { cause: signal?.reason });
  const abort = () => giveUp?.(aborted());
  signal?.addEventListener("abort", abort);
  let ended = false;
  try {
    while (!ended) {
      if (signal?.aborted) {
        throw aborted();
      }
      // A promise a step: one for the whole stream would hold on to every chunk.
      const step = await new Promise<Step>((resolve, reject) => {
        giveUp = reject;
        puller.next().then(resolve, reject);
      });
      ended = step.done === true;
      if (step.value !== undefined) {
        yield step.value;
      }
    }
  } finally {
    giveUp = undefined;
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
