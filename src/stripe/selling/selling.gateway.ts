import type Stripe from 'stripe';
import type { StripeConnection } from '../../config/config.module.js';
import type { Clock } from '../../kernel/clock.js';
import { invariant } from '../../kernel/invariant.js';
import { askStripe } from '../client/ask-stripe.js';
import { createOnce } from '../client/create-once.js';
import { ORDER_ID, PAYMENT_LINK_ID } from '../client/metadata-keys.js';
import { StripeRefused } from '../client/stripe.problems.js';
import { createStripeClient, isLiveKey } from '../client/stripe-client.js';
import { toCheckout, toPayment } from '../objects/sale-mappers.js';
import type {
  MirroredProduct,
  NewCheckout,
  NewIntent,
  NewPaymentLink,
  StripeCheckout,
  StripeIntent,
  StripeOffer,
  StripePayment,
  StripePaymentLink,
} from '../objects/sale-objects.js';
import { StripePrices } from './prices.js';
import { intentParams, linkParams, sessionParams } from './sale-params.js';

const PRICE_PARAMETER = 'line_items[0][price]';
/** What was made a moment ago is looked for among the newest. */
const NEWEST = { limit: 100 };
/** With what was really charged. */
const EXPAND_CHECKOUT = ['payment_intent.latest_charge'];

/**
 * All that is asked of Stripe about selling, in Scrip's words. Every create carries an idempotency key that names the
 * business fact, or an id of the books, so asking again never does it twice. No method may be called inside a
 * transaction. All throw StripeUnavailable and StripeRefused.
 */
export class StripeGateway {
  /** Whether real money moves. */
  readonly livemode: boolean;
  private readonly stripe: Stripe;
  private readonly prices: StripePrices;

  constructor(
    connection: StripeConnection,
    private readonly clock: Clock,
  ) {
    this.livemode = isLiveKey(connection.secretKey);
    this.stripe = createStripeClient(connection);
    this.prices = new StripePrices(this.stripe);
  }

  /** Opens the page on which the order is paid. Asked again for the same order, it returns the same session. */
  async createCheckout(checkout: NewCheckout): Promise<StripeCheckout> {
    const { orderId, stripeCustomerId: customer } = checkout;
    const session = await this.withPrice(checkout.offer, (price) =>
      createOnce({
        // Customer and price belong to it: when one of them is gone, what follows is another request.
        idempotencyKey: `checkout:${orderId}:${customer}:${price}`,
        create: (idempotencyKey) =>
          this.stripe.checkout.sessions.create(sessionParams(checkout, price), { idempotencyKey }),
        find: async () => {
          const { data } = await this.stripe.checkout.sessions.list({ customer, status: 'open', ...NEWEST });
          return data.find(({ metadata }) => metadata?.[ORDER_ID] === orderId);
        },
      }),
    );
    return toCheckout(session);
  }

  /** Makes a page that can be paid again and again. Asked again for the same link, it returns the same one. */
  async createPaymentLink(link: NewPaymentLink): Promise<StripePaymentLink> {
    const { paymentLinkId } = link;
    const { id, url } = await this.withPrice(link.offer, (price) =>
      createOnce({
        idempotencyKey: `payment-link:${paymentLinkId}:${price}`,
        create: (idempotencyKey) => this.stripe.paymentLinks.create(linkParams(link, price), { idempotencyKey }),
        find: async () => {
          const { data } = await this.stripe.paymentLinks.list(NEWEST);
          return data.find(({ metadata }) => metadata[PAYMENT_LINK_ID] === paymentLinkId);
        },
      }),
    );
    return { stripePaymentLinkId: id, url };
  }

  /** Closes the page of a link, also again. */
  async deactivatePaymentLink(stripePaymentLinkId: string): Promise<void> {
    await askStripe(() => this.stripe.paymentLinks.update(stripePaymentLinkId, { active: false }));
  }

  /** Begins a payment in a form of the app's own. Asked again for the same order, it returns the same payment. */
  async createIntent(intent: NewIntent): Promise<StripeIntent> {
    const { orderId, stripeCustomerId: customer } = intent;
    const made = await createOnce({
      idempotencyKey: `payment-intent:${orderId}:${customer}`,
      create: (idempotencyKey) => this.stripe.paymentIntents.create(intentParams(intent), { idempotencyKey }),
      find: async () => {
        const { data } = await this.stripe.paymentIntents.list({ customer, ...NEWEST });
        return data.find(({ metadata }) => metadata[ORDER_ID] === orderId);
      },
    });
    return toIntent(made);
  }

  /** A payment that was begun, with the secret that it is paid with. */
  async fetchIntent(stripePaymentIntentId: string): Promise<StripeIntent> {
    return toIntent(await askStripe(() => this.stripe.paymentIntents.retrieve(stripePaymentIntentId)));
  }

  /** The session as it is now, with what was really charged. */
  async fetchCheckout(stripeCheckoutSessionId: string): Promise<StripeCheckout> {
    const expand = EXPAND_CHECKOUT;
    return toCheckout(
      await askStripe(() => this.stripe.checkout.sessions.retrieve(stripeCheckoutSessionId, { expand })),
    );
  }

  /** The session on whose page the payment was made; undefined where it was made without one. */
  async findCheckoutOf(stripePaymentIntentId: string): Promise<StripeCheckout | undefined> {
    const { data } = await askStripe(() =>
      this.stripe.checkout.sessions.list({
        payment_intent: stripePaymentIntentId,
        limit: 1,
        expand: EXPAND_CHECKOUT.map((path) => `data.${path}`),
      }),
    );
    return data[0] === undefined ? undefined : toCheckout(data[0]);
  }

  /** The payment as it is now. */
  async fetchPayment(stripePaymentIntentId: string): Promise<StripePayment> {
    const askedAt = this.clock.now();
    return toPayment(await askStripe(() => this.stripe.paymentIntents.retrieve(stripePaymentIntentId)), askedAt);
  }

  /** Puts right what was changed at Stripe of a product that is sold here. */
  async mirrorProduct(product: MirroredProduct): Promise<void> {
    await this.prices.mirror(product);
  }

  /** Closes a page on which nobody has paid yet. Returns false where somebody has, or it was closed before. */
  async expireCheckout(stripeCheckoutSessionId: string): Promise<boolean> {
    try {
      await askStripe(() => this.stripe.checkout.sessions.expire(stripeCheckoutSessionId));
      return true;
    } catch (error) {
      if (error instanceof StripeRefused && !error.isOfConfiguration) return false;
      throw error;
    }
  }

  private withPrice<T>(offer: StripeOffer, ask: (price: string) => Promise<T>): Promise<T> {
    return this.prices.use(offer, PRICE_PARAMETER, ask);
  }
}

function toIntent({ id, client_secret: clientSecret }: Stripe.PaymentIntent): StripeIntent {
  invariant(clientSecret !== null, `payment ${id} can be paid with its secret`);
  return { stripePaymentIntentId: id, clientSecret };
}
