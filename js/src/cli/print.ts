// Tables and texts for people.

import Table from "cli-table3";
import {
  type Cell,
  type CustomerDetail,
  type CustomerItem,
  type DescribedList,
  type Discrepancy,
  describe,
  type Evidence,
  type Facets,
  type IngestReport,
  type Money,
  type Page,
  type PaymentDetail,
  type PaymentItem,
  type RecordView,
  type Table as TableOf,
  type Texts,
} from "../node.js";

/** The language that codes are shown in. */
export let texts: Texts | undefined;

export function useTexts(language: Texts): void {
  texts = language;
}

/** What a record or a file name may hold must not act on a terminal: control, format and line-breaking characters go. */
export const safe = (text: string) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "");

export const say = (line = "") => process.stdout.write(`${safe(line)}\n`);
export const label = (list: DescribedList, code: string) => describe(list, code, texts).label;
export const day = (time: string | null) => time?.slice(0, 10) ?? "–";

const or = (text: string | null | undefined) => text ?? "–";

export function money(amount: Money | null): string {
  return amount === null ? "?" : `${amount.decimal ?? `${amount.minor} minor units`} ${amount.currency}`;
}

export function table(head: string[], rows: string[][], right: number[] = []): void {
  const colAligns = head.map((_, column) => (right.includes(column) ? ("right" as const) : ("left" as const)));
  const style = process.stdout.isTTY ? { head: ["bold"], compact: true } : { head: [], border: [], compact: true };
  const drawn = new Table({ head, colAligns, style });
  drawn.push(...rows.map((row) => row.map((cell) => cell.split("\n").map(safe).join("\n"))));
  process.stdout.write(`${drawn.toString()}\n`);
}

function more(page: Pick<Page<unknown>, "items" | "total" | "next">): void {
  if (page.next !== null) {
    say(`${page.items.length} of ${page.total}; --limit and --all show more`);
  }
}

export function printCustomers(page: Page<CustomerItem>): void {
  const rows = page.items.map((item) => [
    item.id,
    label("customer_kind", item.kind),
    or(item.name),
    or(item.emails[0]),
    String(item.paymentCount),
    item.totals.map((totals) => money(totals.captured)).join("\n") || "–",
    item.totals.map((totals) => money(totals.refunded)).join("\n") || "–",
    day(item.lastPaymentAt),
  ]);
  table(["Customer", "Kind", "Name", "E-mail", "Payments", "Captured", "Refunded", "Last payment"], rows, [4, 5, 6]);
  more(page);
}

function cellText(cell: Cell): string {
  if (cell === null) {
    return "–";
  }
  if (Array.isArray(cell)) {
    return cell.map(money).join("\n") || "–";
  }
  return typeof cell === "object" ? money(cell) : String(cell);
}

/** A list in chosen columns. */
export function printTable(list: DescribedList, { columns, rows, total, next }: TableOf): void {
  const right = columns.flatMap(({ figures }, column) => (figures ? [column] : []));
  table(
    columns.map(({ column }) => label(list, column)),
    rows.map((row) => row.map(cellText)),
    right,
  );
  more({ items: rows, total, next });
}

/** How many rows have which value. */
export function printFacets({ facets }: Facets): void {
  const rows = facets.flatMap(({ facet, values }) =>
    values.map(({ value, count }) => [label("facet", facet), value, String(count)]),
  );
  table(["Facet", "Value", "Rows"], rows, [2]);
}

export function printPayments(page: Page<PaymentItem>): void {
  const rows = page.items.map((item) => [
    item.id,
    label("payment_status", item.status),
    item.dispute === "none" ? "" : label("dispute_state", item.dispute),
    money(item.amount),
    money(item.refunded),
    money(item.refundable),
    day(item.createdAt),
    item.customerId,
  ]);
  table(["Payment", "Status", "Dispute", "Amount", "Refunded", "Refundable", "Created", "Customer"], rows, [3, 4, 5]);
  more(page);
}

