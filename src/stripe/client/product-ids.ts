const PREFIX = 'scrip_';

/** The id under which a product of the catalogue is mirrored at Stripe. */
export function productIdOf(productKey: string): string {
  return `${PREFIX}${productKey}`;
}

/** The product of the catalogue that is mirrored under this id; undefined for products of other programs. */
export function productKeyOf(stripeProductId: string): string | undefined {
  return stripeProductId.startsWith(PREFIX) ? stripeProductId.slice(PREFIX.length) : undefined;
}
