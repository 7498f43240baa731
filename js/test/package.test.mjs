// The packed tarball in Node: what is in it, the corpus by `import` and `require`, the types, the command line.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { cases, root } from "./cases.mjs";
import { installPacked, js, run } from "./packed.mjs";

const { app, tarball, files } = installPacked();
const bin = (name) => join(js, "node_modules", ".bin", name);

test("the tarball has one .wasm, no sources, and the licences", () => {
  assert.deepEqual(
    files.filter((file) => file.endsWith(".wasm")),
    ["dist/guestfolio.wasm"],
  );
  assert.deepEqual(
    files.filter((file) => /(^|\/)(src|test|wasm|pkg)\//.test(file)),
    [],
  );
  for (const file of ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE", "THIRD-PARTY.md", "dist/cli.mjs"]) {
    assert.ok(files.includes(file), file);
  }
});

test("the module is within its budget of 665 KB gzip", () => {
  const size = gzipSync(readFileSync(join(js, "dist", "guestfolio.wasm")), { level: 9 }).length;
  assert.ok(size < 665 * 1024, `${size} bytes`);
});

test("the package runs without any other", () => {
  assert.deepEqual(Object.keys(JSON.parse(run("npm", ["ls", "--all", "--json"], { cwd: app })).dependencies), [
    "guestfolio",
  ]);
});

test("publint and attw find nothing", () => {
  run(bin("publint"), ["--strict", tarball], { cwd: app });
  // The .wasm is an entry for bundlers (`guestfolio/guestfolio.wasm?url`); it has no types, and .attw.json says so.
  run(bin("attw"), [tarball], { cwd: js });
});

const modules = ["corpus.mjs", "cases.mjs"].map((name) => pathToFileURL(join(js, "test", name)).href);
for (const [name, file, load] of [
  ["import", "corpus.mjs", 'import * as api from "guestfolio";'],
  ["require", "corpus.cjs", 'const api = require("guestfolio");'],
]) {
  test(`every case of the corpus holds on the tarball by ${name} (${cases.length} cases)`, () => {
    const body = `${load}
      Promise.all(${JSON.stringify(modules)}.map((module) => import(module))).then(([{ runAll }, { cases }]) => {
        process.stdout.write(JSON.stringify(runAll(api, cases)));
      });`;
    writeFileSync(join(app, file), body);
    assert.equal(run(process.execPath, [file], { cwd: app, maxBuffer: 1 << 26 }), "[]");
  });
}

test("the README's example runs and prints what the README says", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const [, program] = readme.match(/```js\n([\s\S]*?)```/);
  const [, printed] = readme.match(/```text\n([\s\S]*?)```/);
  writeFileSync(join(app, "readme.mjs"), program);
  const output = run(process.execPath, [join(app, "readme.mjs")], { cwd: join(root, "examples", "data") });
  assert.equal(output, printed);
  assert.equal(program.trim().split("\n").length, 8);
  assert.match(printed, /^eligible /m);
  assert.match(printed, /^ineligible /m);
});

test("the commands of the README print what it says", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const shown = [...readme.matchAll(/^`guestfolio ((?:refund|plan|check) [^`]+)`[^\n]*\n\n```text\n([\s\S]*?)```/gm)];
  const inline = readme.match(/`guestfolio (check [^`]+)`, in `examples\/data`:\n\n```text\n([\s\S]*?)```/);
  assert.equal(shown.length, 2);
  for (const [, command, printed] of [...shown, inline]) {
    const { stdout } = spawnSync(
      process.execPath,
      [join(app, "node_modules", ".bin", "guestfolio"), ...command.split(" ")],
      {
        cwd: join(root, "examples", "data"),
        encoding: "utf8",
      },
    );
    assert.ok(stdout.includes(printed), `${command}\n${stdout}`);
  }
});

