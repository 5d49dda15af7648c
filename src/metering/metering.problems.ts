import { type FactsOf, Problem, type ProblemClass } from '../kernel/problem.js';

export class SimulationRunning extends Problem {
  static readonly type = 'simulation-running';
  static readonly status = 503;
  static readonly title = 'Another simulation is running';
  static readonly remedy =
    'A process simulates one rate card at a time, so that spends have the rest of it. Wait until the other ' +
    'simulation has ended, or end it by closing its connection.';
  override readonly headers = { 'Retry-After': '10' };

  get detail(): string {
    return 'This process is simulating a rate card already.';
  }
}

/** What a simulation may not exceed. */
const LIMITS = ['time', 'credits'] as const;

export class SimulationTooLarge extends Problem {
  static readonly type = 'simulation-too-large';
  static readonly status = 422;
  static readonly title = 'Too much to simulate';
  static readonly remedy =
    'With the `limit` of `time`, there is more usage than a simulation may go through. A draft with rounding `up` ' +
    'looks at what was recorded since the month of `from`, so a later span takes less; one with `carry` looks at ' +
    'all. With that of `credits`, the draft makes sums larger than JSON carries.';

  static readonly facts: FactsOf<SimulationTooLarge> = {
    limit: { type: 'string', enum: LIMITS, description: 'What there was too much of.', examples: ['time'] },
  };

  constructor(override readonly facts: { limit: (typeof LIMITS)[number] }) {
    super();
  }

  get detail(): string {
    return this.facts.limit === 'time' ? 'It took too long.' : 'Its sums of credits are too large.';
  }
}

export const meteringProblems: readonly ProblemClass[] = [SimulationRunning, SimulationTooLarge];
