import { type FactsOf, Problem, type ProblemClass } from '../kernel/problem.js';

export class StripeCustomerNotFound extends Problem {
  static readonly type = 'stripe-customer-not-found';
  static readonly status = 404;
  static readonly title = 'No such customer at Stripe';
  static readonly remedy =
    'Stripe does not know the customer, or it was deleted there. Its id begins with `cus_`; a customer of test ' +
    'mode is not known with a live key, and the other way round.';

  static readonly facts: FactsOf<StripeCustomerNotFound> = {
    stripeCustomerId: { type: 'string', description: "Stripe's id of the customer.", examples: ['cus_1a2b'] },
  };

  constructor(override readonly facts: { stripeCustomerId: string }) {
    super();
  }

  get detail(): string {
    return `Stripe has no customer ${this.facts.stripeCustomerId}.`;
  }
}

export class StripeCustomerInUse extends Problem {
  static readonly type = 'stripe-customer-in-use';
  static readonly status = 409;
  static readonly title = 'Account with a customer that is charged';
  static readonly remedy =
    'The account pays a plan as another customer, `stripeCustomerId`. Let that subscription end first. What the ' +
    'customer has paid on payment links can be credited without it: send `paymentsOnly: true`.';

  static readonly facts: FactsOf<StripeCustomerInUse> = {
    accountId: { type: 'string', description: 'The id of the account.', examples: ['ada'] },
    stripeCustomerId: { type: 'string', description: "Stripe's id of the customer.", examples: ['cus_1a2b'] },
    plan: { type: 'string', description: 'The key of the plan.', examples: ['basic-monthly'] },
  };

  constructor(override readonly facts: { accountId: string; stripeCustomerId: string; plan: string }) {
    super();
  }

  get detail(): string {
    const { accountId, stripeCustomerId, plan } = this.facts;
    return `${accountId} pays ${plan} as ${stripeCustomerId}.`;
  }
}

export const adoptionProblems: readonly ProblemClass[] = [StripeCustomerNotFound, StripeCustomerInUse];