const PROGRAM = `
import { GuestfolioError, groupPayments, init, Ledger, values, describe } from "guestfolio";
import type { CustomerItem, Page, PaymentStatus, Verdict, WasmSource } from "guestfolio";

async function main(bytes: Uint8Array, source?: WasmSource): Promise<string> {
  await init(source);
  const ledger = new Ledger({ grouping: "stripe", timeZone: "Europe/Helsinki" });
  const { accepted, issues } = ledger.ingest("stripe", bytes, { account: "acct_1", observedAt: new Date() });
  const code: string = issues[0]?.code ?? String(accepted);
  await ledger.ingestStream("stripe", (async function* () { yield bytes; })(), { onProgress: ({ bytes: n }) => n.toFixed() });
  const page: Page<CustomerItem> = ledger.customers({ limit: 10, cursor: null });
  const first = page.items[0];
  if (first === undefined) return code;
  const verdict: Verdict = ledger.decideRefund("ch_1", {
    asOf: "2026-01-01", amount: { decimal: "12.50" }, policy: { windowDays: 30, reviewAbove: { minor: 1, currency: "EUR" } },
    actor: { limit: [{ minor: 1, currency: "EUR" }] },
  });
  const status: PaymentStatus = ledger.payment("ch_1").payment.status;
  // @ts-expect-error a word outside the closed list
  const wrong: PaymentStatus = "gone";
  // @ts-expect-error the time of the question is required
  ledger.decideRefund("ch_1", {});
  // @ts-expect-error an unknown source
  ledger.ingest("paypal", bytes);
  const text: string | null = verdict.refundable.decimal;
  try { ledger.customer("x"); } catch (error) { if (error instanceof GuestfolioError) return error.code; }
  ledger.free();
  const word: string | undefined = values("outcome")[0];
  return [status, wrong, text, word, describe("outcome", "eligible").label, groupPayments("stripe", []).total].join();
}
main(new Uint8Array());
`;

test("the types compile with skipLibCheck false, whatever the consumer's settings", () => {
  const variants = {
    "nodenext-esm": { file: "main.mts", options: { module: "NodeNext", lib: ["ES2022"], types: [] } },
    "nodenext-cjs": { file: "main.cts", options: { module: "NodeNext", lib: ["ES2022"], types: [] } },
    bundler: {
      file: "main.ts",
      options: { module: "ESNext", moduleResolution: "Bundler", lib: ["ES2022", "DOM"], types: [] },
    },
    modern: {
      file: "main.ts",
      options: { module: "ESNext", moduleResolution: "Bundler", lib: ["ESNext", "DOM", "DOM.Iterable"], types: [] },
    },
  };
  for (const [name, { file, options }] of Object.entries(variants)) {
    const folder = join(app, name);
    mkdirSync(folder);
    writeFileSync(join(folder, file), PROGRAM);
    const compilerOptions = {
      target: "ES2022",
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
      ...options,
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [file] }));
    const { status, stdout } = spawnSync(bin("tsc"), ["-p", folder], { encoding: "utf8" });
    assert.equal(status, 0, `${name}: ${stdout}`);
  }
});

/** Runs the installed command. */
function cli(args, options = {}) {
  const { status, stdout, stderr } = spawnSync(join(app, "node_modules", ".bin", "guestfolio"), args, {
    cwd: join(root, "examples", "data"),
    encoding: "utf8",
    ...options,
  });
  return { status, stdout, stderr };
}
const shop = ["charges.json", "refunds.json", "disputes.ndjson", "customers.json"];

test("--json prints exactly what the API returns", async () => {
  const api = await import(pathToFileURL(join(app, "node_modules", "guestfolio", "dist", "node.mjs")).href);
  const ledger = new api.Ledger();
  for (const file of shop) ledger.ingest("stripe", readFileSync(join(root, "examples", "data", file)));
  const json = (args) => JSON.parse(cli([...args, ...shop, "--json"]).stdout);
  const customers = ledger.customers();
  assert.deepEqual(json(["customers"]), customers);
  assert.deepEqual(json(["payments", "--limit", "3"].slice(0, 1)), ledger.payments());
  assert.deepEqual(json(["customer", customers.items[0].id]), ledger.customer(customers.items[0].id));
  const [payment] = ledger.payments().items;
  assert.deepEqual(json(["payment", payment.id]), ledger.payment(payment.id));
  const refund = cli(["refund", payment.id, ...shop, "--as-of", "2026-03-01", "--json"]);
  assert.deepEqual(JSON.parse(refund.stdout), ledger.decideRefund(payment.id, { asOf: "2026-03-01" }));
  assert.equal(json(["check"]).rejected, 0);
});

