import { type FactsOf, Problem, type ProblemClass } from '../kernel/problem.js';

export class AlertNotFound extends Problem {
  static readonly type = 'alert-not-found';
  static readonly status = 404;
  static readonly title = 'No such alert';
  static readonly remedy =
    'List the alerts of an account with `GET /v1/accounts/{accountId}/alerts`, those for all with `GET /v1/alerts`.';

  static readonly facts: FactsOf<AlertNotFound> = {
    key: { type: 'string', description: 'The key that was asked for.', examples: ['running-low'] },
  };

  constructor(override readonly facts: { key: string }) {
    super();
  }

  get detail(): string {
    return `There is no alert ${this.facts.key}.`;
  }
}

export class TooManyAlerts extends Problem {
  static readonly type = 'too-many-alerts';
  static readonly status = 409;
  static readonly title = 'Too many alerts';
  static readonly remedy = 'Change an alert that is there, or remove one first.';

  static readonly facts: FactsOf<TooManyAlerts> = {
    limit: { type: 'integer', description: 'How many there may be.', examples: [10] },
  };

  constructor(override readonly facts: { limit: number }) {
    super();
  }

  get detail(): string {
    return `There are ${this.facts.limit} alerts already.`;
  }
}

export const alertsProblems: readonly ProblemClass[] = [AlertNotFound, TooManyAlerts];
