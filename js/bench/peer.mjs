// The peer: the same customers in well-written JavaScript, over parsed objects. One pass to sort, one to group, and the
// first page of rows with what the page shows. An adapter turns a system's record into the few figures that this needs.

const KINDS = ["email", "phone", "card"];

function phoneOf(raw) {
  if (!raw || /[a-z]/i.test(raw)) return undefined;
  const digits = raw.replace(/\D/g, "");
  return raw.trim().startsWith("+") ? `+${digits}` : digits.replace(/^00/, "+");
}

/** A Stripe charge, with its identifiers by the published rule. */
export function stripe(charge) {
  const { billing_details: billing, description, receipt_email: receipt, payment_method_details: method } = charge;
  const identifiers = [];
  const add = (kind, value) => value && identifiers.push({ kind, value });
  add("email", billing?.email?.trim().toLowerCase());
  add("phone", phoneOf(billing?.phone));
  add("email", receipt?.trim().toLowerCase());
  if (description?.includes("@")) {
    for (const [address] of description.matchAll(/[^\s<>()[\]{},;:"'|\\/]+@[^\s<>()[\]{},;:"'|\\/@]+\.[\p{L}]{2,}/gu)) {
      add("email", address.toLowerCase());
    }
  }
  add("card", method?.[method.type]?.fingerprint);
  const completed = charge.status === "succeeded" && charge.captured && charge.paid;
  return {
    id: charge.payment_intent,
    created: charge.created,
    customer: charge.customer ?? undefined,
    name: billing.name,
    identifiers,
    currency: charge.currency,
    captured: completed ? charge.amount_captured : 0,
    refunded: completed ? charge.amount_refunded : 0,
  };
}

function identifiersOf(payment) {
  const given = payment.identifiers ?? [
    { kind: "email", value: payment.email?.trim().toLowerCase() },
    { kind: "phone", value: phoneOf(payment.phone) },
    { kind: "card", value: payment.card },
  ];
  const found = [];
  for (const { kind, value } of given) {
    if (value && !found.some((one) => one.kind === kind && one.value === value)) found.push({ kind, value });
  }
  return found;
}

const order = (a, b) => a.created - b.created || (a.id < b.id ? -1 : 1);

/** The customers of a list of records, newest payment first, and the first page of rows. */
export function peerPage(list, adapt = stripe, limit = 50) {
  const uses = Object.fromEntries(KINDS.map((kind) => [kind, { completed: new Map(), attempted: new Map() }]));
  const registered = new Map();
  const customers = [];
  const payments = list.map(adapt).sort(order);
  payments.forEach((payment, index) => {
    payment.keys = identifiersOf(payment);
    let customer;
    if (payment.customer !== undefined) {
      customer = registered.get(payment.customer);
      if (customer === undefined) {
        customer = { payments: [], last: index };
        registered.set(payment.customer, customer);
        customers.push(customer);
      }
    } else {
      const newest = (which) => {
        let best;
        for (const { kind, value } of payment.keys) {
          const use = uses[kind][which].get(value);
          if (use !== undefined && (best === undefined || use.index > best.index)) best = use;
        }
        return best?.customer;
      };
      customer = newest("completed") ?? newest("attempted");
      if (customer === undefined) {
        customer = { payments: [], last: index };
        customers.push(customer);
      }
      for (const { kind, value } of payment.keys) {
        uses[kind].attempted.set(value, { index, customer });
        if (payment.captured > 0) uses[kind].completed.set(value, { index, customer });
      }
    }
    customer.payments.push(payment);
    customer.last = index;
  });
  customers.sort((a, b) => b.last - a.last);
  return { total: customers.length, customers, items: customers.slice(0, limit).map(row) };
}

function row({ payments }) {
  const contacts = { email: new Set(), phone: new Set() };
  const totals = new Map();
  for (const payment of payments.toReversed()) {
    for (const { kind, value } of payment.keys) contacts[kind]?.add(value);
    const sums = totals.get(payment.currency) ?? { captured: 0, refunded: 0 };
    sums.captured += payment.captured;
    sums.refunded += payment.refunded;
    totals.set(payment.currency, sums);
  }
  return {
    name: payments.at(-1).name,
    emails: [...contacts.email],
    phones: [...contacts.phone],
    paymentCount: payments.length,
    totals: [...totals].map(([currency, sums]) => ({ currency: currency.toUpperCase(), ...sums })),
    firstPaymentAt: new Date(payments[0].created * 1000).toISOString(),
    lastPaymentAt: new Date(payments.at(-1).created * 1000).toISOString(),
  };
}
