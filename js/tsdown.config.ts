import { defineConfig } from "tsdown";

// One .wasm lies beside the entries; each entry is thin. What the command line needs is bundled, so that the package has no
// dependencies.
const shared = {
  outDir: "dist",
  clean: false,
  target: "es2022",
  sourcemap: false,
  hash: false,
  fixedExtension: true,
} as const;
const banner = { dts: '/// <reference lib="esnext.disposable" />' };
const bundled = ["commander", "cli-table3", "cli-progress"];

const locales = Object.fromEntries(
  ["en", "fi", "fr", "id", "vi", "zh"].map((name) => [`locale/${name}`, `src/locale/${name}.ts`]),
);

export default defineConfig([
  {
    ...shared,
    entry: { node: "src/node.ts", cli: "src/cli/main.ts" },
    format: ["esm"],
    platform: "node",
    dts: { entry: "src/node.ts" },
    banner,
    deps: { alwaysBundle: bundled, onlyBundle: false },
  },
  { ...shared, entry: { node: "src/node.ts" }, format: ["cjs"], platform: "node", dts: true, shims: true, banner },
  { ...shared, entry: locales, format: ["esm", "cjs"], platform: "neutral", dts: true },
  { ...shared, entry: { browser: "src/browser.ts" }, format: ["esm"], platform: "browser", dts: true, banner },
]);
