// Arguments, before they cross into the module.
//
// They cross as JSON text, and JSON.stringify is too forgiving for rules about money: it makes `NaN` a null, a forgotten
// promise an empty object, and drops functions. What is not plain data is refused here; what the data mean is the core's
// business.

import { GuestfolioError } from "./error.js";

/** Deeper than any documented argument; a cycle ends here. */
const MAX_DEPTH = 32;

/** An argument as JSON text; nothing is empty text. */
export function toJson(argument: unknown): string {
  const plain = plainOf(argument, "", 0);
  return plain === undefined || plain === null ? "" : JSON.stringify(plain);
}

function plainOf(value: unknown, path: string, depth: number): unknown {
  switch (typeof value) {
    case "undefined":
    case "string":
    case "boolean":
      return value;
    case "number":
      if (!Number.isFinite(value)) {
        throw new GuestfolioError("out_of_range", "must be a finite number", path);
      }
      return value;
    case "object":
      if (value === null) {
        return value;
      }
      if (depth > MAX_DEPTH) {
        throw new GuestfolioError("invalid_input", "is nested too deep, or contains itself", path);
      }
      return objectOf(value, path, depth + 1);
    default:
      throw new GuestfolioError("wrong_type", "must be plain data", path);
  }
}

function objectOf(value: object, path: string, depth: number): unknown {
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) {
      throw new GuestfolioError("invalid_time", "is no valid date", path);
    }
    return value.toISOString();
  }
  if (Array.isArray(value)) {
    return Array.from(value, (item, index) => plainOf(item, `${path}/${index}`, depth));
  }
  mustBePlain(value, path);
  const entries = Object.entries(value).map(([key, member]) => {
    const pointer = `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    return [key, plainOf(member, pointer, depth)] as const;
  });
  return Object.fromEntries(entries);
}

/** An object without a class: a forgotten promise has no options. */
function mustBePlain(value: object, path: string): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object of another realm (a frame, a worker's test runner) has another Object.prototype, which has no prototype.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw new GuestfolioError(
      "wrong_type",
      "must be plain data, not a promise, map or other object with a class",
      path,
    );
  }
}

/** Options: an object, or nothing. */
export function optionsOf<T extends object>(options: T | null | undefined): T {
  if (options === undefined || options === null) {
    return {} as T;
  }
  if (typeof options !== "object" || Array.isArray(options)) {
    throw new GuestfolioError("wrong_type", "must be an object");
  }
  mustBePlain(options, "");
  return options;
}

/** An id or name. */
export function textOf(text: unknown): string {
  if (typeof text !== "string") {
    throw new GuestfolioError("wrong_type", "must be text");
  }
  return text;
}
