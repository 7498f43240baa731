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
  // The place of a flaw is only worked out where there is one.
  if (!isData(argument, 0)) {
    mustBeData(argument, "", 0);
  }
  return argument === undefined || argument === null ? "" : JSON.stringify(argument);
}

/** Whether JSON.stringify writes it as it is. */
function isData(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "undefined":
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value);
    case "object":
      return value === null || (depth <= MAX_DEPTH && hasData(value, depth + 1));
    default:
      return false;
  }
}

function hasData(value: object, depth: number): boolean {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      if (!isData(value[index], depth)) {
        return false;
      }
    }
    return true;
  }
  if (!isPlain(value)) {
    return value instanceof Date && !Number.isNaN(value.getTime());
  }
  for (const key of Object.keys(value)) {
    if (!isData((value as Record<string, unknown>)[key], depth)) {
      return false;
    }
  }
  return true;
}

/** Throws for the first flaw, with its place. */
function mustBeData(value: unknown, path: string, depth: number): void {
  if (isData(value, depth)) {
    return;
  }
  if (typeof value === "number") {
    throw new GuestfolioError("out_of_range", "must be a finite number", path);
  }
  if (typeof value !== "object" || value === null) {
    throw new GuestfolioError("wrong_type", "must be plain data", path);
  }
  if (depth > MAX_DEPTH) {
    throw new GuestfolioError("invalid_input", "is nested too deep, or contains itself", path);
  }
  if (value instanceof Date) {
    throw new GuestfolioError("invalid_time", "is no valid date", path);
  }
  if (!Array.isArray(value)) {
    mustBePlain(value, path);
  }
  for (const [key, member] of Object.entries(value)) {
    mustBeData(member, `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`, depth + 1);
  }
}

/** An object without a class: a forgotten promise has no options. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object of another realm (a frame, a worker's test runner) has another Object.prototype, which has no prototype.
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

function mustBePlain(value: object, path: string): void {
  if (!isPlain(value)) {
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
