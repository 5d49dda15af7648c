import { type FactsOf, Problem, type ProblemClass } from '../kernel/problem.js';

export class ReconciliationNotFound extends Problem {
  static readonly type = 'reconciliation-not-found';
  static readonly status = 404;
  static readonly title = 'No such reconciliation';
  static readonly remedy =
    'The id begins with `rcn_` and was answered by `POST /v1/reconciliations`, or printed by `npm run scrip -- ' +
    'reconcile`.';

  static readonly facts: FactsOf<ReconciliationNotFound> = {
    reconciliationId: {
      type: 'string',
      description: 'The id that was asked for.',
      examples: ['rcn_01kbhe5m8f6q0000000000000a'],
    },
  };

  constructor(override readonly facts: { reconciliationId: string }) {
    super();
  }

  get detail(): string {
    return `There is no reconciliation ${this.facts.reconciliationId}.`;
  }
}

export const reconciliationProblems: readonly ProblemClass[] = [ReconciliationNotFound];
