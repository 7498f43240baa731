// What a customer may see of itself.

import { type Command, InvalidArgumentError } from "commander";
import type { PortalQuery } from "../node.js";
import { type ListOptions, openLedger } from "./input.js";
import { day, label, money, say, table } from "./print.js";
import { collect, listed, NOTHING_OR_NO, show } from "./shared.js";

type Verified = { kind: "email" | "phone" | "customer"; value: string };

/** `email=alice@example.com`; may be given several times. */
function verifiedOf(text: string, others: Verified[] = []): Verified[] {
  const [kind, value] = [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)];
  if (kind !== "email" && kind !== "phone" && kind !== "customer") {
    throw new InvalidArgumentError("must be email=…, phone=… or customer=…");
  }
  return [...others, { kind, value }];
}

/** Adds `portal`. */
export function addPortal(program: Command): void {
  listed(program.command("portal <customer> <files...>").description("what a customer may see of itself, and no more"))
    .requiredOption(
      "--verified <kind=value>",
      "what the visitor has signed in with: email=…, phone=…, customer=…",
      verifiedOf,
    )
    .action(async (customerId: string, files: string[], options: ListOptions & { verified: Verified[] }) => {
      const ledger = await openLedger(files, options);
      const query: PortalQuery = { customerId, verified: options.verified };
      const portal = ledger.portal(query);
      portal.payments = collect(options, (page) => ledger.portal({ ...query, ...page }).payments);
      show(options, portal, () => {
        const { profile, payments, subscriptions, licenseKeys } = portal;
        say([profile.name, ...profile.emails, ...profile.phones].filter(Boolean).join(", "));
        table(
          ["Date", "Payment", "Status", "Captured", "Refunded", "Receipt or invoice"],
          payments.items.map((one) => [
            day(one.createdAt),
            one.orderNumber ?? one.id,
            label("payment_status", one.status),
            money(one.captured),
            money(one.refunded),
            one.receiptUrl ?? one.invoiceUrl ?? "–",
          ]),
          [3, 4],
        );
        for (const { id, product, until, active, canCancel } of subscriptions) {
          const state = active ? (canCancel ? "runs, can be cancelled" : "runs until its end") : "has ended";
          say(`subscription ${id}${product === null ? "" : ` (${product})`}: ${state}, ${day(until)}`);
        }
        for (const { id, product, active, expiresAt } of licenseKeys) {
          say(
            `license key ${id}${product === null ? "" : ` (${product})`}: ${active ? "active" : "not active"}, ${day(expiresAt)}`,
          );
        }
      });
      process.exitCode = portal.payments.items.length > 0 ? 0 : NOTHING_OR_NO;
    });
}
