// Refund answers, plans and policies for people.

import {
  type Axis,
  type Check,
  type Decline,
  describe,
  type PolicyCounts,
  type PolicyReport,
  type PolicyTrial,
  type RefundPlan,
  type Verdict,
} from "../node.js";
import { label, money, safe, say, table, texts } from "./print.js";

export function printVerdict(verdict: Verdict): void {
  say(`${verdict.paymentId}: ${label("outcome", verdict.outcome)} (${verdict.outcome})`);
  say(`  refundable ${money(verdict.refundable)}${verdict.requested ? `, asked for ${money(verdict.requested)}` : ""}`);
  if (verdict.permitted.minor !== verdict.refundable.minor) {
    const bounds = verdict.bounds.map(({ code, amount, rule }) => {
      return `${label("cap_code", code).toLowerCase()} ${money(amount)}${rule === null ? "" : ` [${rule}]`}`;
    });
    say(`  permitted ${money(verdict.permitted)}: ${bounds.join(", ")}`);
  }
  say(`  ${label("route", verdict.route)}`);
  if (verdict.deadline !== null) {
    const { localDate, rule } = verdict.deadline;
    say(`  until ${localDate}${rule === null ? "" : ` [${rule}]`}`);
  }
  if (verdict.arrival !== null) {
    say(`  the customer sees it from ${verdict.arrival.from} to ${verdict.arrival.to}`);
  }
  printAxis("possible ", verdict.possible);
  printAxis("allowed  ", verdict.allowed);
  printAxis("authority", verdict.authority);
  for (const { code, amount } of verdict.alternatives) {
    say(`  instead: ${label("alternative_code", code)}${amount ? ` ${money(amount)}` : ""}`);
  }
  for (const code of verdict.warnings) {
    say(`  note: ${label("warning_code", code)}`);
  }
  for (const { code, fact } of verdict.questions) {
    say(`  to settle it: ${label("question_code", code).toLowerCase()}${fact === null ? "" : ` ${fact}`}`);
  }
  for (const code of verdict.tell) {
    say(`  to the customer: ${label("tell_code", code)}`);
  }
}

const MARKS = { yes: "+", review: "?", unknown: "?", no: "-" } as const;

function printAxis(name: string, axis: Axis): void {
  say(`  ${name} ${label("answer", axis.answer).toLowerCase()}`);
  for (const check of axis.checks) {
    say(`    ${MARKS[check.answer]} ${label("check_code", check.code)}${detail(check)}`);
  }
}

/** The rule, and the day that a window ends. */
function detail({ rule, facts }: Check): string {
  const { lastDay, until } = facts;
  const end = typeof lastDay === "string" ? lastDay : until;
  return `${typeof end === "string" ? ` (until ${end})` : ""}${rule === null ? "" : ` [${rule}]`}`;
}

export function printPlan(plan: RefundPlan): void {
  const asked = plan.requested === null ? "" : ` of ${money(plan.requested)}`;
  say(`${label("outcome", plan.outcome)} (${plan.outcome}): ${money(plan.planned)}${asked} planned`);
  if (plan.short.minor > 0) {
    say(`  ${money(plan.short)} no payment can give`);
  }
  for (const [number, step] of plan.steps.entries()) {
    say();
    say(
      `${number + 1}. ${label("step_action", step.action)} ${money(step.amount)} of ${step.paymentId} (${step.outcome})`,
    );
    for (const { attemptId, amount } of step.parts.length > 1 ? step.parts : []) {
      say(`   ${money(amount)} of ${attemptId}`);
    }
    for (const code of step.warnings) {
      say(`   note: ${label("warning_code", code)}`);
    }
    for (const code of step.reasons) {
      say(`   ? ${label("check_code", code)}`);
    }
    if (step.request !== null) {
      const { system, method, path, headers, body } = step.request;
      say(`   ${system}: ${method} ${path}`);
      for (const [name, value] of Object.entries(headers)) {
        say(`   ${name}: ${value}`);
      }
      say(`   ${JSON.stringify(body)}`);
    }
    if (step.request?.headers["Idempotency-Key"] === undefined) {
      say(`   key ${step.idempotencyKey}`);
    }
    for (const code of step.notes) {
      say(`   note: ${label("step_note", code)}`);
    }
  }
  if (plan.skipped.length > 0) {
    say();
    say("Not used");
    for (const { paymentId, reasons } of plan.skipped) {
      const why = reasons.map((code) => label("check_code", code));
      say(`  ${paymentId}: ${why.length > 0 ? why.join("; ") : "not needed"}`);
    }
  }
}

export function printPolicyReport(report: PolicyReport): void {
  say(`${report.rules} ${report.rules === 1 ? "rule" : "rules"}, ${report.policyHash}`);
  for (const { code, rule, other, message } of report.findings) {
    say(`  ${rule ?? "policy"}: ${message}${other === null ? "" : ` [${other}]`} (${code})`);
  }
  if (report.findings.length === 0) {
    say("  nothing to say of it");
  }
}

export function printTrial(trial: PolicyTrial): void {
  say(`${trial.evaluated} ${trial.evaluated === 1 ? "refund" : "refunds"} of the past`);
  if (trial.leftOut > 0) {
    say(`${trial.leftOut} without a time, or in another currency, were left out`);
  }
  printCounts(trial.policy);
  if (trial.beside !== null) {
    printCounts(trial.beside);
    const some = trial.differingPayments.slice(0, 10).join(", ");
    say(`${trial.differing} answered differently${some === "" ? "" : `: ${some}`}`);
  }
}

function printCounts(counts: PolicyCounts): void {
  say();
  say(`${counts.name ?? "policy"} (${counts.policyHash.slice(0, 15)})`);
  const sums = (amounts: PolicyCounts["answers"][number]["amounts"]) => amounts.map(money).join("\n");
  const all = counts.answers.map(({ answer, count, amounts }) => [
    "",
    label("answer", answer),
    String(count),
    sums(amounts),
  ]);
  const rules = counts.rules.map(({ rule, code, count, amounts }) => [
    rule,
    label("check_code", code),
    String(count),
    sums(amounts),
  ]);
  table(["Rule", "Finding", "Refunds", "Amount"], [...all, ...rules], [2, 3]);
}

export function printDecline(decline: Decline): void {
  const reason = describe("decline_reason", decline.reason, texts);
  say(`${safe(decline.code)}: ${reason.label}. ${reason.meaning}`);
  const step = describe("decline_step", decline.nextStep, texts);
  say(`  next: ${step.label}. ${step.meaning}`);
  const message = describe("decline_message", decline.message, texts);
  say(`  to the customer: ${message.label}. ${message.meaning}${decline.withheld ? " (and no more)" : ""}`);
}
