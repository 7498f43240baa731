// The one instance of the module: started by an entry, called by everything, made anew after a trap.

import * as glue from "../pkg/guestfolio_wasm.js";
import { GuestfolioError, isFailure } from "./error.js";

export { glue };

let compiled: WebAssembly.Module | undefined;
let generation = 0;
let stopped = false;

/** Starts the module. Starting a started one does nothing. */
export function start(module: WebAssembly.Module): void {
  if (compiled === undefined) {
    glue.initSync({ module });
    compiled = module;
  }
}

export function isStarted(): boolean {
  return compiled !== undefined;
}

/** Which instance is running: handles of an earlier one are void. */
export function currentGeneration(): number {
  return generation;
}

/** Calls into the module; whatever it throws becomes a real `Error`. */
export function call<T>(into: () => T): T {
  if (compiled === undefined) {
    throw new GuestfolioError("not_initialized", "await init() before the first call");
  }
  if (stopped) {
    glue.initSync({ module: compiled });
    stopped = false;
  }
  try {
    return into();
  } catch (thrown) {
    if (isFailure(thrown)) {
      throw new GuestfolioError(thrown.code, thrown.message, thrown.path);
    }
    // A trap, or the stack ran out: the instance may be in any state, so the next call gets a fresh one.
    if (thrown instanceof WebAssembly.RuntimeError || thrown instanceof RangeError) {
      generation += 1;
      stopped = true;
      const message = "the engine stopped; its ledgers are gone, and new ones can be made";
      throw new GuestfolioError("engine_stopped", message, "", { cause: thrown });
    }
    throw thrown;
  }
}
