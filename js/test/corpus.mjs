// The case corpus in JavaScript: the same files as `tests/corpus.rs` runs natively. It takes the API as an argument and
// nothing else, so that Node, a page, a worker and the packed tarball can all run it.

/** The first place where the actual value does not have what the pattern names. */
function difference(pattern, actual, path) {
  if (Array.isArray(pattern) && Array.isArray(actual)) {
    if (pattern.length !== actual.length) {
      return `${path}: expected ${JSON.stringify(pattern)}, got ${JSON.stringify(actual)}`;
    }
    return first(pattern.map((item, index) => [item, actual[index], `${path}/${index}`]));
  }
  if (isObject(pattern) && isObject(actual)) {
    return first(Object.entries(pattern).map(([key, value]) => [value, actual[key], `${path}/${key}`]));
  }
  return Object.is(pattern, actual)
    ? undefined
    : `${path}: expected ${JSON.stringify(pattern)}, got ${JSON.stringify(actual)}`;
}

function first(pairs) {
  for (const [pattern, actual, path] of pairs) {
    const found = difference(pattern, actual, path);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

/** A plain object: no `Map`, no class. */
function isObject(value) {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function inputOf(step) {
  if ("records" in step) {
    return step.records;
  }
  if ("hex" in step) {
    return Uint8Array.from(step.hex.split(/\s+/).join("").match(/../g), (pair) => Number.parseInt(pair, 16));
  }
  const parts = []
    .concat(step.text)
    .map((part) =>
      typeof part === "string"
        ? part
        : Array.from({ length: part.times }, (_, number) => part.repeat.replaceAll("{n}", number)).join(""),
    );
  return parts.join("");
}

function groups(ledger) {
  const found = new Map();
  for (const { id, customerId } of ledger.payments({ limit: 1000 }).items.reverse()) {
    found.set(customerId, [...(found.get(customerId) ?? []), id]);
  }
  return [...found.values()];
}

function call(api, ledger, step) {
  switch (step.call) {
    case "ingest":
      return ledger.ingest(step.source ?? "stripe", inputOf(step), step.options);
    case "customers":
    case "payments":
    case "table":
    case "facets":
    case "search":
    case "customerTab":
    case "portal":
    case "signals":
    case "discrepancies":
    case "records":
    case "overrides":
      return ledger[step.call](step.query);
    case "report": {
      const report = ledger.report(step.query);
      const text = [...report].join("");
      return { total: report.total, done: report.done, lines: text.split(/\r?\n/) };
    }
    case "findInText":
      return ledger.findInText(step.text, step.options);
    case "customer":
    case "payment":
    case "identityGraph":
    case "wallets":
      return ledger[step.call](step.id, step.options);
    case "forget":
      return ledger.forget(step.target, step.options);
    case "version":
      return ledger.version;
    case "changes":
      return ledger.changes(step.since, step.query);
    case "link":
      return ledger.link(step.a, step.b, step.note);
    case "unlink":
    case "confirm":
    case "undo":
      return ledger[step.call](step.id, step.note);
    case "markShared":
      return ledger.markShared(step.identifier, step.note);
    case "decideRefund":
      return ledger.decideRefund(step.id, step.request);
    case "decideRefunds":
      return ledger.decideRefunds(step.target, step.request);
    case "prepareRequest":
      return ledger.prepareRequest(step.request);
    case "planRefund":
      return ledger.planRefund(step.request);
    case "evaluatePolicy":
      return ledger.evaluatePolicy(step.policy, step.options);
    case "replay": {
      // The verdict is that of an earlier step, as a host would have kept it.
      const verdict = step.record.verdict ?? ledger.decideRefund(step.id, step.record.request);
      return ledger.replay({ ...step.record, verdict: { ...verdict, ...step.changed } });
    }
    case "lintPolicy":
      return api.lintPolicy(step.policy);
    case "importPolicy":
      return api.importPolicy(step.format, step.policy);
    case "policyPack":
      return api.policyPack(step.name);
    case "explainDecline":
      return api.explainDecline(step.source, step.code);
    case "values":
      return api.values(step.list);
    case "groups":
      return groups(ledger);
    default:
      throw new Error(`unknown call ${step.call}`);
  }
}

/** What a call threw, as the case files write it. Anything but the package's own error is a failure of its own. */
function thrown(api, error) {
  if (!(error instanceof api.GuestfolioError && error instanceof Error)) {
    throw error;
  }
  return { code: error.code, path: error.path };
}

/** Runs one case; the difference, if there is one. `observe` is shown what each call returned. */
export function runCase(api, testCase, observe = () => {}) {
  let ledger;
  try {
    ledger = new api.Ledger(testCase.options);
  } catch (error) {
    return difference(testCase.error, thrown(api, error), "/error");
  }
  try {
    for (const [number, step] of testCase.steps.entries()) {
      const place = `/steps/${number}`;
      let expected = step.expect;
      let actual;
      try {
        if (step.call === "restart") {
          const saved = ledger.save();
          ledger.free();
          ledger = api.Ledger.restore(saved);
          actual = { bytes: saved.length };
        } else {
          actual = call(api, ledger, step);
        }
        observe(step.call, actual);
        if (step.error) {
          return `${place}: expected an error`;
        }
      } catch (error) {
        actual = thrown(api, error);
        if (!step.error) {
          return `${place}: ${actual.code} at ${actual.path}: ${error.message}`;
        }
        expected = step.error;
      }
      const wrong = difference(expected, actual, place);
      if (wrong !== undefined) {
        return wrong;
      }
    }
    return undefined;
  } finally {
    ledger.free();
  }
}

/** Runs every case; the names and differences of those that fail. */
export function runAll(api, cases) {
  return cases.flatMap(({ name, testCase }) => {
    const wrong = runCase(api, testCase);
    return wrong === undefined ? [] : [`${name}: ${wrong}`];
  });
}
