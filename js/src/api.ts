export type * from "./arguments.js";
export { GuestfolioError } from "./error.js";
export type { DescribedList, Label, Texts } from "./labels.js";
export { describe } from "./labels.js";
export type { RecordInput } from "./ledger.js";
export { groupPayments, Ledger, values } from "./ledger.js";
export type {
  ActionRequest,
  CustomerQuery,
  FacetQuery,
  ListFilter,
  PaymentQuery,
  PortalQuery,
  SearchQuery,
  Sort,
  TableQuery,
  TabQuery,
} from "./lists.js";
export type { Masked } from "./mask.js";
export type { ImportedPolicy } from "./policy.js";
export { explainDecline, importPolicy, lintPolicy, Policy, policyPack } from "./policy.js";
export { Report, type ReportQuery } from "./report.js";
export type * from "./types.js";
