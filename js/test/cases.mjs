// The case files, read from the project.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "tests", "cases");

export const cases = readdirSync(folder, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith(".json"))
  .sort()
  .map((name) => ({ name, testCase: JSON.parse(readFileSync(join(folder, name), "utf8")) }));