export function printCustomer(detail: CustomerDetail): void {
  const { customer, payments, evidence, identifiers, related, records } = detail;
  say(`${or(customer.name)} · ${label("customer_kind", customer.kind)} · ${customer.id}`);
  if (customer.aliases.length > 0) {
    say(`also ${customer.aliases.join(", ")}`);
  }
  say(customer.paymentCount === 1 ? "1 payment" : `${customer.paymentCount} payments`);
  for (const totals of customer.totals) {
    say(`${money(totals.captured)} captured, ${money(totals.refunded)} refunded`);
  }
  say();
  printPayments(payments);
  say("Why each payment is here");
  for (const one of evidence) {
    say(`  ${one.paymentId}: ${why(one)}`);
  }
  say("Identifiers");
  for (const { kind, value, paymentCount, firstUsedAt, lastUsedAt } of identifiers) {
    say(
      `  ${label("identifier_kind", kind)} ${or(value)}, ${paymentCount}×, ${day(firstUsedAt)} to ${day(lastUsedAt)}`,
    );
  }
  if (related.length > 0) {
    say("Related, and not the same");
    for (const { customerId, kind, by } of related) {
      const shared = by.map((one) => `${label("identifier_kind", one.kind)} ${or(one.value)}`).join(", ");
      say(`  ${customerId} (${label("customer_kind", kind)}) shares ${shared}`);
    }
  }
  if (records.length > 0) {
    say("Records");
    printRecords(records);
  }
}

function printRecords(records: readonly RecordView[]): void {
  for (const { kind, id, rawStatus, amount, fee, createdAt, reason } of records) {
    const figures = [amount && money(amount), fee && `fee ${money(fee)}`, rawStatus, reason].filter(Boolean).join(", ");
    say(`  ${label("record_kind", kind)} ${id}, ${day(createdAt)}${figures ? `, ${figures}` : ""}`);
  }
}

function why(evidence: Evidence): string {
  const shared = evidence.by.map(
    (one) => `${label("identifier_kind", one.kind)} ${or(one.value)} with ${one.paymentId}`,
  );
  return [label("evidence_reason", evidence.reason), ...shared].join("; ");
}

export function printPayment(detail: PaymentDetail): void {
  const { payment } = detail;
  say(
    `${payment.id} · ${label("payment_status", payment.status)} · ${describe("payment_status", payment.status, texts).meaning}`,
  );
  say(`${money(payment.amount)} on ${day(payment.createdAt)} by ${or(payment.name)} (${or(payment.email)})`);
  say(
    `captured ${money(payment.captured)}, refunded ${money(payment.refunded)}, on its way back ${money(payment.refundPending)}`,
  );
  say(`refundable ${money(payment.refundable)}`);
  if (payment.order !== null) {
    const { order } = payment;
    const by = order.linkedBy === null ? "" : ` (${label("linked_by", order.linkedBy)})`;
    say(`order ${order.number ?? order.id} in ${order.source}: ${label("order_state", order.state)}${by}`);
  }
  say(`customer ${payment.customerId}: ${why(detail.evidence)}`);
  for (const attempt of detail.attempts) {
    const reason = [attempt.failureCode, attempt.failureReason].filter(Boolean).join(", ");
    say(`attempt ${attempt.id}: ${attempt.state}${reason ? ` (${or(reason)})` : ""}, ${money(attempt.amount)}`);
  }
  for (const refund of detail.refunds) {
    say(`refund ${refund.id}: ${refund.status}, ${money(refund.amount)}, ${day(refund.createdAt)}`);
  }
  for (const dispute of detail.disputes) {
    const due = dispute.dueBy === null ? "" : `, answer by ${day(dispute.dueBy)}`;
    say(`dispute ${dispute.id}: ${label("dispute_state", dispute.state)}, ${money(dispute.amount)}${due}`);
  }
  printRecords(detail.records);
}

/** `places` says of each issue which record it is about, and of which file where there are several. */
export function printReport(report: IngestReport, places: readonly string[]): void {
  say(`${report.accepted} accepted, ${report.unchanged} unchanged, ${report.rejected} rejected`);
  if (report.sources.length > 0) {
    say(report.sources.map(({ source, records }) => `${records} of ${source}`).join(", "));
  }
  if (report.issues.length > 0) {
    const rows = report.issues.map(({ severity, index, path, code, message }, number) => [
      severity,
      places[number] ?? String(index),
      path,
      code,
      message,
    ]);
    table(["Severity", "Record", "Path", "Code", "Meaning"], rows);
  }
}

/** Where shops and gateways do not agree. */
export function printDiscrepancies(discrepancies: readonly Discrepancy[]): void {
  if (discrepancies.length === 0) {
    return;
  }
  say();
  say("Shop and gateway do not agree");
  const rows = discrepancies.map(({ code, order, paymentIds, shop, gateway, difference, action }) => [
    `${order.source} ${order.number ?? order.id}`,
    paymentIds.join("\n"),
    label("discrepancy_code", code),
    money(shop),
    money(gateway),
    difference === null ? "–" : money(difference),
    label("discrepancy_action", action),
  ]);
  table(["Order", "Payment", "What", "Shop", "Gateway", "Difference", "What to do"], rows, [3, 4, 5]);
}
