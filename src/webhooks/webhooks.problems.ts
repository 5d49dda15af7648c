import { type FactsOf, Problem, type ProblemClass } from '../kernel/problem.js';

export class StripeEventNotFound extends Problem {
  static readonly type = 'stripe-event-not-found';
  static readonly status = 404;
  static readonly title = 'No such event';
  static readonly remedy =
    'The id begins with `evt_`. Only events that were delivered to this service are here: `GET /v1/stripe-events`.';

  static readonly facts: FactsOf<StripeEventNotFound> = {
    stripeEventId: { type: 'string', description: 'The id that was asked for.', examples: ['evt_1a2b'] },
  };

  constructor(override readonly facts: { stripeEventId: string }) {
    super();
  }

  get detail(): string {
    return `No event ${this.facts.stripeEventId} was received.`;
  }
}

export const webhooksProblems: readonly ProblemClass[] = [StripeEventNotFound];
