import fc from 'fast-check';

/** Something that a client does. What it names (a hold, a spend) is a number into whatever there is at that moment. */
export type Step =
  | {
      do: 'grant';
      amount: number;
      category: 'paid' | 'promotional';
      priority: number;
      startsInDays: number;
      lastsDays: number | null;
    }
  | { do: 'spend'; amount: number }
  /** Usage of so many units, line by line, by a price with tiers of the month. */
  | { do: 'use'; quantities: number[] }
  /** Makes a spend anew, of other usage. */
  | { do: 'correct'; which: number; quantities: number[] }
  | { do: 'hold'; amount: number; days: number }
  | { do: 'capture'; which: number; amount: number; final: boolean }
  | { do: 'extend'; which: number; days: number }
  | { do: 'release'; which: number }
  | { do: 'reverse'; which: number; amount: number | null }
  | { do: 'undo'; which: number; line: number }
  | { do: 'adjust'; amount: number }
  | { do: 'void'; which: number }
  | { do: 'buy'; amount: number; lastsDays: number | null }
  | { do: 'settle'; which: number; target: number; policy: 'debt' | 'remaining' }
  /** Sends an earlier key again, with its own body or with another one. */
  | { do: 'again'; which: number; otherBody: boolean };

/** What happens between two moves of the clock: each account's steps in order, all accounts at once. */
export interface Round {
  steps: Step[][];
  /** Whether the sweep runs meanwhile. */
  sweep: boolean;
  /** How far the clock is moved afterwards. */
  days: number;
}

const amount = fc.integer({ min: 1, max: 12 });
const which = fc.nat({ max: 20 });
const lastsDays = fc.option(fc.integer({ min: 1, max: 8 }), { nil: null });

const quantities = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 3 });

const shapes = {
  grant: fc.record({
    do: fc.constant('grant' as const),
    amount,
    category: fc.constantFrom('paid' as const, 'promotional' as const),
    priority: fc.constantFrom(0, 50, 50, 100),
    startsInDays: fc.constantFrom(0, 0, 0, 1, 3),
    lastsDays,
  }),
  spend: fc.record({ do: fc.constant('spend' as const), amount }),
  use: fc.record({ do: fc.constant('use' as const), quantities }),
  correct: fc.record({ do: fc.constant('correct' as const), which, quantities }),
  undo: fc.record({ do: fc.constant('undo' as const), which, line: fc.nat({ max: 2 }) }),
  hold: fc.record({ do: fc.constant('hold' as const), amount, days: fc.integer({ min: 1, max: 7 }) }),
  capture: fc.record({ do: fc.constant('capture' as const), which, amount, final: fc.boolean() }),
  extend: fc.record({ do: fc.constant('extend' as const), which, days: fc.integer({ min: 1, max: 7 }) }),
  release: fc.record({ do: fc.constant('release' as const), which }),
  reverse: fc.record({ do: fc.constant('reverse' as const), which, amount: fc.option(amount, { nil: null }) }),
  adjust: fc.record({
    do: fc.constant('adjust' as const),
    amount: fc.oneof(amount, fc.integer({ min: -12, max: -1 })),
  }),
  void: fc.record({ do: fc.constant('void' as const), which }),
  buy: fc.record({ do: fc.constant('buy' as const), amount, lastsDays }),
  settle: fc.record({
    do: fc.constant('settle' as const),
    which,
    target: fc.integer({ min: 0, max: 12 }),
    policy: fc.constantFrom('debt' as const, 'debt' as const, 'remaining' as const),
  }),
  again: fc.record({ do: fc.constant('again' as const), which, otherBody: fc.boolean() }),
} satisfies Record<Step['do'], fc.Arbitrary<Step>>;

function drawn(weights: Partial<Record<Step['do'], number>>): fc.Arbitrary<Step> {
  const names = Object.keys(weights) as Step['do'][];
  return fc.oneof(...names.map((name) => ({ weight: weights[name] ?? 0, arbitrary: shapes[name] })));
}

const anyStep = drawn({
  ...{ grant: 4, spend: 6, hold: 4, capture: 4, extend: 2, release: 2 },
  ...{ use: 4, undo: 2, correct: 3, reverse: 3, adjust: 2, void: 2, buy: 2, settle: 4, again: 2 },
});

/**
 * Money goes back and forth while spends are given back and debts repaid: among all steps, those rarely meet on one
 * purchase.
 */
const moneyStep = drawn({ buy: 1, settle: 8, spend: 3, reverse: 1, grant: 3, adjust: 1 });

const stepsOf = (step: fc.Arbitrary<Step>) => fc.array(step, { maxLength: 5 });

export const rounds: fc.Arbitrary<Round[]> = fc.array(
  fc.record({
    steps: fc.tuple(stepsOf(anyStep), stepsOf(anyStep), stepsOf(moneyStep)),
    sweep: fc.boolean(),
    days: fc.constantFrom(0, 1, 1, 2, 4),
  }),
  { minLength: 1, maxLength: 10, size: 'max' },
);
