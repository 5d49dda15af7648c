import type { JsonSchema } from './json-schema.js';

/** What a field or a parameter of this name is wherever it stands, unless its class says more. */
const WORDS: Record<string, string> = {
  accountId: 'The id of the account, which is your own.',
  allocations: 'Which grants it used or filled, and by how many credits each.',
  balanceAfter: 'The balance after it, in credits.',
  balanceBefore: 'The balance before it, in credits.',
  checkoutSessionId: "Stripe's id of the page on which it is paid; null when it is paid otherwise.",
  createdAt: 'When it was made.',
  currency: 'ISO 4217, in lower case.',
  data: 'The items of this page.',
  deliveryId: 'The id of the delivery, which begins with `dlv_`.',
  disputeId: 'The id of the dispute, which begins with `dsp_`.',
  endpointId: 'The id of the webhook endpoint, which begins with `whe_`.',
  eventId: "Stripe's id of the event, which begins with `evt_`.",
  feature: 'The name of the feature, as products list it.',
  grantId: 'The id of the grant, which begins with `grt_`.',
  hash: 'SHA-256 over the hash before it and this entry, in hexadecimal.',
  holdId: 'The id of the hold, which begins with `hld_`.',
  id: 'Its id.',
  key: 'The key of the product, which is your own.',
  keyId: 'The id of the API key, which begins with `key_` and is not the secret.',
  livemode: "Whether it is of Stripe's live mode.",
  metadata: 'Notes of your own: at most 50 keys of 40 characters, values of 500.',
  nextCursor: 'Sent as `cursor`, it gets the next page; null on the last.',
  orderId: 'The id of the order, which begins with `ord_`.',
  paymentIntentId: "Stripe's id of the payment; null while there is none.",
  paymentLinkId: 'The id of the payment link, which begins with `lnk_`.',
  plan: 'The key of the plan in the catalogue.',
  product: 'The key of the product in the catalogue.',
  quantity: 'How many units of the product.',
  reconciliationId: 'The id of the run, which begins with `rcn_`.',
  refundId: 'The id of the refund, which begins with `rfd_`.',
  scopes: 'What the key may do; `admin` includes every other scope.',
  seq: 'The number of the entry in the ledger of its account, from 1.',
  spendId: 'The id of the spend, which begins with `spd_`.',
  updatedAt: 'When it last changed.',
  voucherId: 'The id of the voucher, which begins with `vch_`.',
};

/** Describes what its class left undescribed. */
export function describeByName(name: string, described: Pick<JsonSchema, 'description'>): void {
  const word = WORDS[name];
  if (word !== undefined) described.description ??= word;
}
