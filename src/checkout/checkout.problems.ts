import type { ProductKind } from '../catalog/product.entity.js';
import { type FactsOf, Problem, type ProblemClass } from '../kernel/problem.js';

export class OrderNotFound extends Problem {
  static readonly type = 'order-not-found';
  static readonly status = 404;
  static readonly title = 'No such order';
  static readonly remedy =
    'The id begins with `ord_` and was answered by `POST /v1/checkout-sessions` or `POST /v1/payment-intents`. List orders, those of payment links too, with `GET /v1/orders?accountId=`.';

  static readonly facts: FactsOf<OrderNotFound> = {
    orderId: { type: 'string', description: 'The id of the order.', examples: ['ord_01kbhe5m8f6q0000000000000a'] },
  };

  constructor(override readonly facts: { orderId: string }) {
    super();
  }

  get detail(): string {
    return `There is no order ${this.facts.orderId}.`;
  }
}

export class PaymentLinkNotFound extends Problem {
  static readonly type = 'payment-link-not-found';
  static readonly status = 404;
  static readonly title = 'No such payment link';
  static readonly remedy =
    'The id begins with `lnk_` and was answered by `POST /v1/payment-links`. List links with `GET /v1/payment-links`.';

  static readonly facts: FactsOf<PaymentLinkNotFound> = {
    paymentLinkId: {
      type: 'string',
      description: 'The id that was asked for.',
      examples: ['lnk_01kbhe5m8f6q0000000000000a'],
    },
  };

  constructor(override readonly facts: { paymentLinkId: string }) {
    super();
  }

  get detail(): string {
    return `There is no payment link ${this.facts.paymentLinkId}.`;
  }
}

export class ProductNotForSale extends Problem {
  static readonly type = 'product-not-for-sale';
  static readonly status = 409;
  static readonly title = 'Product not for sale';
  static readonly remedy =
    'Only what is `active` and has a price is sold. Plans are sold by `POST /v1/checkout-sessions` alone. List what there is with `GET /v1/products`.';

  static readonly facts: FactsOf<ProductNotForSale> = {
    product: { type: 'string', description: 'The key of the product.', examples: ['basic'] },
    kind: {
      type: 'string',
      enum: ['pack', 'plan', 'feature'],
      description: 'What kind of product it is.',
      examples: ['pack'],
    },
    active: { type: 'boolean', description: 'Whether it can be bought now.', examples: [false] },
  };

  constructor(override readonly facts: { product: string; kind: ProductKind; active: boolean }) {
    super();
  }

  get detail(): string {
    const { product, kind, active } = this.facts;
    return active ? `${product} is a ${kind}, which is not sold in this way.` : `${product} is not active.`;
  }
}

export class CurrencyNotOffered extends Problem {
  static readonly type = 'currency-not-offered';
  static readonly status = 409;
  static readonly title = 'No price in this currency';
  static readonly remedy =
    'Leave `currency` out, name one of `currencies`, or add a price with `PUT /v1/products/{key}`.';

  static readonly facts: FactsOf<CurrencyNotOffered> = {
    product: { type: 'string', description: 'The key of the product.', examples: ['basic'] },
    currency: { type: 'string', description: 'The currency that was asked for.', examples: ['eur'] },
    currencies: {
      type: 'array',
      items: { type: 'string' },
      description: 'The currencies in which it is sold.',
      examples: [['usd']],
    },
  };

  constructor(override readonly facts: { product: string; currency: string; currencies: string[] }) {
    super();
  }

  get detail(): string {
    return `${this.facts.product} has no price in ${this.facts.currency}.`;
  }
}

export class AlreadySubscribed extends Problem {
  static readonly type = 'already-subscribed';
  static readonly status = 409;
  static readonly title = 'Account with a subscription';
  static readonly remedy =
    'An account has one subscription at a time. Send the customer to `portalUrl`, where they change the plan, the card, or cancel; or change it with `POST /v1/accounts/{accountId}/subscription/change`.';

  static readonly facts: FactsOf<AlreadySubscribed> = {
    accountId: { type: 'string', description: 'The id of the account.', examples: ['ada'] },
    plan: { type: 'string', description: 'The key of the plan.', examples: ['basic-monthly'] },
    subscriptionStatus: {
      type: 'string',
      description: "The status of the subscription, in Stripe's own word.",
      examples: ['active'],
    },
    portalUrl: {
      type: ['string', 'null'],
      format: 'uri',
      description: 'A page of Stripe where the customer changes the subscription; null when Stripe was out of reach.',
      examples: ['https://billing.stripe.com/p/session/a1b2'],
    },
  };

  constructor(
    override readonly facts: {
      accountId: string;
      plan: string;
      subscriptionStatus: string;
      /** A page of Stripe's; null when Stripe was out of reach. */
      portalUrl: string | null;
    },
  ) {
    super();
  }

  get detail(): string {
    return `${this.facts.accountId} is subscribed to ${this.facts.plan} already.`;
  }
}

export class AlreadyEntitled extends Problem {
  static readonly type = 'already-entitled';
  static readonly status = 409;
  static readonly title = 'Feature that is open already';
  static readonly remedy =
    'The account has everything that this product opens: `GET /v1/accounts/{accountId}/entitlements` says by what. Sell it again when that has ended.';

  static readonly facts: FactsOf<AlreadyEntitled> = {
    accountId: { type: 'string', description: 'The id of the account.', examples: ['ada'] },
    product: { type: 'string', description: 'The key of the product.', examples: ['basic'] },
    features: {
      type: 'array',
      items: { type: 'string' },
      description: 'The features that it opens.',
      examples: [['history']],
    },
  };

  constructor(override readonly facts: { accountId: string; product: string; features: string[] }) {
    super();
  }

  get detail(): string {
    return `${this.facts.accountId} has what ${this.facts.product} opens already.`;
  }
}

export class StripeCustomerTaken extends Problem {
  static readonly type = 'stripe-customer-taken';
  static readonly status = 409;
  static readonly title = 'Customer of another account';
  static readonly remedy =
    "A customer of Stripe's is one account's, also after that account has come to another customer: what was begun for it stays that account's. Name the account in `accountId`, or another customer.";

  static readonly facts: FactsOf<StripeCustomerTaken> = {
    stripeCustomerId: { type: 'string', description: "Stripe's id of the customer.", examples: ['cus_1a2b'] },
    accountId: { type: 'string', description: 'The id of the account.', examples: ['ada'] },
  };

  constructor(override readonly facts: { stripeCustomerId: string; accountId: string }) {
    super();
  }

  get detail(): string {
    return `${this.facts.stripeCustomerId} is the customer of account ${this.facts.accountId}.`;
  }
}

export const checkoutProblems: readonly ProblemClass[] = [
  OrderNotFound,
  PaymentLinkNotFound,
  ProductNotForSale,
  CurrencyNotOffered,
  AlreadySubscribed,
  AlreadyEntitled,
  StripeCustomerTaken,
];
