import fc from 'fast-check';
import { type HttpAnswer, startTestScrip, type TestScrip, useScrip } from '../../support/service/scrip.js';
import { openAccount, outcomeOf } from '../../support/shop/account.js';
import { CARRIED, haveMeters, MONTHLY, type UsageOf, usageOf } from '../../support/shop/usage.js';
import { runsOf } from '../table.js';
import { type ModelHold, type ModelMeter, type ModelUse, PARTS, Refused, UsageModel } from './usage-model.js';

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
  { weight: 3, arbitrary: fc.record({ do: fc.constant('hold' as const), lines }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('capture' as const),
      which,
      lines,
      isFinal: fc.boolean(),
      isOver: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('release' as const), which }) },
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
        const ids: Ids = new Map();
        for (const [one, isOther] of steps) {
          await play(one, model, usageOf(isOther ? other : scrip, account.id), ids);
          expect(await account.standing()).toMatchObject({ balance: model.balance, held: model.held });
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

type Ids = Map<ModelUse | ModelHold, string>;
type AStep = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Does a step in the model and in the service, and compares what they make of it. */
async function play(one: AStep, model: UsageModel, usage: UsageOf, ids: Ids): Promise<void> {
  const asked = 'lines' in one ? askedOf(one.lines) : [];
  const lines = asked.map(({ meter, quantity, kind }) => ({
    ...{ meter: meter.key, quantity },
    ...(kind === '' ? {} : { dimensions: { kind } }),
  }));
  const use = 'which' in one ? model.uses[one.which] : undefined;
  const hold = 'which' in one ? model.holds[one.which] : undefined;
  const idOf = (of: ModelUse | ModelHold) => ids.get(of) ?? '';
  switch (one.do) {
    case 'use':
      return expectSame(
        await usage.use(lines),
        attempted(() => model.use(asked)),
        ids,
      );
    case 'undo': {
      if (use === undefined) return;
      const back = attempted(() => model.undo(use, one.what));
      return expectSame(await usage.undo(idOf(use), one.what), back, ids);
    }
    case 'correct': {
      if (use === undefined) return;
      const made = attempted(() => model.correct(use, asked));
      return expectSame(await usage.correct(idOf(use), lines), made, ids);
    }
    case 'hold':
      return expectSame(
        await usage.hold(lines),
        attempted(() => model.hold(asked)),
        ids,
      );
    case 'capture': {
      if (hold === undefined) return;
      const taken = attempted(() => model.capture(hold, asked, one.isFinal, one.isOver));
      const over = { final: one.isFinal, overage: one.isOver ? ('available' as const) : ('refuse' as const) };
      return expectSame(await usage.capture(idOf(hold), { lines, ...over }), taken, ids);
    }
    case 'release': {
      if (hold === undefined) return;
      const released = attempted(() => model.release(hold));
      return expectSame(await usage.release(idOf(hold)), released, ids);
    }
  }
}

/** Of no price of `minutes` is a kind a part: it has one counter. */
function askedOf(lines: readonly (typeof line extends fc.Arbitrary<infer T> ? T : never)[]) {
  return lines.map(({ meter, quantity, isOdd }) => ({
    meter,
    quantity,
    kind: isOdd && meter.key === 'calls' ? 'odd' : '',
  }));
}

function expectSame(answer: HttpAnswer, expected: ModelUse | ModelHold | number | Refused, ids: Ids): void {
  if (expected instanceof Refused) {
    expect(outcomeOf(answer)).toMatch(new RegExp(`^${expected.message}`));
    return;
  }
  expect(outcomeOf(answer)).toBe('accepted');
  if (typeof expected === 'number') expect(answer.body.amount).toBe(expected);
  else {
    expect(answer.body.lines.map(({ credits }: { credits: number }) => credits)).toEqual(
      expected.lines.map(({ credits }) => credits),
    );
    if (answer.status === 201) ids.set(expected, answer.body.id);
  }
}

function attempted<T>(act: () => T): T | Refused {
  try {
    return act();
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
}
