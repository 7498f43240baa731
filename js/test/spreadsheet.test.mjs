// A report in a real spreadsheet program: LibreOffice, without a window, reads no name of a payer as a formula.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { js } from "./packed.mjs";

/** What attackers put into a name: https://owasp.org/www-community/attacks/CSV_Injection, and behind separators. */
const NAMES = [
  "=cmd|' /C calc'!A0",
  '=HYPERLINK("https://example.com";"refund")',
  "=1+1",
  "+1+1",
  "-1+1",
  "@SUM(1,1)",
  "\t=1+1",
  "\r=1+1",
  "\n=1+1",
  " =1+1",
  "＝1+1",
  "Ek;=1+1",
  "Ek\t=1+1",
  "Ek|=1+1",
  'Ek",=1+1',
  'Ek";=1+1,"',
];
/** How countries cut fields: comma, semicolon, tab; each with quotation marks, UTF-8. */
const SEPARATORS = { comma: 44, semicolon: 59, tab: 9 };

const folder = mkdtempSync(join(tmpdir(), "guestfolio-spreadsheet-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** The cells of a CSV file as LibreOffice has them. */
function opened(name, separator) {
  const filter = `--infilter=CSV:${separator},34,76,1`;
  const profile = `-env:UserInstallation=file://${join(folder, "profile")}`;
  const office = process.env.SOFFICE || "soffice";
  execFileSync(
    office,
    [profile, "--headless", filter, "--convert-to", "fods", "--outdir", folder, join(folder, name)],
    {
      stdio: "pipe",
    },
  );
  return readFileSync(join(folder, name.replace(/csv$/, "fods")), "utf8");
}

const formulas = (sheet) => [...sheet.matchAll(/table:formula="([^"]*)"/g)].map(([, formula]) => formula);

test("no name of a payer is a formula in a spreadsheet, however its country cuts fields", () => {
  const charges = NAMES.map((name, number) => ({
    id: `ch_${number}`,
    object: "charge",
    amount: 1250,
    amount_captured: 1250,
    currency: "eur",
    created: 1_767_225_600 + number,
    status: "succeeded",
    paid: true,
    captured: true,
    livemode: true,
    description: name,
    billing_details: { email: `p${number}@example.com`, name },
  }));
  writeFileSync(join(folder, "charges.json"), JSON.stringify(charges));
  const columns = ["--columns", "name,id,description,amount"];
  const cli = [join(js, "dist", "cli.mjs"), "report", join(folder, "charges.json"), ...columns];
  execFileSync(process.execPath, [...cli, "--out", join(folder, "report.csv")]);
  // The same table without protection: this program does read such names as formulas, so the test can fail.
  const quoted = NAMES.map((name, number) => `"${name.replaceAll('"', '""')}","ch_${number}",12.50\r\n`).join("");
  writeFileSync(join(folder, "bare.csv"), quoted);
  for (const [name, separator] of Object.entries(SEPARATORS)) {
    const sheet = opened("report.csv", separator);
    assert.deepEqual(formulas(sheet), [], name);
    assert.match(sheet, /ch_15/, name);
    assert.ok(formulas(opened("bare.csv", separator)).length > 0, `${name}: unprotected`);
  }
  const sheet = opened("report.csv", SEPARATORS.comma);
  assert.equal([...sheet.matchAll(/office:value="12\.5"/g)].length, NAMES.length, "amounts are numbers");
});
