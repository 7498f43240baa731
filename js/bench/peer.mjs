// The peer: the same customers in well-written JavaScript, over parsed objects. One pass to sort, one to group, and the
// first page of rows with what the page shows.

const KINDS = ["email", "phone", "card"];

/** The identifiers of a charge by the published rule. */
function identifiers(charge) {
  const found = [];
  const add = (kind, value) => {
    if (value && !found.some((one) => one.kind === kind && one.value === value)) found.push({ kind, value });
  };
  const { billing_details: billing, description, receipt_email: receipt, payment_method_details: method } = charge;
  add("email", billing?.email?.trim().toLowerCase());
  if (billing?.phone && !/[a-z]/i.test(billing.phone)) {
    const digits = billing.phone.replace(/\D/g, "");
    add("phone", billing.phone.trim().startsWith("+") ? `+${digits}` : digits.replace(/^00/, "+"));
  }
  add("email", receipt?.trim().toLowerCase());
  if (description?.includes("@")) {
    for (const [address] of description.matchAll(/[^\s<>()[\]{},;:"'|\\/]+@[^\s<>()[\]{},;:"'|\\/@]+\.[\p{L}]{2,}/gu)) {
      add("email", address.toLowerCase());
    }
  }
  add("card", method?.[method.type]?.fingerprint);
  return found;
}

const order = (a, b) => a.created - b.created || (a.payment_intent < b.payment_intent ? -1 : 1);

/** The customers of a list of charges, newest payment first, and the first page of rows. */
export function peerPage(list, limit = 50) {
  const uses = Object.fromEntries(KINDS.map((kind) => [kind, { completed: new Map(), attempted: new Map() }]));
  const guests = [];
  const payments = list.slice().sort(order);
  payments.forEach((charge, index) => {
    const keys = identifiers(charge);
    const newest = (which) => {
      let best;
      for (const { kind, value } of keys) {
        const use = uses[kind][which].get(value);
        if (use !== undefined && (best === undefined || use.index > best.index)) best = use;
      }
      return best?.guest;
    };
    let guest = newest("completed") ?? newest("attempted");
    if (guest === undefined) {
      guest = { first: charge.payment_intent, payments: [], last: index };
      guests.push(guest);
    }
    guest.payments.push(charge);
    guest.last = index;
    const completed = charge.status === "succeeded" && charge.captured && charge.paid;
    for (const { kind, value } of keys) {
      uses[kind].attempted.set(value, { index, guest });
      if (completed) uses[kind].completed.set(value, { index, guest });
    }
  });
  guests.sort((a, b) => b.last - a.last);
  return { total: guests.length, guests, items: guests.slice(0, limit).map(row) };
}

function row({ payments }) {
  const contacts = { email: new Set(), phone: new Set() };
  const totals = new Map();
  for (const charge of payments.toReversed()) {
    for (const { kind, value } of identifiers(charge)) contacts[kind]?.add(value);
    const sums = totals.get(charge.currency) ?? { captured: 0, refunded: 0 };
    if (charge.captured && charge.status === "succeeded") {
      sums.captured += charge.amount_captured;
      sums.refunded += charge.amount_refunded;
    }
    totals.set(charge.currency, sums);
  }
  return {
    name: payments.at(-1).billing_details.name,
    emails: [...contacts.email],
    phones: [...contacts.phone],
    paymentCount: payments.length,
    totals: [...totals].map(([currency, sums]) => ({ currency: currency.toUpperCase(), ...sums })),
    firstPaymentAt: new Date(payments[0].created * 1000).toISOString(),
    lastPaymentAt: new Date(payments.at(-1).created * 1000).toISOString(),
  };
}
