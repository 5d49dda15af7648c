import { type FactsOf, Problem, type ProblemClass } from '../kernel/problem.js';

export class StripeCustomerTaken extends Problem {
  static readonly type = 'stripe-customer-taken';
  static readonly status = 409;
  static readonly title = 'Customer of another account';
  static readonly remedy =
    "A customer of Stripe's is one account's, also after that account has come to another customer: what was begun " +
    "for it stays that account's. Name the account in `accountId`, or another customer.";

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

export class PaymentMethodNotFound extends Problem {
  static readonly type = 'payment-method-not-found';
  static readonly status = 404;
  static readonly title = 'No such payment method';
  static readonly remedy =
    'List what the account has with `GET /v1/accounts/{accountId}/payment-methods`. What was removed, or is saved by ' +
    'another account, is not found.';

  static readonly facts: FactsOf<PaymentMethodNotFound> = {
    accountId: { type: 'string', description: 'The id of the account.', examples: ['ada'] },
    paymentMethodId: { type: 'string', description: 'The id that was asked for.', examples: ['pm_1Tb2QmA'] },
  };

  constructor(override readonly facts: { accountId: string; paymentMethodId: string }) {
    super();
  }

  get detail(): string {
    return `Account ${this.facts.accountId} has no payment method ${this.facts.paymentMethodId}.`;
  }
}

export const customersProblems: readonly ProblemClass[] = [StripeCustomerTaken, PaymentMethodNotFound];
