export type * from "./arguments.js";
export { GuestfolioError } from "./error.js";
export type { DescribedList, Label, Texts } from "./labels.js";
export { describe } from "./labels.js";
export type { RecordInput } from "./ledger.js";
export { groupPayments, Ledger, values } from "./ledger.js";
export { explainDecline, lintPolicy, Policy } from "./policy.js";
export type * from "./types.js";
