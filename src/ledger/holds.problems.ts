import type { Credits } from '../kernel/credits.js';
import { type FactsOf, Problem } from '../kernel/problem.js';

export class HoldNotFound extends Problem {
  static readonly type = 'hold-not-found';
  static readonly status = 404;
  static readonly title = 'No such hold';
  static readonly remedy = 'Check the hold id and that it belongs to this account.';

  static readonly facts: FactsOf<HoldNotFound> = {
    accountId: { type: 'string', description: 'The id of the account.', examples: ['ada'] },
    holdId: { type: 'string', description: 'The id of the hold.', examples: ['hld_01kahn2qe1c3p7x5m4v8r9t6ws'] },
  };

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
    requestedCredits: { type: 'integer', description: 'Credits that were asked for.', examples: [5] },
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

  static readonly facts: FactsOf<HoldAlreadyCaptured> = {
    holdId: { type: 'string', description: 'The id of the hold.', examples: ['hld_01kahn2qe1c3p7x5m4v8r9t6ws'] },
    capturedCredits: { type: 'integer', description: 'Credits that were captured of it.', examples: [5] },
  };

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

  static readonly facts: FactsOf<HoldAlreadyReleased> = {
    holdId: { type: 'string', description: 'The id of the hold.', examples: ['hld_01kahn2qe1c3p7x5m4v8r9t6ws'] },
    capturedCredits: { type: 'integer', description: 'Credits that were captured of it.', examples: [5] },
  };

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

  static readonly facts: FactsOf<HoldAlreadyExpired> = {
    holdId: { type: 'string', description: 'The id of the hold.', examples: ['hld_01kahn2qe1c3p7x5m4v8r9t6ws'] },
    capturedCredits: { type: 'integer', description: 'Credits that were captured of it.', examples: [5] },
  };

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
    holdId: { type: 'string', description: 'The id of the hold.', examples: ['hld_01kahn2qe1c3p7x5m4v8r9t6ws'] },
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

/** The refusals of holds, for the pages that explain them. */
export const holdsProblems = [
  HoldNotFound,
  CaptureExceedsHold,
  HoldAlreadyCaptured,
  HoldAlreadyReleased,
  HoldAlreadyExpired,
  HoldLifeExceeded,
];