test("exit codes say what happened", () => {
  assert.equal(cli(["customers", ...shop]).status, 0);
  assert.equal(cli(["refund", "ch_3Lena01", ...shop, "--as-of", "2026-02-20"]).status, 0);
  assert.equal(cli(["refund", "ch_3Omar01", ...shop, "--as-of", "2026-02-20"]).status, 1, "not eligible");
  assert.equal(cli(["payment", "ch_nobody", ...shop]).status, 1, "nothing found");
  assert.equal(cli(["customers", "-"], { input: "[]" }).status, 1, "nothing found");
  assert.equal(cli(["customers"]).status, 2, "no file");
  assert.equal(cli(["frobnicate"]).status, 2, "no such command");
  assert.equal(cli(["customers", "nowhere.json"]).status, 2, "no such file");
  assert.equal(cli(["customers", ...shop, "--grouping", "magic"]).status, 2, "no such preset");
  assert.equal(cli(["refund", "ch_3Lena01", ...shop]).status, 2, "--as-of is required");
  assert.equal(cli(["refund", "ch_3Lena01", ...shop, "--as-of", "soon"]).status, 2);
  assert.equal(cli(["--help"]).status, 0);
});

test("standard input, pages and policies work from the command line", () => {
  const input =
    '{"id":"ch_1","object":"charge","amount":1000,"currency":"eur","created":1767226000,"status":"succeeded"}\n';
  assert.equal(JSON.parse(cli(["payments", "-", "--json"], { input }).stdout).items[0].id, "ch_1");
  const limited = JSON.parse(cli(["payments", ...shop, "--limit", "2", "--json"]).stdout);
  assert.equal(limited.items.length, 2);
  assert.notEqual(limited.next, null);
  const all = JSON.parse(cli(["payments", ...shop, "--all", "--limit", "2", "--json"]).stdout);
  assert.equal(all.items.length, all.total);
  assert.equal(all.next, null);
  const help = cli(["--help"]).stdout;
  assert.match(help, /Examples:/);
  writeFileSync(join(app, "policy.json"), '{"windowDays": 3}');
  const refused = cli(["refund", "ch_3Lena01", ...shop, "--as-of", "2026-02-20", "--policy", join(app, "policy.json")]);
  assert.equal(refused.status, 1);
  assert.match(refused.stdout, /the policy's window is over/);
  const bad = cli(["refund", "ch_3Lena01", ...shop, "--as-of", "2026-02-20", "--amount", "1.005"]);
  assert.equal(bad.status, 2);
  assert.match(bad.stderr, /invalid_amount.*\/amount\/decimal/);
});

test("a payer's control characters do not reach the terminal", () => {
  const name = "\u001b[31mRed\u001b]0;title\u0007";
  const input = JSON.stringify({
    id: `ch_1${name}`,
    object: "charge",
    amount: 1,
    currency: "eur",
    created: 1767226000,
    status: "succeeded",
    billing_details: { name },
  });
  const stdout = [
    ["customers", "-"],
    ["payments", "-"],
    ["payment", `ch_1${name}`, "-"],
    ["refund", `ch_1${name}`, "-", "--as-of", "1771546000"],
  ]
    .map((args) => cli(args, { input }))
    .map((result) => result.stdout + result.stderr)
    .join("");
  assert.match(stdout, /Red/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for them
  assert.doesNotMatch(stdout, /[\u001b\u0007]/);
});
