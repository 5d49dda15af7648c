import type Stripe from 'stripe';
import { askStripe } from '../client/ask-stripe.js';
import { createOnce } from '../client/create-once.js';
import { PRODUCT_KEY } from '../client/metadata-keys.js';
import { productIdOf } from '../client/product-ids.js';
import { StripeRefused } from '../client/stripe.problems.js';
import { unlessMissing } from '../client/unless-missing.js';
import type { MirroredProduct, StripeOffer } from '../objects/sale-objects.js';

/**
 * The mirror of the catalogue on Stripe's side: a product and a price for every offer that was ever sold. A price is
 * found by a lookup key made of product, currency and amount, so that a changed offer gets a price of its own and open
 * sessions keep theirs. Nothing is stored here: what Stripe has is looked up once per process.
 */
export class StripePrices {
  private readonly known = new Map<string, Promise<string>>();

  constructor(private readonly stripe: Stripe) {}

  /** The id of the price, made when there is none. */
  ensure(offer: StripeOffer): Promise<string> {
    const name = nameInMemory(offer);
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const price = this.findOrCreate(offer);
    this.known.set(name, price);
    price.catch(() => this.known.delete(name));
    return price;
  }

  /**
   * Asks for something that names the price in `parameter`. Somebody may have archived the price that is remembered:
   * then it is looked up again, once.
   */
  async use<T>(offer: StripeOffer, parameter: string, ask: (price: string) => Promise<T>): Promise<T> {
    try {
      return await ask(await this.ensure(offer));
    } catch (error) {
      if (!(error instanceof StripeRefused) || !error.isAbout(parameter)) throw error;
      this.known.delete(nameInMemory(offer));
      return ask(await this.ensure(offer));
    }
  }

  /**
   * Puts right what somebody changed of a product at Stripe, and forgets its prices, which are looked up again at the
   * next sale. What is not on sale here may stay archived there.
   */
  async mirror({ productKey, name, isOnSale }: MirroredProduct): Promise<void> {
    for (const known of this.known.keys()) if (known.startsWith(`scrip:${productKey}:`)) this.known.delete(known);
    const id = productIdOf(productKey);
    const product = await askStripe(() => this.stripe.products.retrieve(id)).catch(unlessMissing);
    if (product === undefined) return;
    const active = product.active || isOnSale;
    if (product.active === active && product.name === name) return;
    await askStripe(() => this.stripe.products.update(id, { name, active }));
  }

  private async findOrCreate(offer: StripeOffer): Promise<string> {
    const { data } = await askStripe(() =>
      this.stripe.prices.list({ lookup_keys: [lookupKeyOf(offer)], expand: ['data.product'] }),
    );
    const [price] = data;
    if (price === undefined || !isPriceOf(price, offer)) return this.create(offer, price?.id);
    await this.keepProductCurrent(price.product, offer);
    return price.id;
  }

  /**
   * Somebody may have archived the price that the lookup key leads to, or given the key to another one. That stays as
   * it is, and a new one takes its key. What it replaces belongs to the request: the same idempotency key would answer
   * the archived price for a day.
   */
  private async create(offer: StripeOffer, replaced: string | undefined): Promise<string> {
    await this.ensureProduct(offer);
    const lookupKey = lookupKeyOf(offer);
    const price = await createOnce({
      idempotencyKey: replaced === undefined ? `price:${lookupKey}` : `price:${lookupKey}:${replaced}`,
      create: (idempotencyKey) =>
        this.stripe.prices.create(
          {
            product: productIdOf(offer.productKey),
            currency: offer.currency,
            unit_amount: Number(offer.unitAmountMinor),
            lookup_key: lookupKey,
            transfer_lookup_key: true,
            ...(offer.interval && { recurring: { interval: offer.interval } }),
          },
          { idempotencyKey },
        ),
      find: async () => {
        const { data } = await this.stripe.prices.list({ lookup_keys: [lookupKey], active: true });
        return data.find((made) => isPriceOf(made, offer));
      },
    });
    return price.id;
  }

  /** Its id names it, so it is made once without an idempotency key, which would return one that was deleted since. */
  private async ensureProduct(offer: StripeOffer): Promise<void> {
    const id = productIdOf(offer.productKey);
    const product = await askStripe(() => this.stripe.products.retrieve(id)).catch(unlessMissing);
    if (product !== undefined) return this.keepProductCurrent(product, offer);
    await askStripe(() =>
      this.stripe.products.create({ id, name: offer.name, metadata: { [PRODUCT_KEY]: offer.productKey } }),
    ).catch(unlessThere);
  }

  /** A product that was renamed here or archived there is brought up to date, since customers see its name. */
  private async keepProductCurrent(
    product: string | Stripe.Product | Stripe.DeletedProduct,
    offer: StripeOffer,
  ): Promise<void> {
    if (typeof product === 'string' || product.deleted === true) return;
    if (product.active && product.name === offer.name) return;
    await askStripe(() => this.stripe.products.update(product.id, { name: offer.name, active: true }));
  }
}

/** Whether a price is what the offer costs: whoever can write at Stripe can give its lookup key to a cheaper one. */
function isPriceOf(price: Stripe.Price, { productKey, currency, unitAmountMinor, interval }: StripeOffer): boolean {
  const product = typeof price.product === 'string' ? price.product : price.product.id;
  return (
    price.active &&
    product === productIdOf(productKey) &&
    price.currency === currency &&
    price.unit_amount === Number(unitAmountMinor) &&
    price.recurring?.interval === interval &&
    (price.recurring?.interval_count ?? 1) === 1
  );
}

/** Another process made it in the meantime. */
function unlessThere(error: unknown): undefined {
  if (error instanceof StripeRefused && error.facts.stripeCode === 'resource_already_exists') return undefined;
  throw error;
}

function lookupKeyOf({ productKey, currency, unitAmountMinor, interval }: StripeOffer): string {
  const once = `scrip:${productKey}:${currency}:${unitAmountMinor}`;
  return interval === undefined ? once : `${once}:${interval}`;
}

/** The name belongs to it: a renamed product is looked at again. */
function nameInMemory(offer: StripeOffer): string {
  return `${lookupKeyOf(offer)}:${offer.name}`;
}
