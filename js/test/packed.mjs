// The package as a stranger gets it: `npm pack`, installed in an empty folder. Made once for all test files of a run.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./cases.mjs";

export const js = join(root, "js");

export function run(command, args, options = {}) {
  return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], ...options });
}

/** Packs the package and installs it; the folder and the tarball. */
export function installPacked() {
  const folder = mkdtempSync(join(tmpdir(), "guestfolio-"));
  const [{ filename, files }] = JSON.parse(run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: js }));
  const tarball = join(folder, filename);
  const app = join(folder, "app");
  mkdirSync(app);
  writeFileSync(join(app, "package.json"), '{"name":"app","private":true}');
  run("npm", ["install", "--no-audit", "--no-fund", "--offline", tarball], { cwd: app });
  return { app, tarball, files: files.map(({ path }) => path) };
}
