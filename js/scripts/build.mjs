// Builds the WebAssembly and the package: wasm-pack, then the TypeScript, then the sizes.

import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { writeNotices } from "./notices.mjs";
import { codeSizes } from "./sizes.mjs";

const js = fileURLToPath(new URL("..", import.meta.url));
const root = join(js, "..");
const tools = process.env.GUESTFOLIO_TOOLS ?? join(homedir(), ".cache", "guestfolio-tools");
const bin = join(js, "node_modules", ".bin");

// wasm-pack leaves the module unoptimised, without an error, when it does not find this.
if (!existsSync(join(bin, "wasm-opt"))) {
  throw new Error("wasm-opt is missing: run `make build`");
}

// The paths of the machine that builds must not be in the module: panics name source files.
const home = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
const remap = [`--remap-path-prefix=${home}=cargo`, `--remap-path-prefix=${root}=guestfolio`];
// A third of the inlining that the compiler would do: the rest is size without speed. What must be inlined says so.
const inlining = ["-Cllvm-args=--inline-threshold=70", "-Cllvm-args=--inlinehint-threshold=120"];
const env = {
  ...process.env,
  PATH: [join(tools, "bin"), bin, process.env.PATH].join(delimiter),
  CARGO_ENCODED_RUSTFLAGS: ["-Ctarget-feature=+simd128", ...inlining, ...remap].join("\x1f"),
};
const run = (command, args, cwd) => execFileSync(command, args, { cwd, env, stdio: ["ignore", "inherit", "inherit"] });

run(
  "wasm-pack",
  [
    "build",
    join(js, "wasm"),
    "--release",
    "--target",
    "web",
    "--out-dir",
    "../pkg",
    "--no-pack",
    "--mode",
    "no-install",
  ],
  root,
);
prepareGlue(join(js, "pkg", "guestfolio_wasm.js"));

rmSync(join(js, "dist"), { recursive: true, force: true });
mkdirSync(join(js, "dist"));
copyFileSync(join(js, "pkg", "guestfolio_wasm_bg.wasm"), join(js, "dist", "guestfolio.wasm"));
for (const file of ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"]) {
  copyFileSync(join(root, file), join(js, file));
}
writeNotices(root, js, ["commander", "cli-table3", "cli-progress"]);
run(join(bin, "tsdown"), ["--logLevel", "warn"], js);

const wasm = readFileSync(join(js, "dist", "guestfolio.wasm"));
const kb = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
const gzip = gzipSync(wasm, { level: 9 }).length;
console.log(`guestfolio.wasm: ${kb(wasm.length)} raw, ${kb(gzip)} gzip, ${kb(brotliCompressSync(wasm).length)} brotli`);

const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
const named = readFileSync(join(target, "wasm32-unknown-unknown", "release", "guestfolio_wasm.wasm"));
const sources = ["stripe", "dodo", "flatpay", "shopify", "woocommerce", "canonical", "csv"];
console.log("of which, before wasm-opt:");
for (const { module, raw, gzip } of codeSizes(named, "source", sources)) {
  console.log(`  ${module} adds ${kb(raw)} of code, ${kb(gzip)} gzip`);
}

/** Two changes to the generated glue: it may be started anew after a trap, and the loader that fetches is left out. */
function prepareGlue(file) {
  const once = "function initSync(module) {\n    if (wasm !== undefined) return wasm;\n";
  const exports = "export { initSync, __wbg_init as default };";
  const glue = readFileSync(file, "utf8");
  if (!glue.includes(once) || !glue.includes(exports)) {
    throw new Error("the glue of wasm-bindgen has changed: look at prepareGlue in scripts/build.mjs");
  }
  writeFileSync(file, glue.replace(once, "function initSync(module) {\n").replace(exports, "export { initSync };"));
}
