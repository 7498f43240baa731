// What each source adds to the module: the code of its functions, by their names, which the module has until it is optimised.

import { gzipSync } from "node:zlib";

const CODE = 10;
const IMPORTS = 2;
const FUNCTION_NAMES = 1;

/** Reads the numbers and names of the binary format. */
class Bytes {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  get done() {
    return this.at >= this.bytes.length;
  }

  byte() {
    return this.bytes[this.at++];
  }

  /** An unsigned LEB128 number. */
  number() {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  }

  take(length) {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  text() {
    return new TextDecoder().decode(this.take(this.number()));
  }
}

/** The body of each function by its mangled name. */
function functionsOf(wasm) {
  const all = new Bytes(wasm);
  all.take(8);
  let imported = 0;
  const bodies = [];
  const names = new Map();
  while (!all.done) {
    const id = all.byte();
    const section = new Bytes(all.take(all.number()));
    if (id === IMPORTS) {
      imported = WebAssembly.Module.imports(new WebAssembly.Module(wasm)).filter(
        ({ kind }) => kind === "function",
      ).length;
    } else if (id === CODE) {
      for (let left = section.number(); left > 0; left -= 1) bodies.push(section.take(section.number()));
    } else if (id === 0 && section.text() === "name") {
      while (!section.done) {
        const kind = section.byte();
        const part = new Bytes(section.take(section.number()));
        if (kind !== FUNCTION_NAMES) continue;
        for (let left = part.number(); left > 0; left -= 1) {
          const index = part.number();
          names.set(index, part.text());
        }
      }
    }
  }
  return bodies.map((body, index) => ({ name: names.get(imported + index) ?? "", body }));
}

/** The code of each of the modules below `parent`, in bytes, as it is and compressed by itself. */
export function codeSizes(wasm, parent, modules) {
  const functions = functionsOf(wasm);
  return modules.map((module) => {
    // A mangled path is its parts, each after its length; in the name of an implementation of a trait, dots part them.
    const paths = [`${parent.length}${parent}${module.length}${module}`, `${parent}..${module}..`];
    const ours = functions.filter(({ name }) => paths.some((path) => name.includes(path)));
    const bodies = ours.map(({ body }) => body);
    if (bodies.length === 0) {
      throw new Error(`no function of ${parent}::${module} is in the module: look at scripts/sizes.mjs`);
    }
    const code = Buffer.concat(bodies);
    return { module, raw: code.length, gzip: gzipSync(code, { level: 9 }).length };
  });
}
