import { type FactsOf, Problem, type ProblemClass } from '../kernel/problem.js';

export class ReportTooLarge extends Problem {
  static readonly type = 'report-too-large';
  static readonly status = 422;
  static readonly title = 'Report too large';
  static readonly remedy =
    'Ask for a shorter span, for longer periods, for one meter, or for fewer dimensions. Nothing is left out of a ' +
    'report to make it shorter.';

  static readonly facts: FactsOf<ReportTooLarge> = {
    maxRows: { type: 'integer', description: 'How many rows a report has at most.', examples: [10_000] },
  };

  constructor(override readonly facts: { maxRows: number }) {
    super();
  }

  get detail(): string {
    return `The report would have more than ${this.facts.maxRows} rows.`;
  }
}

export const reportsProblems: readonly ProblemClass[] = [ReportTooLarge];
