/** Scrip's metadata on Stripe's objects: internal ids and nothing else. */
export const ORDER_ID = 'scrip_order_id';
export const REFUND_ID = 'scrip_refund_id';
export const PAYMENT_LINK_ID = 'scrip_payment_link_id';
export const ACCOUNT_ID = 'scrip_account_id';
export const PRODUCT_KEY = 'scrip_product';
