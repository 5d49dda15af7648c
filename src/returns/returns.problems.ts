import { type FactsOf, Problem, type ProblemClass } from '../kernel/problem.js';

export class RefundNotFound extends Problem {
  static readonly type = 'refund-not-found';
  static readonly status = 404;
  static readonly title = 'No such refund';
  static readonly remedy = 'The id begins with `rfd_`. List the refunds of an order with `GET /v1/refunds?orderId=`.';

  static readonly facts: FactsOf<RefundNotFound> = {
    refundId: { type: 'string', description: 'The id of the refund.', examples: ['rfd_01kbhe5m8f6q0000000000000a'] },
  };

  constructor(override readonly facts: { refundId: string }) {
    super();
  }

  get detail(): string {
    return `There is no refund ${this.facts.refundId}.`;
  }
}

export class DisputeNotFound extends Problem {
  static readonly type = 'dispute-not-found';
  static readonly status = 404;
  static readonly title = 'No such dispute';
  static readonly remedy = 'The id begins with `dsp_`. List disputes with `GET /v1/disputes`, also those of one order.';

  static readonly facts: FactsOf<DisputeNotFound> = {
    disputeId: { type: 'string', description: 'The id of the dispute.', examples: ['dsp_01kbhe5m8f6q0000000000000a'] },
  };

  constructor(override readonly facts: { disputeId: string }) {
    super();
  }

  get detail(): string {
    return `There is no dispute ${this.facts.disputeId}.`;
  }
}

export const returnsProblems: readonly ProblemClass[] = [RefundNotFound, DisputeNotFound];
