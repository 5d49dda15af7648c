import { type FactsOf, Problem, type ProblemClass } from '../kernel/problem.js';

export class SubscriptionNotFound extends Problem {
  static readonly type = 'subscription-not-found';
  static readonly status = 404;
  static readonly title = 'No subscription';
  static readonly remedy =
    'The account never had one. Sell a plan with `POST /v1/checkout-sessions`; the subscription is here as soon as ' +
    'Stripe tells of it.';

  static readonly facts: FactsOf<SubscriptionNotFound> = {
    accountId: { type: 'string', description: 'The id of the account.', examples: ['ada'] },
  };

  constructor(override readonly facts: { accountId: string }) {
    super();
  }

  get detail(): string {
    return `${this.facts.accountId} has no subscription.`;
  }
}

export class SubscriptionEnded extends Problem {
  static readonly type = 'subscription-ended';
  static readonly status = 409;
  static readonly title = 'Subscription that has ended';
  static readonly remedy = 'It is over for good. Sell a plan anew with `POST /v1/checkout-sessions`.';

  static readonly facts: FactsOf<SubscriptionEnded> = {
    accountId: { type: 'string', description: 'The id of the account.', examples: ['ada'] },
    subscriptionStatus: {
      type: 'string',
      description: "The status of the subscription, in Stripe's own word.",
      examples: ['active'],
    },
  };

  constructor(override readonly facts: { accountId: string; subscriptionStatus: string }) {
    super();
  }

  get detail(): string {
    return `The subscription of ${this.facts.accountId} has ended.`;
  }
}

export class SubscriptionNotChangeable extends Problem {
  static readonly type = 'subscription-not-changeable';
  static readonly status = 409;
  static readonly title = 'Subscription that cannot be changed now';
  static readonly remedy =
    'Plans are changed while the subscription is `active` or `trialing`, is paid for, and holds a plan. With an ' +
    'open payment let the customer pay first, in the portal; resume one that is paused, whose payments are, or ' +
    'that is to end with its period. What was moved to a product of somebody else is in nobody’s way: sell a ' +
    'plan anew.';

  static readonly facts: FactsOf<SubscriptionNotChangeable> = {
    accountId: { type: 'string', description: 'The id of the account.', examples: ['ada'] },
    subscriptionStatus: {
      type: 'string',
      description: "The status of the subscription, in Stripe's own word.",
      examples: ['active'],
    },
    cancelAtPeriodEnd: { type: 'boolean', description: 'Whether it is to end with its period.', examples: [true] },
    collectionPaused: {
      type: 'boolean',
      description: 'Whether its invoices are not collected at Stripe.',
      examples: [false],
    },
    holdsPlan: { type: 'boolean', description: 'Whether it holds one plan of the catalogue.', examples: [true] },
  };

  constructor(
    override readonly facts: {
      accountId: string;
      subscriptionStatus: string;
      cancelAtPeriodEnd: boolean;
      collectionPaused: boolean;
      holdsPlan: boolean;
    },
  ) {
    super();
  }

  get detail(): string {
    const { accountId, subscriptionStatus, cancelAtPeriodEnd, collectionPaused, holdsPlan } = this.facts;
    if (!holdsPlan) return `The subscription of ${accountId} holds no plan.`;
    if (collectionPaused) return `The payments of the subscription of ${accountId} are paused.`;
    const state = cancelAtPeriodEnd ? 'to end with its period' : subscriptionStatus;
    return `The subscription of ${accountId} is ${state}.`;
  }
}

export class PaymentDeclined extends Problem {
  static readonly type = 'payment-declined';
  static readonly status = 402;
  static readonly title = 'Payment declined';
  static readonly remedy =
    'Nothing was charged, and the plan is what it was. Let the customer change the card or confirm the payment in ' +
    'the portal (`POST /v1/portal-sessions`), and try again with another `Idempotency-Key`.';

  static readonly facts: FactsOf<PaymentDeclined> = {
    accountId: { type: 'string', description: 'The id of the account.', examples: ['ada'] },
    plan: { type: 'string', description: 'The key of the plan.', examples: ['basic-monthly'] },
    stripeCode: { type: 'string', description: "Stripe's own code of the refusal.", examples: ['resource_missing'] },
  };

  constructor(override readonly facts: { accountId: string; plan: string; stripeCode: string }) {
    super();
  }

  get detail(): string {
    return `The change to ${this.facts.plan} could not be charged.`;
  }
}

export const subscriptionsProblems: readonly ProblemClass[] = [
  SubscriptionNotFound,
  SubscriptionEnded,
  SubscriptionNotChangeable,
  PaymentDeclined,
];
