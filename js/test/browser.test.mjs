// The packed tarball in a real Chromium: the corpus in a page and in a worker, and loading as pages do it.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { delimiter, join, normalize } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { cases } from "./cases.mjs";
import { installPacked, js } from "./packed.mjs";

const folders = (process.env.PATH ?? "").split(delimiter);
const installed = ["chromium", "chromium-browser", "google-chrome"].flatMap((name) =>
  folders.map((dir) => join(dir, name)),
);
const executablePath = [process.env.CHROMIUM, ...installed].find((path) => path && existsSync(path));
const TYPES = { ".mjs": "text/javascript", ".wasm": "application/wasm", ".html": "text/html" };
const dist = join(installPacked().app, "node_modules", "guestfolio", "dist");
const text = JSON.stringify(cases);
const requests = [];
let server;
let browser;
let origin;

before(async () => {
  assert.ok(executablePath, "Chromium is missing: apt-get install --no-install-recommends chromium");
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://localhost");
    requests.push(pathname);
    if (pathname === "/") {
      const headers = { "content-type": "text/html" };
      const policy = searchParams.get("csp");
      if (policy) headers["content-security-policy"] = policy;
      response.writeHead(200, headers).end("<!doctype html><title>guestfolio</title>");
    } else if (pathname === "/cases.json") {
      response.writeHead(200, { "content-type": "application/json" }).end(text);
    } else if (pathname === "/worker.mjs") {
      response.writeHead(200, { "content-type": "text/javascript" }).end(`
        import * as api from "/dist/browser.mjs";
        import { runAll } from "/corpus.mjs";
        await api.init();
        const cases = await (await fetch("/cases.json")).json();
        postMessage(runAll(api, cases));`);
    } else {
      const name = normalize(pathname).replace(/^\/(dist|plain)\//, "");
      const file = name === "/corpus.mjs" ? join(js, "test", "corpus.mjs") : join(dist, name);
      const type = pathname.startsWith("/plain/")
        ? "application/octet-stream"
        : TYPES[file.slice(file.lastIndexOf("."))];
      if (existsSync(file)) response.writeHead(200, { "content-type": type }).end(readFileSync(file));
      else response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--no-first-run",
    ],
  });
});

after(async () => {
  await browser?.close();
  server?.close();
});

async function inPage(path, body, argument) {
  const page = await browser.newPage();
  try {
    await page.goto(origin + path);
    return await page.evaluate(body, argument);
  } finally {
    await page.close();
  }
}

test(`every case of the corpus holds in a page (${cases.length} cases)`, async () => {
  const failed = await inPage("/", async () => {
    const api = await import("/dist/browser.mjs");
    const { runAll } = await import("/corpus.mjs");
    await api.init();
    return runAll(api, await (await fetch("/cases.json")).json());
  });
  assert.deepEqual(failed, []);
});

test(`every case of the corpus holds in a worker (${cases.length} cases)`, async () => {
  const failed = await inPage(
    "/",
    () =>
      new Promise((resolve, reject) => {
        const worker = new Worker("/worker.mjs", { type: "module" });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
      }),
  );
  assert.deepEqual(failed, []);
});

test("a page makes one request for the module, and none after it", async () => {
  requests.length = 0;
  const total = await inPage("/", async () => {
    const { groupPayments, init } = await import("/dist/browser.mjs");
    await Promise.all([init(), init()]);
    await init();
    const charge = {
      id: "ch_1",
      object: "charge",
      amount: 5,
      currency: "eur",
      created: 1767225600,
      status: "succeeded",
    };
    return groupPayments("stripe", [charge], { timeZone: "Europe/Helsinki" }).total;
  });
  assert.equal(total, 1);
  assert.deepEqual(
    requests.filter((path) => path !== "/favicon.ico"),
    ["/", "/dist/browser.mjs", "/dist/guestfolio.wasm"],
  );
});

test("the module loads from a URL, a response, bytes and a compiled module", async () => {
  const sources = ["text", "url", "response", "promise", "plain", "bytes", "view", "module"];
  for (const kind of sources) {
    const loaded = await inPage(
      "/",
      async (kind) => {
        const { init, values } = await import("/dist/browser.mjs");
        const path = "/dist/guestfolio.wasm";
        const bytes = async () => (await fetch(path)).arrayBuffer();
        const source = {
          text: () => path,
          url: () => new URL(path, location.href),
          response: () => fetch(path),
          promise: async () => fetch(path),
          plain: () => "/plain/guestfolio.wasm",
          bytes,
          view: async () => new Uint8Array(await bytes()),
          module: async () => WebAssembly.compile(await bytes()),
        }[kind];
        await init(kind === "promise" ? source() : await source());
        return values("outcome").length;
      },
      kind,
    );
    assert.equal(loaded, 3, kind);
  }
});

test("a failed init may be retried, and calls before it say what to do", async () => {
  const codes = await inPage("/", async () => {
    const { GuestfolioError, init, Ledger, values } = await import("/dist/browser.mjs");
    const code = (error) => (error instanceof GuestfolioError && error instanceof Error ? error.code : String(error));
    const caught = [];
    try {
      new Ledger();
    } catch (error) {
      caught.push(code(error));
    }
    await init("/nowhere.wasm").catch((error) => caught.push(code(error)));
    await init(new Uint8Array([1, 2, 3])).catch((error) => caught.push(code(error)));
    await init(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).catch((error) => caught.push(code(error)));
    await init(5).catch((error) => caught.push(code(error)));
    await init();
    caught.push(values("severity").length);
    return caught;
  });
  assert.deepEqual(codes, ["not_initialized", "init_failed", "init_failed", "init_failed", "invalid_input", 2]);
});

test("a policy without 'wasm-unsafe-eval' is named, and the line in the README is enough", async () => {
  const load = async () => {
    const { init } = await import("/dist/browser.mjs");
    return init().then(
      () => "loaded",
      (error) => error.code,
    );
  };
  const strict = encodeURIComponent("default-src 'none'; script-src 'self' 'unsafe-eval-never'; connect-src 'self'");
  assert.equal(await inPage(`/?csp=${strict}`, load).catch(String), "blocked_by_csp");
  const enough = /script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'/;
  const [line] = readFileSync(join(js, "README.md"), "utf8").match(enough) ?? [];
  assert.ok(line, "the README has the line");
  assert.equal(await inPage(`/?csp=${encodeURIComponent(`default-src 'none'; ${line}`)}`, load), "loaded");
});
