import { type FactsOf, Problem, type ProblemClass } from '../kernel/problem.js';

export class PaymentMethodMissing extends Problem {
  static readonly type = 'payment-method-missing';
  static readonly status = 409;
  static readonly title = 'Nothing to pay with';
  static readonly remedy =
    'Let the customer save a card first, with `POST /v1/accounts/{accountId}/payment-methods/setup` or by buying a ' +
    'pack with `savePaymentMethod`.';

  static readonly facts: FactsOf<PaymentMethodMissing> = {
    accountId: { type: 'string', description: 'The id of the account.', examples: ['ada'] },
  };

  constructor(override readonly facts: { accountId: string }) {
    super();
  }

  get detail(): string {
    return `${this.facts.accountId} has saved nothing that could be charged.`;
  }
}

export class AutoTopUpOff extends Problem {
  static readonly type = 'auto-top-up-off';
  static readonly status = 409;
  static readonly title = 'Automatic top-ups that are off';
  static readonly remedy = 'Only what is paused can be resumed. Switch it on with `PUT /v1/accounts/{id}/auto-top-up`.';

  static readonly facts: FactsOf<AutoTopUpOff> = {
    accountId: { type: 'string', description: 'The id of the account.', examples: ['ada'] },
  };

  constructor(override readonly facts: { accountId: string }) {
    super();
  }

  get detail(): string {
    return `Automatic top-ups of ${this.facts.accountId} are off.`;
  }
}

export const topUpsProblems: readonly ProblemClass[] = [PaymentMethodMissing, AutoTopUpOff];
