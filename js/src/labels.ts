import { en } from "./locale/en.js";
import type {
  AlternativeCode,
  Answer,
  CheckCode,
  CustomerKind,
  DiscrepancyAction,
  DiscrepancyCode,
  DisputeState,
  EvidenceReason,
  IdentifierFlaw,
  IdentifierKind,
  LinkedBy,
  LostBecause,
  OrderState,
  Outcome,
  OverrideAction,
  PaymentStatus,
  PortalStatus,
  RecordKind,
  RefundState,
  Route,
  Strength,
  WarningCode,
} from "./types.js";

/** What an agent reads for a code. */
export interface Label {
  /** A word or two. */
  label: string;
  /** What it means, in a sentence. */
  meaning: string;
}

type TextsOf<Code extends string> = Readonly<Record<Code, readonly [label: string, meaning: string]>>;

/** The texts of one language: a label and a meaning for every code. */
export interface Texts {
  readonly payment_status: TextsOf<PaymentStatus>;
  readonly dispute_state: TextsOf<DisputeState>;
  readonly refund_state: TextsOf<RefundState>;
  readonly customer_kind: TextsOf<CustomerKind>;
  readonly identifier_kind: TextsOf<IdentifierKind>;
  readonly evidence_reason: TextsOf<EvidenceReason>;
  readonly lost_because: TextsOf<LostBecause>;
  readonly strength: TextsOf<Strength>;
  readonly override_action: TextsOf<OverrideAction>;
  readonly identifier_flaw: TextsOf<IdentifierFlaw>;
  readonly answer: TextsOf<Answer>;
  readonly outcome: TextsOf<Outcome>;
  readonly route: TextsOf<Route>;
  readonly check_code: TextsOf<CheckCode>;
  readonly alternative_code: TextsOf<AlternativeCode>;
  readonly warning_code: TextsOf<WarningCode>;
  readonly order_state: TextsOf<OrderState>;
  readonly linked_by: TextsOf<LinkedBy>;
  readonly discrepancy_code: TextsOf<DiscrepancyCode>;
  readonly discrepancy_action: TextsOf<DiscrepancyAction>;
  readonly record_kind: TextsOf<RecordKind>;
  readonly portal_status: TextsOf<PortalStatus>;
}

/** The lists that have texts. */
export type DescribedList = keyof Texts;

/**
 * The text that an agent reads for a code of a word list; the code itself where there is none. English unless the texts of
 * another language are given: `import { fi } from "guestfolio/locale/fi"`.
 */
export function describe(list: DescribedList, code: string, texts: Texts = en): Label {
  const codes: Readonly<Record<string, readonly [string, string]>> = Object.hasOwn(texts, list) ? texts[list] : {};
  const found = Object.hasOwn(codes, code) ? codes[code] : undefined;
  return found === undefined ? { label: code, meaning: code } : { label: found[0], meaning: found[1] };
}
