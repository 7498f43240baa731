// Generated records of the other systems, as their APIs print them, over the same people as the Stripe shop.

import { peerOf } from "./adapters.mjs";
import { random } from "./shop.mjs";

const CITIES = [
  ["Helsinki", "FI", "00100"],
  ["Paris", "FR", "75001"],
  ["Hanoi", "VN", "100000"],
];
const FIRST = ["Aino", "Bao", "Chloe", "Dewi", "Eero", "Fang", "Giulia", "Hugo"];
const LAST = ["Korhonen", "Nguyen", "Martin", "Wijaya", "Virtanen", "Zhang"];
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** `count` sales over about `people` people, oldest first: what every system writes in its own way. */
function* sales(count, people, seed) {
  const next = random(seed);
  const pick = (list) => list[Math.floor(next() * list.length)];
  const token = (length) => Array.from({ length }, () => ALPHABET[Math.floor(next() * 62)]).join("");
  const crowd = Array.from({ length: people }, (_, number) => ({
    first: pick(FIRST),
    last: pick(LAST),
    email: `${number}.${token(5).toLowerCase()}@example.com`,
    phone: `+3584${10_000_000 + number}`,
    city: pick(CITIES),
    number,
    card: token(16),
    last4: String(1000 + Math.floor(next() * 9000)),
    guest: next() < 0.5,
  }));
  for (let number = 0; number < count; number += 1) {
    const fate = next();
    const amount = 500 + Math.floor(next() * 20_000);
    yield {
      number,
      person: pick(crowd),
      seconds: 1_700_000_000 + number * 60,
      amount,
      failed: fate < 0.06,
      refunded: fate > 0.95 ? amount : 0,
      token,
    };
  }
}

const iso = (seconds) => new Date(seconds * 1000).toISOString();
const decimal = (minor) => (minor / 100).toFixed(2);

function dodo({ number, person, seconds: at, amount, failed, refunded, token }) {
  const id = `pay_${String(number).padStart(8, "0")}${token(13)}`;
  return {
    billing: {
      city: person.city[0],
      country: person.city[1],
      state: "",
      street: "Main street 1",
      zipcode: person.city[2],
    },
    brand_id: "bus_1",
    business_id: "bus_1",
    card_holder_name: `${person.first} ${person.last}`,
    card_issuing_country: person.city[1],
    card_last_four: person.last4,
    card_network: "visa",
    card_type: "CREDIT",
    checkout_session_id: `cks_${token(21)}`,
    created_at: iso(at).replace("Z", "152Z"),
    currency: "EUR",
    custom_field_responses: null,
    customer: {
      customer_id: `cus_${person.number}`,
      email: person.email,
      metadata: {},
      name: `${person.first} ${person.last}`,
      phone_number: person.phone,
    },
    digital_products_delivered: false,
    discount_id: null,
    discounts: [],
    disputes: [],
    error_code: failed ? "INSUFFICIENT_FUNDS" : null,
    error_message: failed ? "Your card has insufficient funds." : null,
    invoice_id: `inv_${token(21)}`,
    invoice_url: `https://pay.example.com/invoices/${token(40)}`,
    is_multi_subscription: false,
    is_update_payment_method: false,
    metadata: {},
    payment_id: id,
    payment_link: `https://checkout.example.com/${token(8)}`,
    payment_method: "card",
    payment_method_id: `pm_${token(21)}`,
    payment_method_type: null,
    payment_provider: "stripe",
    product_cart: [{ product_id: `pdt_${token(21)}`, quantity: 1 }],
    refund_status: refunded ? "full" : null,
    refunds: refunded
      ? [
          {
            amount: refunded,
            business_id: "bus_1",
            created_at: iso(at + 86_400),
            currency: "EUR",
            is_partial: false,
            payment_id: id,
            reason: null,
            refund_id: `ref_${token(21)}`,
            status: "succeeded",
          },
        ]
      : [],
    retry_attempt: 0,
    settlement_amount: amount,
    settlement_currency: "EUR",
    settlement_tax: 0,
    status: failed ? "failed" : "succeeded",
    subscription_id: null,
    subscription_ids: [],
    tax: 0,
    total_amount: amount,
    updated_at: null,
  };
}

