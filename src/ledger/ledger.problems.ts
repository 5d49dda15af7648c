import type { Credits } from '../kernel/credits.js';
import { type FactSchema, type FactsOf, Problem } from '../kernel/problem.js';
import { eventsProblems } from './usage/events.problems.js';
import { linesProblems } from './usage/lines.problems.js';

const idOf = (what: string, example: string): FactSchema => ({
  type: 'string',
  description: `The id of the ${what}.`,
  examples: [example],
});
const ACCOUNT_ID = idOf('account', 'ada');
const GRANT_ID = idOf('grant', 'grt_01kahn2qe1c3p7x5m4v8r9t6ws');
const HOLD_ID = idOf('hold', 'hld_01kahn2qe1c3p7x5m4v8r9t6ws');
const REQUESTED: FactSchema = { type: 'integer', description: 'Credits that were asked for.', examples: [5] };
const CAPTURED: FactSchema = { type: 'integer', description: 'Credits that were captured of it.', examples: [5] };

export class AccountNotFound extends Problem {
  static readonly type = 'account-not-found';
  static readonly status = 404;
  static readonly title = 'No such account';
  static readonly remedy =
    'Make the account first: `PUT /v1/accounts/{accountId}` with an id of your own. It is safe to repeat.';

  static readonly facts: FactsOf<AccountNotFound> = { accountId: ACCOUNT_ID };

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
    requestedCredits: REQUESTED,
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
    accountId: ACCOUNT_ID,
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
    accountId: ACCOUNT_ID,
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
    requestedCredits: REQUESTED,
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

  static readonly facts: FactsOf<GrantNotFound> = { accountId: ACCOUNT_ID, grantId: GRANT_ID };

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
    grantId: GRANT_ID,
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

export class HoldNotFound extends Problem {
  static readonly type = 'hold-not-found';
  static readonly status = 404;
  static readonly title = 'No such hold';
  static readonly remedy = 'Check the hold id and that it belongs to this account.';

  static readonly facts: FactsOf<HoldNotFound> = { accountId: ACCOUNT_ID, holdId: HOLD_ID };

  constructor(override readonly facts: { accountId: string; holdId: string }) {
    super();
  }

  get detail(): string {
    return `Account ${this.facts.accountId} has no hold ${this.facts.holdId}.`;
  }
}

export class CaptureExceedsHold extends Problem {
  static readonly type = 'capture-exceeds-hold';
  static readonly status = 409;
  static readonly title = 'More than is held';
  static readonly remedy =
    'Nothing was taken. Capture at most what is still held, and spend the rest with POST /v1/spends.';

  static readonly facts: FactsOf<CaptureExceedsHold> = {
    heldCredits: { type: 'integer', description: 'Credits that are still held.', examples: [2] },
    requestedCredits: REQUESTED,
  };

  constructor(override readonly facts: { heldCredits: Credits; requestedCredits: Credits }) {
    super();
  }

  get detail(): string {
    return `${this.facts.requestedCredits} credits were asked for and ${this.facts.heldCredits} are still held.`;
  }
}

interface EndedHold extends Record<string, unknown> {
  holdId: string;
  capturedCredits: Credits;
}

export class HoldAlreadyCaptured extends Problem {
  static readonly type = 'hold-already-captured';
  static readonly status = 409;
  static readonly title = 'Hold already captured';
  static readonly remedy = 'The job was paid for. Spend anything further with POST /v1/spends.';

  static readonly facts: FactsOf<HoldAlreadyCaptured> = { holdId: HOLD_ID, capturedCredits: CAPTURED };

  constructor(override readonly facts: EndedHold) {
    super();
  }

  get detail(): string {
    return `Hold ${this.facts.holdId} has ended with ${this.facts.capturedCredits} credits captured.`;
  }
}

export class HoldAlreadyReleased extends Problem {
  static readonly type = 'hold-already-released';
  static readonly status = 409;
  static readonly title = 'Hold already released';
  static readonly remedy = 'Its credits are available again. Place another hold, or spend with POST /v1/spends.';

  static readonly facts: FactsOf<HoldAlreadyReleased> = { holdId: HOLD_ID, capturedCredits: CAPTURED };

  constructor(override readonly facts: EndedHold) {
    super();
  }

  get detail(): string {
    return `Hold ${this.facts.holdId} was released.`;
  }
}

export class HoldAlreadyExpired extends Problem {
  static readonly type = 'hold-already-expired';
  static readonly status = 409;
  static readonly title = 'Hold already expired';
  static readonly remedy =
    'Its credits are available again. Extend holds of long jobs before their deadline, or spend with POST /v1/spends.';

  static readonly facts: FactsOf<HoldAlreadyExpired> = { holdId: HOLD_ID, capturedCredits: CAPTURED };

  constructor(override readonly facts: EndedHold) {
    super();
  }

  get detail(): string {
    return `Hold ${this.facts.holdId} has passed its deadline.`;
  }
}

export class HoldLifeExceeded extends Problem {
  static readonly type = 'hold-life-exceeded';
  static readonly status = 409;
  static readonly title = 'Hold life exceeded';
  static readonly remedy = 'A hold lives 30 days from its placing at most. Capture or release it and place another.';

  static readonly facts: FactsOf<HoldLifeExceeded> = {
    holdId: HOLD_ID,
    latestExpiresAt: {
      type: 'string',
      description: 'The last moment until which it can be extended.',
      examples: ['2026-12-05T12:00:00.000Z'],
      format: 'date-time',
    },
  };

  constructor(override readonly facts: { holdId: string; latestExpiresAt: string }) {
    super();
  }

  get detail(): string {
    return `Hold ${this.facts.holdId} can last until ${this.facts.latestExpiresAt} at most.`;
  }
}

/** The problems of this room, for the pages that explain them. */
export const ledgerProblems = [
  AccountNotFound,
  InsufficientCredits,
  BalanceOutOfRange,
  SpendNotFound,
  ReversalExceedsSpend,
  ...linesProblems,
  ...eventsProblems,
  GrantNotFound,
  GrantNotVoidable,
  QueueFull,
  HoldNotFound,
  CaptureExceedsHold,
  HoldAlreadyCaptured,
  HoldAlreadyReleased,
  HoldAlreadyExpired,
  HoldLifeExceeded,
];
