// Dodo's own command line makes webhook payloads: its templates, run as they are, give records that are read. Skipped where
// the folder is not beside the clone.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { Ledger } from "../dist/node.mjs";
import { root } from "./cases.mjs";

const folder = join(root, "..", "shared", "data", "dodo", "cli-webhook-templates-ts");
const options = { skip: existsSync(folder) ? false : "there is no shared/data beside this clone" };

test("every webhook template of Dodo's command line is accepted, named and told by its shape", options, async () => {
  const out = mkdtempSync(join(tmpdir(), "guestfolio-dodo-"));
  let payloads = 0;
  for (const file of readdirSync(folder)) {
    const source = readFileSync(join(folder, file), "utf8");
    const { outputText } = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext } });
    const module = join(out, file.replace(/\.ts$/, ".mjs"));
    writeFileSync(module, outputText);
    const makers = await import(pathToFileURL(module).href);
    for (const [name, make] of Object.entries(makers)) {
      const payload = make({
        email: "test@example.com",
        customer_id: "cus_test",
        subscription_id: "sub_test",
        metadata: {},
      });
      for (const choice of ["dodo", "auto"]) {
        const ledger = new Ledger();
        const report = ledger.ingest(choice, payload);
        assert.equal(report.accepted, 1, `${name} as ${choice}: ${JSON.stringify(report)}`);
        assert.deepEqual(report.sources, [{ source: "dodo", records: 1 }]);
        ledger.free();
      }
      payloads += 1;
    }
  }
  assert.equal(payloads, 4 + 2 + 7 + 1 + 8);
  console.log(`${payloads} webhook payloads accepted`);
});
