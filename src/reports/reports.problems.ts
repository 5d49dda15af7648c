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

export class ReportSumTooLarge extends Problem {
  static readonly type = 'report-sum-too-large';
  static readonly status = 422;
  static readonly title = 'Sum too large';
  static readonly remedy =
    'JSON carries no larger sum exactly, and none is rounded. Ask for a shorter span, for shorter periods, for one ' +
    'meter, or for dimensions. A usage report has sums of any size as a table (`Accept: text/csv`). What is owed is ' +
    'added up from the beginning on, whatever the span: where grants have a cost basis in a wrong unit, void them.';

  static readonly facts: FactsOf<ReportSumTooLarge> = {
    maxSum: {
      type: 'integer',
      description: 'The largest sum of credits or of money, on either side of 0.',
      examples: [Number.MAX_SAFE_INTEGER],
    },
  };

  override readonly facts = { maxSum: Number.MAX_SAFE_INTEGER };

  get detail(): string {
    return `A sum of the report would be larger than ${this.facts.maxSum}.`;
  }
}

export const reportsProblems: readonly ProblemClass[] = [ReportTooLarge, ReportSumTooLarge];
