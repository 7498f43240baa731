// The entry for pages and workers: `await init()` first.

import type { WasmSource } from "./arguments.js";
import { isStarted, start } from "./engine.js";
import { GuestfolioError } from "./error.js";

export * from "./api.js";

let starting: Promise<void> | undefined;

/**
 * Loads the module. Calling it again returns the same promise; after a failure it may be retried.
 *
 * Without a source it fetches `guestfolio.wasm` from beside this file, the only request that the package ever makes. Throws
 * `blocked_by_csp` when the page's policy lacks `'wasm-unsafe-eval'`, else `init_failed`.
 */
export function init(source?: WasmSource): Promise<void> {
  if (isStarted() || starting !== undefined) {
    // What is not needed any more may still fail; that is nobody's concern.
    Promise.resolve(source).catch(() => {});
    return starting ?? Promise.resolve();
  }
  starting = compile(source ?? new URL("./guestfolio.wasm", import.meta.url))
    .then(start)
    .catch((cause: unknown) => {
      starting = undefined;
      throw failure(cause);
    });
  return starting;
}

async function compile(given: WasmSource): Promise<WebAssembly.Module> {
  const source: unknown = await given;
  if (source instanceof WebAssembly.Module) {
    return source;
  }
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    return WebAssembly.compile(source as BufferSource);
  }
  const response = typeof source === "string" || source instanceof URL ? await fetch(source) : source;
  if (!(response instanceof Response)) {
    throw new GuestfolioError("invalid_input", "init takes a URL, a response, bytes or a compiled module");
  }
  if (!response.ok) {
    throw new Error(`the server answered ${response.status}`);
  }
  // Servers that do not know the type of .wasm files are common; compiling from bytes works with them too.
  if (response.headers.get("content-type")?.startsWith("application/wasm")) {
    return WebAssembly.compileStreaming(response);
  }
  return WebAssembly.compile(await response.arrayBuffer());
}

function failure(cause: unknown): GuestfolioError {
  if (cause instanceof GuestfolioError) {
    return cause;
  }
  const text = String(cause);
  if (cause instanceof WebAssembly.CompileError && /Content Security Policy|unsafe-eval|CSP/i.test(text)) {
    const message = "the page's content security policy refuses WebAssembly: add 'wasm-unsafe-eval' to script-src";
    return new GuestfolioError("blocked_by_csp", message, "", { cause });
  }
  return new GuestfolioError("init_failed", "the WebAssembly module could not be loaded", "", { cause });
}
