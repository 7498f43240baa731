// The one instance of the module: started by an entry, called by everything, made anew after a trap.

import * as glue from "../pkg/guestfolio_wasm.js";
import { type Failure, GuestfolioError } from "./error.js";

export { glue };

let compiled: WebAssembly.Module | undefined;
let generation = 0;
let stopped = false;

/** Starts the module. Starting a started one does nothing; one that does not start leaves everything as it was. */
export function start(module: WebAssembly.Module): void {
  if (compiled === undefined) {
    glue.initSync({ module });
    compiled = module;
  }
}

export function isStarted(): boolean {
  return compiled !== undefined;
}

/** A number that the module gave out, and the instance that gave it: a later instance gives the same numbers again. */
export interface Handle {
  readonly number: number;
  readonly generation: number;
}

/** The handle of a number that was just given out. */
export function handleOf(number: number): Handle {
  return { number, generation };
}

/** Whether the instance that gave the handle still runs. */
export function isCurrent(handle: Handle): boolean {
  return handle.generation === generation && !stopped;
}

/** The number of a handle, if its instance still runs. */
export function numberOf(handle: Handle): number {
  if (!isCurrent(handle)) {
    throw engineStopped();
  }
  return handle.number;
}

/** Calls into the module; whatever it throws becomes a real `Error`. Nothing of the host's runs inside. */
export function call<T>(into: () => T): T {
  if (compiled === undefined) {
    throw new GuestfolioError("not_initialized", "await init() before the first call");
  }
  if (stopped) {
    glue.initSync({ module: compiled });
    generation += 1;
    stopped = false;
  }
  try {
    return into();
  } catch (thrown) {
    if (typeof thrown === "string") {
      const { code, message, path } = JSON.parse(thrown) as Failure;
      throw new GuestfolioError(code, message, path);
    }
    // A trap, or the stack ran out: the instance may be in any state, so the next call gets a fresh one.
    if (thrown instanceof WebAssembly.RuntimeError || thrown instanceof RangeError) {
      stopped = true;
      throw engineStopped(thrown);
    }
    throw thrown;
  }
}

/** Asks the module, which answers in JSON; masked where that is wanted. */
export function ask<T>(into: () => string, mask = false): T {
  return JSON.parse(call(mask ? () => glue.masked(into()) : into)) as T;
}

function engineStopped(cause?: unknown): GuestfolioError {
  const message = "the engine stopped; its ledgers are gone, and new ones can be made";
  return new GuestfolioError("engine_stopped", message, "", cause === undefined ? undefined : { cause });
}
