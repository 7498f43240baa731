import { en } from "./locale/en.js";
import type {
  AlternativeCode,
  Answer,
  CapCode,
  CheckCode,
  CustomerColumn,
  CustomerKind,
  CustomerTab,
  DeclineMessage,
  DeclineReason,
  DeclineStep,
  DiscrepancyAction,
  DiscrepancyCode,
  DisputeState,
  EvidenceReason,
  Facet,
  IdentifierFlaw,
  IdentifierKind,
  LinkedBy,
  LostBecause,
  OrderState,
  Outcome,
  OverrideAction,
  PaymentColumn,
  PaymentStatus,
  PortalStatus,
  QualityNote,
  QuestionCode,
  RecordKind,
  RefundState,
  Route,
  StepAction,
  StepNote,
  Strength,
  TellCode,
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

/** Headings of columns, filters and tabs in one language. */
export interface ListTexts {
  readonly customer_column: TextsOf<CustomerColumn>;
  readonly payment_column: TextsOf<PaymentColumn>;
  readonly facet: TextsOf<Facet>;
  readonly customer_tab: TextsOf<CustomerTab>;
}

/** The texts of one language: a label and a meaning for every code. */
export interface Texts extends ListTexts {
  readonly payment_status: TextsOf<PaymentStatus>;
  readonly dispute_state: TextsOf<DisputeState>;
  readonly refund_state: TextsOf<RefundState>;
  readonly customer_kind: TextsOf<CustomerKind>;
  readonly identifier_kind: TextsOf<IdentifierKind>;
  readonly evidence_reason: TextsOf<EvidenceReason>;
  readonly lost_because: TextsOf<LostBecause>;
  readonly strength: TextsOf<Strength>;
  readonly quality_note: TextsOf<QualityNote>;
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
  readonly cap_code: TextsOf<CapCode>;
  readonly tell_code: TextsOf<TellCode>;
  readonly question_code: TextsOf<QuestionCode>;
  readonly decline_reason: TextsOf<DeclineReason>;
  readonly decline_step: TextsOf<DeclineStep>;
  readonly decline_message: TextsOf<DeclineMessage>;
  readonly step_action: TextsOf<StepAction>;
  readonly step_note: TextsOf<StepNote>;
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