function flatpay({ number, person, seconds: at, amount, failed, refunded, token }) {
  return {
    handle: `h-${String(number).padStart(8, "0")}`,
    state: failed ? "failed" : "settled",
    customer: `cust-${person.number}`,
    amount,
    currency: "EUR",
    authorized: iso(at),
    settled: failed ? null : iso(at),
    cancelled: null,
    created: iso(at),
    transaction: token(32),
    error: failed ? "credit_card_declined" : null,
    processing: false,
    source: {
      type: "card",
      card: `ca_${token(29)}`,
      provider: "elavon",
      auth_transaction: token(32),
      text_on_statement: "EXAMPLE SHOP",
      fingerprint: person.card,
      card_type: "visa",
      exp_date: "04-30",
      masked_card: `457178XXXXXX${person.last4}`,
      card_country: person.city[1],
      strong_authentication_status: "secured_by_nets",
      risk_rule: null,
      acquirer_code: "000",
      acquirer_message: "Approved",
      acquirer_reference: token(12),
    },
    order_lines: [
      {
        id: token(32),
        ordertext: "Example product",
        amount,
        vat: 0.25,
        quantity: 1,
        origin: "charge",
        timestamp: iso(at),
        amount_vat: Math.round(amount / 5),
        amount_ex_vat: amount - Math.round(amount / 5),
        unit_amount: amount,
        amount_defined_incl_vat: true,
      },
    ],
    refunded_amount: refunded,
    authorized_amount: amount,
    error_state: failed ? "soft_declined" : null,
    recurring_payment_method: null,
    billing_address: {
      company: null,
      vat: null,
      attention: null,
      address: "Main street 1",
      address2: null,
      city: person.city[0],
      country: person.city[1],
      email: person.email,
      phone: person.phone,
      first_name: person.first,
      last_name: person.last,
      postal_code: person.city[2],
      state_or_province: null,
    },
    shipping_address: null,
    payment_context: "cit",
  };
}

const address = (person) => ({
  first_name: person.first,
  last_name: person.last,
  company: null,
  address1: "Main street 1",
  address2: "",
  city: person.city[0],
  province: null,
  country: person.city[1],
  zip: person.city[2],
  phone: person.phone,
  name: `${person.first} ${person.last}`,
  country_code: person.city[1],
  province_code: null,
  latitude: 60.1,
  longitude: 24.9,
});

function shopify({ number, person, seconds: at, amount, failed, refunded, token }) {
  const id = 5_000_000_000_000 + number * 10;
  const total = decimal(amount);
  const bag = (text) => ({
    shop_money: { amount: text, currency_code: "EUR" },
    presentment_money: { amount: text, currency_code: "EUR" },
  });
  const transaction = (key, kind, status, text) => ({
    id: id + key,
    admin_graphql_api_id: `gid://shopify/OrderTransaction/${id + key}`,
    amount: text,
    authorization: token(12),
    created_at: iso(at),
    currency: "EUR",
    device_id: null,
    error_code: status === "failure" ? "card_declined" : null,
    gateway: "shopify_payments",
    kind,
    location_id: null,
    message: null,
    order_id: id,
    parent_id: kind === "refund" ? id + 1 : null,
    payment_details: {
      credit_card_bin: "457178",
      avs_result_code: "Y",
      cvv_result_code: "M",
      credit_card_number: `•••• •••• •••• ${person.last4}`,
      credit_card_company: "Visa",
    },
    processed_at: iso(at),
    receipt: {},
    source_name: "web",
    status,
    test: false,
    user_id: null,
  });
  return {
    id,
    admin_graphql_api_id: `gid://shopify/Order/${id}`,
    app_id: 580111,
    browser_ip: "192.0.2.1",
    buyer_accepts_marketing: false,
    cancel_reason: null,
    cancelled_at: null,
    cart_token: token(32),
    checkout_id: id + 7,
    checkout_token: token(32),
    closed_at: null,
    confirmed: true,
    contact_email: person.email,
    created_at: iso(at),
    currency: "EUR",
    current_subtotal_price: total,
    current_subtotal_price_set: bag(total),
    current_total_price: total,
    current_total_price_set: bag(total),
    current_total_tax: "0.00",
    customer_locale: "fi-FI",
    discount_codes: [],
    email: person.email,
    estimated_taxes: false,
    financial_status: failed ? "pending" : refunded ? "refunded" : "paid",
    fulfillment_status: "fulfilled",
    landing_site: "/",
    name: `#${1000 + number}`,
    note: null,
    note_attributes: [],
    number,
    order_number: 1000 + number,
    order_status_url: `https://shop.example.com/orders/${token(32)}`,
    payment_gateway_names: ["shopify_payments"],
    phone: null,
    presentment_currency: "EUR",
    processed_at: iso(at),
    referring_site: "",
    source_name: "web",
    subtotal_price: total,
    subtotal_price_set: bag(total),
    tags: "",
    tax_lines: [],
    taxes_included: true,
    test: false,
    token: token(32),
    total_discounts: "0.00",
    total_line_items_price: total,
    total_line_items_price_set: bag(total),
    total_outstanding: "0.00",
    total_price: total,
    total_price_set: bag(total),
    total_tax: "0.00",
    total_weight: 200,
    updated_at: iso(at + 60),
    user_id: null,
    billing_address: address(person),
    customer: person.guest
      ? null
      : {
          id: 7_000_000_000 + person.number,
          email: person.email,
          created_at: iso(1_690_000_000),
          updated_at: iso(at),
          first_name: person.first,
          last_name: person.last,
          state: "enabled",
          note: null,
          verified_email: true,
          tax_exempt: false,
          phone: person.phone,
          tags: "",
          currency: "EUR",
          admin_graphql_api_id: `gid://shopify/Customer/${7_000_000_000 + person.number}`,
          default_address: { id: 1, customer_id: 7_000_000_000 + person.number, ...address(person), default: true },
        },
    fulfillments: [],
    line_items: [
      {
        id: id + 5,
        fulfillable_quantity: 0,
        fulfillment_service: "manual",
        fulfillment_status: "fulfilled",
        gift_card: false,
        grams: 200,
        name: "Example product - green",
        price: total,
        price_set: bag(total),
        product_exists: true,
        product_id: 632910392,
        properties: [],
        quantity: 1,
        requires_shipping: true,
        sku: "EXAMPLE-GREEN",
        taxable: true,
        title: "Example product",
        total_discount: "0.00",
        variant_id: 39072856,
        variant_title: "green",
        vendor: null,
        tax_lines: [],
        duties: [],
      },
    ],
    refunds: refunded
      ? [
          {
            id: id + 6,
            created_at: iso(at + 86_400),
            note: null,
            order_id: id,
            restock: true,
            refund_line_items: [],
            transactions: [transaction(2, "refund", "success", decimal(refunded))],
          },
        ]
      : [],
    shipping_address: address(person),
    shipping_lines: [{ code: "Standard", price: "0.00", source: "shopify", title: "Standard" }],
    transactions: [transaction(1, "sale", failed ? "failure" : "success", total)],
  };
}

