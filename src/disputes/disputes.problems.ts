import { type FactsOf, Problem, type ProblemClass } from '../kernel/problem.js';
import type { DisputeStatus } from '../returns/dispute-lifecycle.js';

export class DisputeNotAnswerable extends Problem {
  static readonly type = 'dispute-not-answerable';
  static readonly status = 409;
  static readonly title = 'Dispute waits for no answer';
  static readonly remedy =
    'Evidence is taken while a dispute is `needs_response`, `warning_needs_response` or `appeal_needs_response`, ' +
    'and goes to the bank once. Look at the dispute with `GET /v1/disputes/{id}`.';

  static readonly facts: FactsOf<DisputeNotAnswerable> = {
    disputeId: { type: 'string', description: 'The id of the dispute.', examples: ['dsp_01kbhe5m8f6q0000000000000a'] },
    disputeStatus: { type: 'string', description: 'The status of the dispute.', examples: ['won'] },
  };

  constructor(override readonly facts: { disputeId: string; disputeStatus: DisputeStatus }) {
    super();
  }

  get detail(): string {
    return `Dispute ${this.facts.disputeId} is ${this.facts.disputeStatus}, and nobody waits for evidence.`;
  }
}

export class OffSessionNotStopped extends Problem {
  static readonly type = 'off-session-not-stopped';
  static readonly status = 409;
  static readonly title = 'Nothing to clear';
  static readonly remedy =
    'The saved cards of this account may be charged: `GET /v1/accounts/{accountId}` has no `offSessionStop`.';

  static readonly facts: FactsOf<OffSessionNotStopped> = {
    accountId: { type: 'string', description: 'The id of the account.', examples: ['ada'] },
  };

  constructor(override readonly facts: { accountId: string }) {
    super();
  }

  get detail(): string {
    return `Account ${this.facts.accountId} may be charged off-session.`;
  }
}

export const disputesProblems: readonly ProblemClass[] = [DisputeNotAnswerable, OffSessionNotStopped];
