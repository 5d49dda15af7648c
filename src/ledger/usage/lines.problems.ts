import { type FactSchema, type FactsOf, Problem, type ProblemClass } from '../../kernel/problem.js';

const LINE: FactSchema = {
  type: 'integer',
  description: 'Where the line stands in the `lines` of the spend, from 0.',
  examples: [0],
};
const SPEND_ID: FactSchema = {
  type: 'string',
  description: 'The id of the spend.',
  examples: ['spd_01kahn2qe1c3p7x5m4v8r9t6ws'],
};

export class LineNotFound extends Problem {
  static readonly type = 'line-not-found';
  static readonly status = 404;
  static readonly title = 'No such line';
  static readonly remedy =
    'Read the receipt of the spend: its `lines` are counted from 0. A spend of an amount has none.';

  static readonly facts: FactsOf<LineNotFound> = { spendId: SPEND_ID, line: LINE };

  constructor(override readonly facts: { spendId: string; line: number }) {
    super();
  }

  get detail(): string {
    return `The spend ${this.facts.spendId} has no line ${this.facts.line}.`;
  }
}

export class LineAlreadyReversed extends Problem {
  static readonly type = 'line-already-reversed';
  static readonly status = 409;
  static readonly title = 'The line was reversed before';
  static readonly remedy = 'A line is undone once. Leave it out, or reverse all that is left of the spend.';

  static readonly facts: FactsOf<LineAlreadyReversed> = { spendId: SPEND_ID, line: LINE };

  constructor(override readonly facts: { spendId: string; line: number }) {
    super();
  }

  get detail(): string {
    return `Line ${this.facts.line} of the spend ${this.facts.spendId} was reversed before.`;
  }
}

export class SpendOfAmount extends Problem {
  static readonly type = 'spend-of-amount';
  static readonly status = 409;
  static readonly title = 'The spend is of an amount';
  static readonly remedy =
    'Only a spend by a meter or by lines says what was used, and can be corrected. Reverse this one, and spend anew.';

  static readonly facts: FactsOf<SpendOfAmount> = { spendId: SPEND_ID };

  constructor(override readonly facts: { spendId: string }) {
    super();
  }

  get detail(): string {
    return `The spend ${this.facts.spendId} is of an amount and has no lines.`;
  }
}

export class SpendAlreadyCorrected extends Problem {
  static readonly type = 'spend-already-corrected';
  static readonly status = 409;
  static readonly title = 'The spend was corrected before';
  static readonly remedy = 'Read `correctedBy`, the spend that stands in its place: correct that one if it is wrong.';

  static readonly facts: FactsOf<SpendAlreadyCorrected> = {
    spendId: SPEND_ID,
    correctedBy: { ...SPEND_ID, description: 'The id of the spend that was made in its place.' },
  };

  constructor(override readonly facts: { spendId: string; correctedBy: string }) {
    super();
  }

  get detail(): string {
    return `The spend ${this.facts.spendId} was corrected by ${this.facts.correctedBy}.`;
  }
}

export class SpendAlreadyReversed extends Problem {
  static readonly type = 'spend-already-reversed';
  static readonly status = 409;
  static readonly title = 'The spend was reversed before';
  static readonly remedy = 'All of its lines are undone, and nothing is left to correct. Spend anew.';

  static readonly facts: FactsOf<SpendAlreadyReversed> = { spendId: SPEND_ID };

  constructor(override readonly facts: { spendId: string }) {
    super();
  }

  get detail(): string {
    return `All lines of the spend ${this.facts.spendId} were reversed before.`;
  }
}

export class LinesNotKept extends Problem {
  static readonly type = 'lines-not-kept';
  static readonly status = 503;
  static readonly title = 'Lines cannot be kept yet';
  static readonly remedy =
    'The service is being upgraded and writes what the version before reads, which knows no lines. Spend an ' +
    '`amount`, or come back once it was started without `ENTRY_FORM=three-rows`.';
  override readonly headers = { 'Retry-After': '60' };

  get detail(): string {
    return 'This process writes entries in a form that keeps no lines.';
  }
}

export class TooManyReversals extends Problem {
  static readonly type = 'too-many-reversals';
  static readonly status = 422;
  static readonly title = 'Too many reversals of lines';
  static readonly remedy =
    'What was used of a meter is read by accounts, some of them at a time, and of those no more reversals of lines ' +
    'are remembered than `maxReversals`. Usage of accounts that have more cannot be read.';

  static readonly facts: FactsOf<TooManyReversals> = {
    maxReversals: {
      type: 'integer',
      description: 'The most that are remembered of the accounts that are read at a time.',
      examples: [100_000],
    },
  };

  constructor(override readonly facts: { maxReversals: number }) {
    super();
  }

  get detail(): string {
    return `Accounts that are read together have more than ${this.facts.maxReversals} reversals of lines.`;
  }
}

export const linesProblems: readonly ProblemClass[] = [
  LineNotFound,
  LineAlreadyReversed,
  SpendOfAmount,
  SpendAlreadyCorrected,
  SpendAlreadyReversed,
  LinesNotKept,
  TooManyReversals,
];
