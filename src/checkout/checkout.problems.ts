import { type FactsOf, Problem, type ProblemClass } from '../kernel/problem.js';

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

export class AlreadySubscribed extends Problem {
  static readonly type = 'already-subscribed';
  static readonly status = 409;
  static readonly title = 'Account with a subscription';
  static readonly remedy =
    'An account has one subscription at a time. Send the customer to `portalUrl`, where they change the plan, the ' +
    'card, or cancel; or change it with `POST /v1/accounts/{accountId}/subscription/change`.';

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
    'The account has everything that this product opens: `GET /v1/accounts/{accountId}/entitlements` says by what. ' +
    'Sell it again when that has ended.';

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

export const checkoutProblems: readonly ProblemClass[] = [PaymentLinkNotFound, AlreadySubscribed, AlreadyEntitled];
