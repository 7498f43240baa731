// What the peer makes of each system's records: what a well-written page does without guestfolio.

const seconds = (text) => Math.floor(Date.parse(text) / 1000);
const minor = (text) => Math.round(Number(text) * 100);

/** A record as the peer sees it: a well-written adapter in JavaScript. */
const adapters = {
  dodo: (record) => ({
    id: record.payment_id,
    created: seconds(record.created_at),
    customer: record.customer.customer_id,
    name: record.customer.name,
    email: record.customer.email,
    phone: record.customer.phone_number,
    currency: record.currency,
    captured: record.status === "succeeded" ? record.total_amount : 0,
    refunded: record.refunds.reduce((sum, refund) => sum + (refund.status === "succeeded" ? refund.amount : 0), 0),
  }),
  flatpay: (record) => ({
    id: record.handle,
    created: seconds(record.created),
    customer: record.customer,
    name: `${record.billing_address.first_name} ${record.billing_address.last_name}`,
    email: record.billing_address.email,
    phone: record.billing_address.phone,
    card: record.source.fingerprint,
    currency: record.currency,
    captured: record.state === "settled" ? record.amount : 0,
    refunded: record.refunded_amount,
  }),
  shopify: (record) => ({
    id: String(record.id),
    created: seconds(record.created_at),
    customer: record.customer === null ? undefined : String(record.customer.id),
    name: `${record.billing_address.first_name} ${record.billing_address.last_name}`,
    email: record.email,
    phone: record.phone ?? record.billing_address.phone,
    currency: record.currency,
    captured: record.transactions
      .filter(({ kind, status, test }) => kind === "sale" && status === "success" && !test)
      .reduce((sum, { amount }) => sum + minor(amount), 0),
    refunded: record.refunds
      .flatMap(({ transactions }) => transactions)
      .reduce((sum, { amount }) => sum + minor(amount), 0),
  }),
  woocommerce: (record) => ({
    id: String(record.id),
    created: seconds(`${record.date_created_gmt}Z`),
    customer: record.customer_id === 0 ? undefined : String(record.customer_id),
    name: `${record.billing.first_name} ${record.billing.last_name}`,
    email: record.billing.email,
    phone: record.billing.phone,
    currency: record.currency,
    captured: record.date_paid_gmt === null ? 0 : minor(record.total),
    refunded: record.refunds.reduce((sum, { total }) => sum - minor(total), 0),
  }),
  canonical: (record) => ({
    id: record.payment ?? record.id,
    created: seconds(record.createdAt),
    customer: record.customer,
    name: record.name,
    email: record.email,
    phone: record.phone,
    identifiers: record.identifiers,
    card: record.fingerprint,
    currency: record.currency,
    captured: record.captured,
    refunded: record.returned,
  }),
};

const unwrap = {
  dodo: (answer) => answer.items,
  flatpay: (answer) => answer.content,
  shopify: (answer) => answer.orders,
  woocommerce: (answer) => answer,
  canonical: (answer) => answer,
};

export function peerOf(source) {
  return { adapt: adapters[source], listOf: unwrap[source] };
}
