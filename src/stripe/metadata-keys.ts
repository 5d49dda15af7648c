/** Metadata of ours on Stripe's objects: internal ids and nothing else. */
export const ORDER_ID = 'scrip_order_id';
export const REFUND_ID = 'scrip_refund_id';
