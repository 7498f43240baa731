// The entry for Node, Deno and Bun: the module is beside this file and is ready on import.

import { readFileSync } from "node:fs";
import type { WasmSource } from "./arguments.js";
import { start } from "./engine.js";

export * from "./api.js";

start(new WebAssembly.Module(readFileSync(new URL("./guestfolio.wasm", import.meta.url))));

/** Nothing to wait for in Node: the module is ready on import. Here so that one program runs everywhere. */
export async function init(_source?: WasmSource): Promise<void> {}
