// THIRD-PARTY.md: what of other people's work is inside the package, with their licences.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The licence files of a package. */
function licences(folder) {
  const names = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name));
  // Of a choice between Apache-2.0 and MIT the package takes MIT, whose text differs by its holder.
  const mit = names.filter((name) => /mit/i.test(name));
  return (mit.length > 0 ? mit : names).map((name) => readFileSync(join(folder, name), "utf8").trim());
}

/** The Rust crates that are compiled into the module: what the binding needs, but for what only the compiler runs. */
function crates(root) {
  const flags = ["metadata", "--locked", "--format-version", "1", "--filter-platform", "wasm32-unknown-unknown"];
  const metadata = JSON.parse(execFileSync("cargo", flags, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 }));
  const byId = new Map(metadata.packages.map((one) => [one.id, one]));
  const nodes = new Map(metadata.resolve.nodes.map((node) => [node.id, node]));
  const found = new Map();
  const visit = (id) => {
    const { name, version, license, manifest_path, targets } = byId.get(id);
    if (found.has(name) || targets.some(({ kind }) => kind.includes("proc-macro"))) return;
    found.set(name, { name, version, license, folder: dirname(manifest_path) });
    for (const { pkg, dep_kinds } of nodes.get(id).deps) {
      if (dep_kinds.some(({ kind }) => kind === null)) visit(pkg);
    }
  };
  visit(metadata.packages.find(({ name }) => name === "guestfolio-wasm").id);
  return [...found.values()].filter(({ name }) => !name.startsWith("guestfolio"));
}

/** The npm packages that are bundled into the command line, with theirs. */
function modules(js, names) {
  const found = new Map();
  const visit = (name) => {
    const folder = join(js, "node_modules", name);
    if (found.has(name) || !existsSync(folder)) return;
    const {
      version,
      license,
      dependencies = {},
      optionalDependencies = {},
    } = JSON.parse(readFileSync(join(folder, "package.json")));
    found.set(name, { name, version, license, folder });
    Object.keys({ ...dependencies, ...optionalDependencies }).forEach(visit);
  };
  names.forEach(visit);
  return [...found.values()];
}

/** Writes the file into `js`. */
export function writeNotices(root, js, bundled) {
  const section = ({ name, version, license, folder }) =>
    [`## ${name} ${version} (${license})`, ...licences(folder).map((text) => `\`\`\`text\n${text}\n\`\`\``)].join(
      "\n\n",
    );
  const parts = [
    "# Third-party software in this package",
    "Compiled into `guestfolio.wasm`:",
    ...crates(root).map(section),
    "Bundled into the command line:",
    ...modules(js, bundled).map(section),
  ];
  writeFileSync(join(js, "THIRD-PARTY.md"), `${parts.join("\n\n")}\n`);
}
