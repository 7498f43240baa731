// `mask: true` of any question: what of a payer the answer shows.

import { optionsOf } from "./check.js";
import { GuestfolioError } from "./error.js";

/** What every question takes. */
export interface Masked {
  /**
   * The answer shows of names, e-mails and phones only the first letters or the last digits (`a•••@e•••.com`), as screens that others
   * see and logs need it; of links the host, of metadata the first letters. In texts that people write (descriptions, reasons, tags),
   * e-mails and phone numbers are masked; a name among other words cannot be told. Ids stay, unless they are e-mail addresses.
   */
  mask?: boolean;
}

/** Whether the answer is to be masked, and the query without that. */
export function splitMask<T>(query: T): [mask: boolean, query: T] {
  if (typeof query !== "object" || query === null || !("mask" in query)) {
    return [false, query];
  }
  const { mask, ...others } = optionsOf(query as Masked);
  if (mask !== undefined && mask !== null && typeof mask !== "boolean") {
    throw new GuestfolioError("wrong_type", "must be true or false", "/mask");
  }
  return [mask === true, others as T];
}

/** The only option of questions that are asked by an id or a text. */
export function maskOf(options: Masked | null | undefined): boolean {
  const [mask, others] = splitMask(optionsOf(options));
  const [stranger] = Object.keys(others);
  if (stranger !== undefined) {
    throw new GuestfolioError("unknown_field", "unknown member; known are mask", `/${stranger}`);
  }
  return mask;
}
