import type { Credits } from '../kernel/credits.js';
import { Problem } from '../kernel/problem.js';
import { holdsProblems } from './holds.problems.js';

export class InsufficientCredits extends Problem {
  static readonly type = 'insufficient-credits';
  static readonly status = 402;
  static readonly title = 'Not enough credits';
  static readonly remedy =
    'Nothing was taken. Sell the account a pack with POST /v1/checkout-sessions, then send the same request again: its key is still free.';

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

  constructor(override readonly facts: { waiting: number }) {
    super();
  }

  get detail(): string {
    return `${this.facts.waiting} writes are waiting already.`;
  }
}

/** The problems of this room, for the pages that explain them. */
export const ledgerProblems = [
  InsufficientCredits,
  BalanceOutOfRange,
  SpendNotFound,
  ReversalExceedsSpend,
  GrantNotFound,
  GrantNotVoidable,
  QueueFull,
  ...holdsProblems,
];
