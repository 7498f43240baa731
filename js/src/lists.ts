// What lists take: sorting, filters, columns.

import type { Limit, PageQuery, RefundQuestion, Time } from "./arguments.js";
import { optionsOf, toJson } from "./check.js";
import type { Masked } from "./mask.js";
import { plainPolicy } from "./policy.js";
import type {
  CustomerAction,
  CustomerColumn,
  CustomerKind,
  CustomerTab,
  PaymentColumn,
  PaymentStatus,
  PricingType,
  Source,
  Strength,
} from "./types.js";

/** What a list is sorted by. Rows without a value come last in both directions; texts are compared without case and accents. */
export interface Sort<Column> {
  /** A column. */
  by: Column;
  /** `"asc"` unless given. */
  direction?: "asc" | "desc";
  /** Of columns of amounts, which currency: two are never compared. Rows without an amount in it come last. */
  currency?: string;
}

/** One, or several of which one must be met. */
export type OneOrMany<T> = T | readonly T[];

/**
 * Which rows. A payment must meet every condition. A customer must meet those about customers (`kind`, `strength`, `source`,
 * `livemode`, `country`, `tag`), and one of its payments must meet all the others together.
 */
export interface ListFilter {
  /** Guests or registered customers. */
  kind?: OneOrMany<CustomerKind>;
  /** How firmly a customer's payments belong together. */
  strength?: OneOrMany<Strength>;
  /** The system: of the payment; of a guest, that of its first payment. */
  source?: OneOrMany<Source>;
  /** Real payments, or tests. */
  livemode?: boolean;
  /** ISO 3166-1 alpha-2: the country of the billing address. */
  country?: OneOrMany<string>;
  /** What the payment's money has done. */
  status?: OneOrMany<PaymentStatus>;
  /** ISO 4217, in any case. */
  currency?: OneOrMany<string>;
  /** How it was paid, in the source's word: `card`, `klarna`. */
  method?: OneOrMany<string>;
  /** One payment, or one of a subscription. */
  pricing?: OneOrMany<PricingType>;
  /** What the merchant sorts by in the shop: of the order, or of the registered customer. */
  tag?: OneOrMany<string>;
  /** There is or was a dispute. */
  hasDispute?: boolean;
  /** A dispute or inquiry is open. */
  openDispute?: boolean;
  /** Something went back, or is on its way. */
  hasRefund?: boolean;
  /** What was asked for, both ends included; of a currency that is not named, no payment fits. */
  amount?: { from?: OneOrMany<Limit>; to?: OneOrMany<Limit> };
  /** When it was made, both ends included. A date alone is that day where the merchant is (the ledger's `timeZone`). */
  created?: { from?: Time; to?: Time };
  /** What the merchant wrote beside the payment or its order: all of these keys with these values. */
  metadata?: Readonly<Record<string, string>>;
  /**
   * The gateway can refund it, the policy permits it and the actor may, at the time `asOf`, without which the call throws
   * `missing_as_of`. A verdict is made of every payment that meets the other conditions.
   */
  refundable?: RefundQuestion;
}

/** What of the customers to show. */
export interface CustomerQuery extends PageQuery {
  /** The newest last payment first unless given. */
  sort?: Sort<CustomerColumn>;
  /** All unless given. */
  where?: ListFilter;
}

/** What of the payments to show. */
export interface PaymentQuery extends PageQuery {
  /** Only this customer's. */
  customerId?: string;
  /** The newest first unless given. */
  sort?: Sort<PaymentColumn>;
  /** All unless given. */
  where?: ListFilter;
}

/** A list in chosen columns: plain data, which a host keeps as a saved view. */
export type TableQuery =
  | ({ list: "customers"; columns: readonly CustomerColumn[] } & CustomerQuery)
  | ({ list: "payments"; columns: readonly PaymentColumn[] } & PaymentQuery);

/** Which rows are counted. */
export interface FacetQuery extends Masked {
  /** Of what. */
  list: "customers" | "payments";
  /** All unless given. */
  where?: ListFilter;
}

/** What is searched for, and how much of it to show. */
export interface SearchQuery extends Masked {
  /**
   * Words that must all be found: names, e-mails, phones in any writing, ids or their beginnings, order numbers (`#1001`), the last
   * four digits of a card, codes of declines, amounts with a currency (`12.50 EUR`, `€12.50`). Quoted words stay together;
   * `name:`, `email:`, `phone:`, `id:`, `order:`, `card:`, `code:` and `amount:` look in one field, `status:`, `source:`,
   * `currency:`, `country:`, `method:` and `kind:` are conditions, with commas between several. Case and accents do not matter.
   */
  query: string;
  /** Customers and payments, 1 to 100 of each; 10 unless given. */
  limit?: number;
}

/** Which tab of whose page. */
export interface TabQuery extends PageQuery {
  /** Whose; ids as for `customer`. */
  customerId: string;
  /** Which. */
  tab: CustomerTab;
}

/** Whose portal, and who looks at it. */
export interface PortalQuery extends PageQuery {
  /** Whose; ids as for `customer`. */
  customerId: string;
  /** What the visitor has signed in with: an e-mail or phone that you have verified, or the id of its account at the source. */
  verified: OneOrMany<{ kind: "email" | "phone" | "customer"; value: string }>;
}

/** What is to be done about a customer. Nothing is sent: the secret key and the sending are the host's. */
export interface ActionRequest extends Masked {
  /** What. */
  action: CustomerAction;
  /** Whom it is about; for `"create"` a guest, whose data are taken. Not needed to create another or to cancel a subscription. */
  customerId?: string;
  /** Where a customer is created: the system of the guest's first payment unless given. */
  source?: Source;
  /** What is written; for `"update"` what changes. */
  profile?: { name?: string; email?: string; phone?: string };
  /** Which subscription. */
  subscriptionId?: string;
  /** It runs to the end of what is paid; `true` unless given. */
  atPeriodEnd?: boolean;
  /** How much goes into or out of a wallet, with its currency. */
  amount?: Limit;
  /** Why, in the host's words. */
  reason?: string;
  /** Where the portal leads back to. */
  returnUrl?: string;
}

/** A query as JSON text. A policy that was read once is written out: a filter is kept by its text. */
export function queryJson(query: CustomerQuery | PaymentQuery | TableQuery | FacetQuery | null | undefined): string {
  const given = optionsOf(query);
  const refundable = given.where?.refundable;
  if (refundable === undefined || refundable === null) {
    return toJson(query);
  }
  const policy = plainPolicy(refundable.policy);
  return toJson({ ...given, where: { ...given.where, refundable: { ...refundable, policy } } });
}
