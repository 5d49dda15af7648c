import fc from 'fast-check';
import { startTestScrip, type TestScrip, useScrip } from '../../support/service/scrip.js';
import { openAccount, outcomeOf } from '../../support/shop/account.js';
import { CARRIED, haveMeters, MONTHLY, usageOf } from '../../support/shop/usage.js';
import { runsOf } from '../table.js';
import { type ModelMeter, type ModelUse, PARTS, Refused, UsageModel } from './usage-model.js';

const RUNS = runsOf(20);
const GIVEN = 150;

const METERS: readonly ModelMeter[] = [
  {
    key: 'minutes',
    rounding: 'up',
    price: (from, to) => PARTS * (3 * (Math.min(to, 10) - Math.min(from, 10)) + Math.max(to, 10) - Math.max(from, 10)),
  },
  {
    key: 'calls',
    rounding: 'carry',
    price: (from, to, kind) => (to - from) * (kind === 'odd' ? (3 * PARTS) / 7 : PARTS / 1_000),
  },
];

const line = fc.record({
  meter: fc.constantFrom(...METERS),
  quantity: fc.nat({ max: 7 }),
  isOdd: fc.boolean(),
});
const lines = fc.array(line, { minLength: 1, maxLength: 3 });
const which = fc.nat({ max: 5 });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('use' as const), lines }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('correct' as const), which, lines }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('undo' as const),
      which,
      what: fc.oneof(
        fc.constant({}),
        fc.record({ amount: fc.integer({ min: 1, max: 8 }) }),
        fc.record({ lines: fc.uniqueArray(fc.nat({ max: 3 }), { minLength: 1, maxLength: 2 }) }),
      ),
    }),
  },
);
/** By which of two processes each is done. */
const history = fc.array(fc.tuple(step, fc.boolean()), { minLength: 1, maxLength: 20, size: 'max' });

describe(`${RUNS} random histories of usage, by two processes`, () => {
  const scrip = useScrip();
  let other: TestScrip;
  beforeAll(async () => {
    await haveMeters(scrip, { minutes: MONTHLY, calls: CARRIED });
    other = await startTestScrip({ DATABASE_URL: scrip.running.runtime.databaseUrl, ROLE: 'api' });
  });
  afterAll(() => other?.close());

  it('cost what a model costs them, and leave its counters and fractions', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        const account = await openAccount(scrip);
        await account.grant(GIVEN);
        const model = new UsageModel(GIVEN);
        const ids = new Map<ModelUse, string>();
        for (const [one, isOther] of steps) {
          const usage = usageOf(isOther ? other : scrip, account.id);
          if (one.do === 'undo') {
            const use = model.uses[one.which];
            if (use === undefined) continue;
            const expected = attempted(() => model.undo(use, one.what));
            const answer = await usage.undo(ids.get(use) ?? '', one.what);
            if (expected instanceof Refused) expect(outcomeOf(answer)).toBe(expected.message);
            else expect(answer.body.amount).toBe(expected);
          } else {
            const wrong = one.do === 'correct' ? model.uses[one.which] : undefined;
            if (one.do === 'correct' && wrong === undefined) continue;
            // Of no price of `minutes` is a kind a part: it has one counter.
            const asked = one.lines.map(({ meter, quantity, isOdd }) => ({
              meter,
              quantity,
              kind: isOdd && meter.key === 'calls' ? 'odd' : '',
            }));
            const lines = asked.map(({ meter, quantity, kind }) => ({
              ...{ meter: meter.key, quantity },
              ...(kind === '' ? {} : { dimensions: { kind } }),
            }));
            const expected = attempted(() => (wrong === undefined ? model.use(asked) : model.correct(wrong, asked)));
            const answer =
              wrong === undefined ? await usage.use(lines) : await usage.correct(ids.get(wrong) ?? '', lines);
            if (expected instanceof Refused) expect(outcomeOf(answer)).toBe(expected.message);
            else {
              expect(answer.body.lines.map(({ credits }: { credits: number }) => credits)).toEqual(
                expected.lines.map(({ credits }) => credits),
              );
              ids.set(expected, answer.body.id);
            }
          }
          expect((await account.standing()).balance).toBe(model.balance);
        }
        await expectCounters(account.id, model);
        expect((await scrip.checkBooks()).findings).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  }, 1_800_000);

  async function expectCounters(accountId: string, model: UsageModel): Promise<void> {
    const { used = {}, remainders = {} } = await usageOf(scrip, accountId).kept();
    const usedBy = (key: string) => Number(Object.entries(used).find(([name]) => name.endsWith(` ${key}`))?.[1] ?? 0);
    const carriedBy = (key: string) => {
      const [numerator, denominator = '1'] = (remainders[key] ?? '0').split('/').map(Number);
      return ((numerator ?? 0) * PARTS) / Number(denominator);
    };
    for (const meter of METERS)
      for (const kind of meter.key === 'calls' ? ['', 'odd'] : ['']) {
        const key = `${meter.key} ${JSON.stringify(kind === '' ? {} : { kind })}`;
        expect([usedBy(key), carriedBy(key)]).toEqual([
          model.used(meter, kind),
          meter.rounding === 'carry' ? model.carried(meter, kind) : 0,
        ]);
      }
  }
});

function attempted<T>(act: () => T): T | Refused {
  try {
    return act();
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
}
