import { en } from "./locale/en.js";

/** What an agent reads for a code. */
export interface Label {
  /** A word or two. */
  label: string;
  /** What it means, in a sentence. */
  meaning: string;
}

/** The lists that have texts. */
export type DescribedList = keyof typeof en;

/** The text that an agent reads for a code of a word list; the code itself where there is none. */
export function describe(list: DescribedList, code: string): Label {
  const texts: Readonly<Record<string, readonly [string, string]>> = Object.hasOwn(en, list) ? en[list] : {};
  const found = Object.hasOwn(texts, code) ? texts[code] : undefined;
  return found === undefined ? { label: code, meaning: code } : { label: found[0], meaning: found[1] };
}
