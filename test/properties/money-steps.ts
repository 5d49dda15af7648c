import fc from 'fast-check';

/**
 * Something that happens to money. What it names (a purchase, a refund, a dispute) is a number into whatever there is.
 */
export type MoneyStep =
  /** What is paid by a link has no order before its events. */
  | { do: 'buy'; product: 'starter' | 'basic' | 'pro'; by: 'page' | 'link' }
  | { do: 'spend'; amount: number }
  /** By call, once the purchase is credited. */
  | { do: 'refund'; which: number; percent: number; policy: 'debt' | 'remaining' }
  | { do: 'refund unused'; which: number }
  /** In Stripe's dashboard, known here or not. */
  | { do: 'refund at Stripe'; which: number; percent: number }
  /** Whether later refunds of a purchase are done at once or stay on their way. */
  | { do: 'slow down refunds'; which: number; slow: boolean }
  | { do: 'end refund'; which: number; outcome: 'succeeded' | 'failed' | 'canceled' }
  | { do: 'dispute'; which: number; percent: number; inquiry: boolean; withoutIntent: boolean }
  | { do: 'escalate'; which: number }
  | { do: 'close dispute'; which: number; outcome: 'won' | 'lost' }
  | { do: 'warn'; which: number };

/** What becomes of one event on its way. */
export interface Fate {
  /** Where it stands among the others that are delivered with it. */
  rank: number;
  /** Deliveries of the same event, at once. */
  copies: number;
  /** Whether a second event tells of the same change. */
  isTold: 'once' | 'twice';
  /** `late` events come at the end of the history, `dropped` ones never. */
  comes: 'now' | 'late' | 'dropped';
}

/** Steps, one after the other, and then the events that they made. */
export interface MoneyRound {
  steps: MoneyStep[];
  /** One for each event, over and over. */
  fates: Fate[];
}

const which = fc.nat({ max: 5 });
const percent = fc.integer({ min: 1, max: 100 });

const buy = fc.record({
  do: fc.constant('buy' as const),
  product: fc.constantFrom('starter', 'basic', 'pro'),
  by: fc.constantFrom('page', 'page', 'link'),
}) as fc.Arbitrary<MoneyStep>;

const shapes: [weight: number, fc.Arbitrary<MoneyStep>][] = [
  [2, buy],
  [3, fc.record({ do: fc.constant('spend' as const), amount: fc.integer({ min: 1, max: 8 }) })],
  [2, fc.record({ do: fc.constant('refund' as const), which, percent, policy: fc.constantFrom('debt', 'remaining') })],
  [1, fc.record({ do: fc.constant('refund unused' as const), which })],
  [3, fc.record({ do: fc.constant('refund at Stripe' as const), which, percent })],
  [1, fc.record({ do: fc.constant('slow down refunds' as const), which, slow: fc.boolean() })],
  [
    3,
    fc.record({
      do: fc.constant('end refund' as const),
      which,
      outcome: fc.constantFrom('succeeded', 'failed', 'failed', 'canceled'),
    }),
  ],
  [
    3,
    fc.record({
      do: fc.constant('dispute' as const),
      which,
      percent,
      inquiry: fc.boolean(),
      withoutIntent: fc.boolean(),
    }),
  ],
  [1, fc.record({ do: fc.constant('escalate' as const), which })],
  [3, fc.record({ do: fc.constant('close dispute' as const), which, outcome: fc.constantFrom('won', 'lost') })],
  [1, fc.record({ do: fc.constant('warn' as const), which })],
];

const step: fc.Arbitrary<MoneyStep> = fc.oneof(
  ...shapes.map(([weight, arbitrary]) => ({ weight, arbitrary: arbitrary as fc.Arbitrary<MoneyStep> })),
);

const fate: fc.Arbitrary<Fate> = fc.record({
  rank: fc.nat({ max: 1_000 }),
  copies: fc.constantFrom(1, 1, 1, 3),
  isTold: fc.constantFrom('once', 'once', 'twice'),
  comes: fc.constantFrom('now', 'now', 'now', 'late', 'dropped'),
});

/** A history begins with a purchase: before it there is no money. */
export const moneyHistories: fc.Arbitrary<MoneyRound[]> = fc
  .tuple(
    buy,
    fc.array(
      fc.record({
        steps: fc.array(step, { minLength: 1, maxLength: 5 }),
        fates: fc.array(fate, { minLength: 5, maxLength: 12 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  )
  .map(([first, rounds]) =>
    rounds.map((round, index) => (index > 0 ? round : { ...round, steps: [first, ...round.steps] })),
  );