function woocommerce({ number, person, seconds: at, amount, failed, refunded, token }) {
  const zoneless = (when) => iso(when).slice(0, 19);
  const total = decimal(amount);
  const contact = {
    first_name: person.first,
    last_name: person.last,
    company: "",
    address_1: "Main street 1",
    address_2: "",
    city: person.city[0],
    state: "",
    postcode: person.city[2],
    country: person.city[1],
  };
  return {
    id: 1000 + number,
    parent_id: 0,
    number: String(1000 + number),
    order_key: `wc_order_${token(13)}`,
    created_via: "checkout",
    version: "9.8.1",
    status: failed ? "failed" : refunded ? "refunded" : "processing",
    currency: "EUR",
    date_created: zoneless(at + 7200),
    date_created_gmt: zoneless(at),
    date_modified: zoneless(at + 7260),
    date_modified_gmt: zoneless(at + 60),
    discount_total: "0.00",
    discount_tax: "0.00",
    shipping_total: "0.00",
    shipping_tax: "0.00",
    cart_tax: "0.00",
    total,
    total_tax: "0.00",
    prices_include_tax: true,
    customer_id: person.guest ? 0 : person.number + 1,
    customer_ip_address: "192.0.2.1",
    customer_user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0",
    customer_note: "",
    billing: { ...contact, email: person.email, phone: person.phone },
    shipping: { ...contact, phone: "" },
    payment_method: "stripe",
    payment_method_title: "Credit card",
    transaction_id: `ch_3${token(23)}`,
    date_paid: failed ? null : zoneless(at + 7205),
    date_paid_gmt: failed ? null : zoneless(at + 5),
    date_completed: null,
    date_completed_gmt: null,
    cart_hash: token(32),
    meta_data: [
      { id: number * 4, key: "_stripe_charge_captured", value: "yes" },
      { id: number * 4 + 1, key: "_stripe_intent_id", value: `pi_3${token(23)}` },
      { id: number * 4 + 2, key: "_wc_order_attribution_source_type", value: "typein" },
    ],
    line_items: [
      {
        id: number * 3,
        name: "Example product",
        product_id: 93,
        variation_id: 0,
        quantity: 1,
        tax_class: "",
        subtotal: total,
        subtotal_tax: "0.00",
        total,
        total_tax: "0.00",
        taxes: [],
        meta_data: [],
        sku: "EXAMPLE",
        price: amount / 100,
      },
    ],
    tax_lines: [],
    shipping_lines: [
      {
        id: 1,
        method_title: "Flat rate",
        method_id: "flat_rate",
        total: "0.00",
        total_tax: "0.00",
        taxes: [],
        meta_data: [],
      },
    ],
    fee_lines: [],
    coupon_lines: [],
    refunds: refunded ? [{ id: 5_000_000 + number, reason: "", total: `-${decimal(refunded)}` }] : [],
    _links: {
      self: [{ href: `https://shop.example.com/wp-json/wc/v3/orders/${1000 + number}` }],
      collection: [{ href: "https://shop.example.com/wp-json/wc/v3/orders" }],
    },
  };
}

const makers = { dodo, flatpay, shopify, woocommerce };
const wrap = {
  dodo: (list) => `{"items":${list}}`,
  flatpay: (list) => `{"size":100,"content":${list}}`,
  shopify: (list) => `{"orders":${list}}`,
  woocommerce: (list) => list,
};

/** The bytes of a system's answer with `count` records, and what the peer makes of them. */
export function shopOf(source, count, people) {
  const parts = [];
  for (const sale of sales(count, people, 7)) {
    parts.push(JSON.stringify(makers[source](sale)));
  }
  const bytes = new TextEncoder().encode(wrap[source](`[${parts.join(",")}]`));
  return { bytes, ...peerOf(source) };
}
