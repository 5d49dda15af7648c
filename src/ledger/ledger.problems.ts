import type { Credits } from '../kernel/credits.js';
import { type FactsOf, Problem } from '../kernel/problem.js';
import { holdsProblems } from './holds.problems.js';

export class AccountNotFound extends Problem {
  static readonly type = 'account-not-found';
  static readonly status = 404;
  static readonly title = 'No such account';
  static readonly remedy =
    'Make the account first: `PUT /v1/accounts/{accountId}` with an id of your own. It is safe to repeat.';

  static readonly facts: FactsOf<AccountNotFound> = {
    accountId: { type: 'string', description: 'The id of the account.', examples: ['ada'] },
  };

  constructor(override readonly facts: { accountId: string }) {
    super();
  }

  get detail(): string {
    return `There is no account ${this.facts.accountId}.`;
  }
}

export class InsufficientCredits extends Problem {
  static readonly type = 'insufficient-credits';
  static readonly status = 402;
  static readonly title = 'Not enough credits';
  static readonly remedy =
    'Nothing was taken. Sell the account a pack with POST /v1/checkout-sessions, then send the same request again: ' +
    'its key is still free.';

  static readonly facts: FactsOf<InsufficientCredits> = {
    availableCredits: { type: 'integer', description: 'Credits that can be spent now.', examples: [2] },
    requestedCredits: { type: 'integer', description: 'Credits that were asked for.', examples: [5] },
  };

  constructor(override readonly facts: { availableCredits: Credits; requestedCredits: Credits }) {
    super();
  }

  get detail(): string {
    return `Available credits: ${this.facts.availableCredits}. Requested: ${this.facts.requestedCredits}.`;
  }
}

export class BalanceOutOfRange extends Problem {
  static readonly type = 'balance-out-of-range';
  static readonly status = 409;
  static readonly title = 'Balance out of range';
  static readonly remedy = 'A balance is kept between -9007199254740991 and 9007199254740991. Move fewer credits.';

  static readonly facts: FactsOf<BalanceOutOfRange> = {
    accountId: { type: 'string', description: 'The id of the account.', examples: ['ada'] },
    balance: { type: 'integer', description: 'The balance, in credits.', examples: [900_000_000_000_000] },
    amount: { type: 'integer', description: 'The credits that were to be added.', examples: [900_000_000_000] },
  };

  constructor(override readonly facts: { accountId: string; balance: Credits; amount: Credits }) {
    super();
  }

  get detail(): string {
    return `${this.facts.amount} credits on top of ${this.facts.balance} are more than a balance can hold.`;
  }
}

export class SpendNotFound extends Problem {
  static readonly type = 'spend-not-found';
  static readonly status = 404;
  static readonly title = 'No such spend';
  static readonly remedy = 'Check the spend id and that it belongs to this account.';

  static readonly facts: FactsOf<SpendNotFound> = {
    accountId: { type: 'string', description: 'The id of the account.', examples: ['ada'] },
    spendId: {
      type: 'string',
      description: 'The id that was asked for.',
      examples: ['spd_01kahn2qe1c3p7x5m4v8r9t6ws'],
    },
  };

  constructor(override readonly facts: { accountId: string; spendId: string }) {
    super();
  }

  get detail(): string {
    return `Account ${this.facts.accountId} has no spend ${this.facts.spendId}.`;
  }
}

export class ReversalExceedsSpend extends Problem {
  static readonly type = 'reversal-exceeds-spend';
  static readonly status = 409;
  static readonly title = 'More than is left of the spend';
  static readonly remedy = 'A spend is given back once. Read its receipt to see what was reversed already.';

  static readonly facts: FactsOf<ReversalExceedsSpend> = {
    reversibleCredits: {
      type: 'integer',
      description: 'Credits of the spend that can still be reversed.',
      examples: [1],
    },
    requestedCredits: { type: 'integer', description: 'Credits that were asked for.', examples: [5] },
  };

  constructor(override readonly facts: { reversibleCredits: Credits; requestedCredits: Credits }) {
    super();
  }

  get detail(): string {
    return `${this.facts.reversibleCredits} credits of the spend can still be reversed.`;
  }
}

export class GrantNotFound extends Problem {
  static readonly type = 'grant-not-found';
  static readonly status = 404;
  static readonly title = 'No such grant';
  static readonly remedy = 'Check the grant id and that it belongs to this account.';

  static readonly facts: FactsOf<GrantNotFound> = {
    accountId: { type: 'string', description: 'The id of the account.', examples: ['ada'] },
    grantId: { type: 'string', description: 'The id of the grant.', examples: ['grt_01kahn2qe1c3p7x5m4v8r9t6ws'] },
  };

  constructor(override readonly facts: { accountId: string; grantId: string }) {
    super();
  }

  get detail(): string {
    return `Account ${this.facts.accountId} has no grant ${this.facts.grantId}.`;
  }
}

export class GrantNotVoidable extends Problem {
  static readonly type = 'grant-not-voidable';
  static readonly status = 409;
  static readonly title = 'Grant not voidable';
  static readonly remedy =
    'What was bought goes back by a refund. Release the holds that cover the grant, or take credits by an adjustment.';

  static readonly facts: FactsOf<GrantNotVoidable> = {
    grantId: { type: 'string', description: 'The id of the grant.', examples: ['grt_01kahn2qe1c3p7x5m4v8r9t6ws'] },
    reason: {
      type: 'string',
      enum: ['bought', 'depleted', 'expired', 'voided', 'held'],
      description: 'Why it cannot be voided.',
      examples: ['bought'],
    },
  };

  constructor(
    override readonly facts: { grantId: string; reason: 'bought' | 'depleted' | 'expired' | 'voided' | 'held' },
  ) {
    super();
  }

  get detail(): string {
    return `Grant ${this.facts.grantId} cannot be voided: it is ${this.facts.reason}.`;
  }
}

export class QueueFull extends Problem {
  static readonly type = 'queue-full';
  static readonly status = 503;
  static readonly title = 'Too many writes waiting';
  static readonly remedy =
    'Nothing was written. Send the same request with the same key again after Retry-After seconds.';
  override readonly headers = { 'Retry-After': '1' };

  static readonly facts: FactsOf<QueueFull> = {
    waiting: { type: 'integer', description: 'How many writes wait already.', examples: [10_000] },
  };

  constructor(override readonly facts: { waiting: number }) {
    super();
  }

  get detail(): string {
    return `${this.facts.waiting} writes are waiting already.`;
  }
}

/** The problems of this room, for the pages that explain them. */
export const ledgerProblems = [
  AccountNotFound,
  InsufficientCredits,
  BalanceOutOfRange,
  SpendNotFound,
  ReversalExceedsSpend,
  GrantNotFound,
  GrantNotVoidable,
  QueueFull,
  ...holdsProblems,
];
