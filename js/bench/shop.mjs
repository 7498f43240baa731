// A generated shop: Stripe charges of about 2.3 KB as the API prints them, over people who come back, and the PaymentIntents that
// they belong to. The same seed gives the same shop.

/** A small deterministic generator (mulberry32). */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const FIRST = ["Aino", "Bao", "Chloe", "Dewi", "Eero", "Fang", "Giulia", "Hugo", "Inès", "Juho", "Kaisa", "Linh"];
const LAST = ["Korhonen", "Nguyen", "Martin", "Wijaya", "Virtanen", "Zhang", "Rossi", "Moreau", "Laine", "Tran"];

/** `count` charges over about `people` people, oldest first. */
export function* charges(count, people, seed = 1) {
  const next = random(seed);
  const pick = (list) => list[Math.floor(next() * list.length)];
  const token = (length) => Array.from({ length }, () => ALPHABET[Math.floor(next() * 62)]).join("");
  const crowd = Array.from({ length: people }, (_, number) => {
    const name = `${pick(FIRST)} ${pick(LAST)}`;
    return {
      name,
      email: `${name
        .split(" ")[0]
        .toLowerCase()
        .normalize("NFD")
        .replace(/[^a-z]/g, "")}.${number}@example.com`,
      phone: next() < 0.6 ? `+3584${String(10_000_000 + number)}` : null,
      cards: [token(16), token(16)],
      last4: String(1000 + Math.floor(next() * 9000)),
    };
  });
  for (let number = 0; number < count; number += 1) {
    const person = pick(crowd);
    const created = 1_700_000_000 + number * 60;
    const fate = next();
    const failed = fate < 0.06;
    const refunded = fate > 0.95;
    const amount = 500 + Math.floor(next() * 20_000);
    const id = `ch_3${token(23)}`;
    const card = person.cards[next() < 0.8 ? 0 : 1];
    yield charge({ id, person, created, failed, refunded, amount, card, next, token });
  }
}

function charge({ id, person, created, failed, refunded, amount, card, next, token }) {
  return {
    id,
    object: "charge",
    amount,
    amount_captured: failed ? 0 : amount,
    amount_refunded: refunded ? amount : 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: failed ? null : `txn_3${token(23)}`,
    billing_details: {
      address: {
        city: "Helsinki",
        country: "FI",
        line1: "Mannerheimintie 1",
        line2: null,
        postal_code: "00100",
        state: null,
      },
      email: person.email,
      name: person.name,
      phone: next() < 0.5 ? person.phone : null,
      tax_id: null,
    },
    calculated_statement_descriptor: "EXAMPLE SHOP",
    captured: !failed,
    created,
    currency: "eur",
    customer: null,
    description: `Order ${created % 1_000_000}`,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: failed ? "card_declined" : null,
    failure_message: failed ? "Your card was declined." : null,
    fraud_details: {},
    livemode: true,
    metadata: { order_id: String(created % 1_000_000) },
    on_behalf_of: null,
    outcome: {
      advice_code: null,
      network_advice_code: null,
      network_decline_code: null,
      network_status: failed ? "declined_by_network" : "approved_by_network",
      reason: failed ? "generic_decline" : null,
      risk_level: "normal",
      risk_score: 12,
      seller_message: failed ? "The bank did not return any further details." : "Payment complete.",
      type: failed ? "issuer_declined" : "authorized",
    },
    paid: !failed,
    payment_intent: `pi_3${token(23)}`,
    payment_method: `pm_1${token(23)}`,
    payment_method_details: {
      card: {
        amount_authorized: amount,
        authorization_code: "123456",
        brand: "visa",
        checks: { address_line1_check: "pass", address_postal_code_check: "pass", cvc_check: "pass" },
        country: "FI",
        exp_month: 4,
        exp_year: 2030,
        extended_authorization: { status: "disabled" },
        fingerprint: card,
        funding: "credit",
        incremental_authorization: { status: "unavailable" },
        installments: null,
        last4: person.last4,
        mandate: null,
        multicapture: { status: "unavailable" },
        network: "visa",
        network_token: { used: false },
        network_transaction_id: "104102978678771",
        overcapture: { maximum_amount_capturable: amount, status: "unavailable" },
        regulated_status: "unregulated",
        three_d_secure: null,
        wallet: null,
      },
      type: "card",
    },
    radar_options: {},
    receipt_email: next() < 0.3 ? person.email : null,
    receipt_number: null,
    receipt_url: `https://pay.example.com/receipts/payment/${token(40)}`,
    refunded,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: failed ? "failed" : "succeeded",
    transfer_data: null,
    transfer_group: null,
  };
}

/** The same payments as Stripe lists them today: a PaymentIntent each, with its charge (`expand[]=data.latest_charge`). */
export function* intents(count, people, seed = 1) {
  for (const charge of charges(count, people, seed)) {
    yield intent(charge);
  }
}

function intent(charge) {
  const { created, failure_message: message, id, payment_method: method, payment_method_details: details } = charge;
  const error = {
    charge: id,
    code: "card_declined",
    decline_code: "generic_decline",
    doc_url: "https://docs.example.com/error-codes/card-declined",
    message,
    payment_method: {
      id: method,
      object: "payment_method",
      allow_redisplay: "unspecified",
      billing_details: charge.billing_details,
      card: details.card,
      created,
      customer: null,
      livemode: true,
      metadata: {},
      type: details.type,
    },
    type: "card_error",
  };
  return {
    id: charge.payment_intent,
    object: "payment_intent",
    amount: charge.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: charge.amount_captured,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: { allow_redirects: "always", enabled: true },
    canceled_at: null,
    cancellation_reason: null,
    capture_method: "automatic_async",
    client_secret: `${charge.payment_intent}_secret_${id.slice(3)}`,
    confirmation_method: "automatic",
    created: created - 20,
    currency: charge.currency,
    customer: null,
    description: charge.description,
    last_payment_error: charge.paid ? null : error,
    latest_charge: charge,
    livemode: true,
    metadata: charge.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: method,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: "automatic" },
    },
    payment_method_types: ["card"],
    processing: null,
    receipt_email: charge.receipt_email,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: charge.paid ? "succeeded" : "requires_payment_method",
    transfer_data: null,
    transfer_group: null,
  };
}

/** The charges as one list object, in bytes, indented by nothing or as the API does it. */
export function listBytes(count, people, { seed = 1, indent = 0 } = {}) {
  const encoder = new TextEncoder();
  const parts = ['{"object":"list","data":['];
  let first = true;
  for (const one of charges(count, people, seed)) {
    parts.push(first ? "" : ",", JSON.stringify(one, null, indent));
    first = false;
  }
  parts.push('],"has_more":false,"url":"/v1/charges"}');
  return encoder.encode(parts.join(""));
}
