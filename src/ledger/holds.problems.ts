import type { Credits } from '../kernel/credits.js';
import { Problem } from '../kernel/problem.js';

export class HoldNotFound extends Problem {
  static readonly type = 'hold-not-found';
  static readonly status = 404;
  static readonly title = 'No such hold';
  static readonly remedy = 'Check the hold id and that it belongs to this account.';

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
