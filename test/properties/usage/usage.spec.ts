import fc from 'fast-check';
import { decideEndIncluded, decideInclude, decideReturnIncluded } from '../../../src/ledger/decisions/include.js';
import { NO_QUANTITY, quantityOf } from '../../../src/rating/pricing/quantity.js';
import { type HttpAnswer, startTestScrip, type TestScrip, useScrip } from '../../support/service/scrip.js';
import { openAccount, outcomeOf } from '../../support/shop/account.js';
import { allIncludedOf, changeIncluded } from '../../support/shop/included.js';
import { CARRIED, haveMeters, MONTHLY, type UsageOf, usageOf } from '../../support/shop/usage.js';
import { anEvent, sendEvent } from '../../support/shop/usage-events.js';
import { runsOf } from '../table.js';
import { CHARGED, inOrder } from './included-model.js';
import {
  type Asked,
  type ModelHold,
  type ModelMeter,
  type ModelUse,
  monthOf,
  PARTS,
  Refused,
  UsageModel,
} from './usage-model.js';

const RUNS = runsOf(60);
const GIVEN = 20;
const MAX_DEBT = 20;
const LATE_DAYS = 35;
const DAY_MS = 86_400_000;

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
  isEnglish: fc.boolean(),
});
const lines = fc.array(line, { minLength: 1, maxLength: 3 });
const which = fc.nat({ max: 5 });
const part = fc.constantFrom('first', 'second');
const inclusion = fc.record({
  do: fc.constant('include' as const),
  part,
  meter: fc.constantFrom(...METERS),
  match: fc.constantFrom<Record<string, string>>({}, { kind: 'odd' }, { lang: 'en' }, { kind: 'odd', lang: 'en' }),
  granted: fc.integer({ min: 1, max: 12 }),
  /** In days from the beginning of the history. */
  span: fc.constantFrom<[number, number]>([-1, 1], [-1, 4], [-3, -1], [-40, 3], [-40, -20]),
});
const event = fc.record({
  do: fc.constant('event' as const),
  id: fc.constantFrom('one', 'two', 'three'),
  /** What was said first where the event is known. */
  isAgain: fc.boolean(),
  lines,
  daysAgo: fc.constantFrom(0, 2, 30, LATE_DAYS + 1),
});
const step = fc.oneof(
  { weight: 4, arbitrary: inclusion },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('end' as const), part, days: fc.constantFrom(-10, -1, 2) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('return' as const), returned: fc.constantFrom(0, 3, 7, CHARGED, CHARGED) }),
  },
  { weight: 8, arbitrary: event },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('use' as const), lines }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('correct' as const), which, lines }) },
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
/** What the plan includes comes first. By which of two processes each is done. */
const history = fc
  .tuple(
    fc.array(fc.tuple(inclusion, fc.boolean()), { minLength: 2, maxLength: 4 }),
    fc.array(fc.tuple(step, fc.boolean()), { minLength: 4, maxLength: 24, size: 'max' }),
  )
  .map(([first, then]) => [...first, ...then]);

describe(`${RUNS} random histories of usage, by two processes`, () => {
  const scrip = useScrip();
  let other: TestScrip;
  beforeAll(async () => {
    const terms = { whenShort: 'debt', maxDebtCredits: MAX_DEBT };
    await haveMeters(scrip, { minutes: MONTHLY, calls: CARRIED }, terms);
    other = await startTestScrip({ DATABASE_URL: scrip.running.runtime.databaseUrl, ROLE: 'api' });
  });
  afterAll(() => other?.close());

  it('cost what a model costs them, and leave its counters, fractions and what is included', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        const account = await openAccount(scrip);
        await account.grant(GIVEN);
        const startMs = scrip.clock.now().getTime();
        const earliestMs = startMs - LATE_DAYS * DAY_MS;
        const model = new UsageModel(GIVEN, {
          ...{ maxDebt: MAX_DEBT, earliestMs },
          now: () => scrip.clock.now().getTime(),
        });
        const ids: Ids = new Map();
        for (const [place, [one, isOther]] of steps.entries()) {
          const at: Place = { scrip: isOther ? other : scrip, accountId: account.id, startMs: startMs + place };
          if (one.do === 'include' || one.do === 'end' || one.do === 'return') await change(one, model, at);
          else if (one.do === 'event') await tell(one, model, at, ids);
          else await play(one, model, usageOf(at.scrip, account.id), ids);
          model.included.settle();
          expect(await account.standing()).toMatchObject({ balance: model.balance, held: model.held });
          expect(await allIncludedOf(scrip, account.id)).toEqual(
            [...model.included.all]
              .sort(inOrder)
              .map((known) => ({ ...known, left: model.included.left(known) }))
              .map(({ granted, left, takenBack }) => ({ granted, left, takenBack })),
          );
        }
        await expectCounters(account.id, model);
        expect((await scrip.checkBooks()).findings).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  }, 1_800_000);

  async function expectCounters(accountId: string, model: UsageModel): Promise<void> {
    const { used = {}, remainders = {} } = await usageOf(scrip, accountId).kept();
    const month = monthOf(scrip.clock.now().getTime());
    const usedBy = (key: string) => Number(used[`${month} ${key}`] ?? 0);
    const carriedBy = (key: string) => {
      const [numerator, denominator = '1'] = (remainders[key] ?? '0').split('/').map(Number);
      return ((numerator ?? 0) * PARTS) / Number(denominator);
    };
    for (const meter of METERS)
      for (const kind of meter.key === 'calls' ? ['', 'odd'] : ['']) {
        const key = `${meter.key} ${JSON.stringify(kind === '' ? {} : { kind })}`;
        expect([usedBy(key), carriedBy(key)]).toEqual([
          model.used(meter, kind, month),
          meter.rounding === 'carry' ? model.carried(meter, kind) : 0,
        ]);
      }
  }
});

type Ids = Map<ModelUse | ModelHold, string>;
type AStep = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Change = Extract<AStep, { do: 'include' | 'end' | 'return' }>;

/** Where a step is done, and what it counts days from: no two steps from the same instant. */
interface Place {
  readonly scrip: TestScrip;
  readonly accountId: string;
  readonly startMs: number;
}

/** Changes what is included, in the model and in the service. */
async function change(one: Change, { included }: UsageModel, { scrip, accountId, startMs }: Place): Promise<void> {
  const source = { type: 'test', id: 'a plan' };
  const msOf = (days: number) => startMs + days * DAY_MS;
  if (one.do === 'include') {
    const { part: sourcePart, meter, match, granted, span } = one;
    const [fromMs, untilMs] = [msOf(span[0]), msOf(span[1])];
    included.include({ part: sourcePart, meter: meter.key, match, granted, fromMs, untilMs });
    const given = { meter: meter.key, match, quantity: quantityOf(granted) ?? NO_QUANTITY, source, sourcePart };
    const during = { effectiveAt: new Date(fromMs), expiresAt: new Date(untilMs) };
    await changeIncluded(scrip, { accountId, source }, (book) => decideInclude(book, { ...given, ...during }));
  } else if (one.do === 'end') {
    included.end(one.part, msOf(one.days));
    const ended = { source, sourcePart: one.part, at: new Date(msOf(one.days)) };
    await changeIncluded(scrip, { accountId, source }, (book) => decideEndIncluded(book, ended));
  } else {
    included.follow(one.returned);
    const money = { purchase: source, chargedMinor: BigInt(CHARGED), returnedMinor: BigInt(one.returned) };
    await changeIncluded(scrip, { accountId, source }, (book) => void decideReturnIncluded(book, money));
  }
}

/** Tells of an event, in the model and in the service: of one that is known the same once more, or something else. */
async function tell(
  { id, isAgain, lines: told, daysAgo }: Extract<AStep, { do: 'event' }>,
  model: UsageModel,
  { scrip, accountId, startMs }: Place,
  ids: Ids,
): Promise<void> {
  const asked = (isAgain && model.events.get(id)?.asked) || askedOf(told);
  const atMs = startMs - daysAgo * DAY_MS;
  const expected = attempted(() => model.event({ id, atMs, asked }));
  const more = { id, time: new Date(atMs).toISOString(), data: { lines: linesOf(asked) } };
  expectSame(await sendEvent(scrip, anEvent(accountId, more)), expected, ids);
}

function linesOf(asked: readonly Asked[]) {
  return asked.map(({ meter, quantity, dimensions }) => ({ meter: meter.key, quantity, dimensions }));
}

/** Does a step in the model and in the service, and compares what they make of it. */
async function play(
  one: Exclude<AStep, Change | { do: 'event' }>,
  model: UsageModel,
  usage: UsageOf,
  ids: Ids,
): Promise<void> {
  const asked = 'lines' in one ? askedOf(one.lines) : [];
  const lines = linesOf(asked);
  const use = 'which' in one ? model.uses[one.which % model.uses.length] : undefined;
  const hold = 'which' in one ? model.holds[one.which % model.holds.length] : undefined;
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
  return lines.map(({ meter, quantity, isOdd, isEnglish }) => ({
    meter,
    quantity,
    kind: isOdd && meter.key === 'calls' ? 'odd' : '',
    dimensions: { ...(isOdd && { kind: 'odd' }), ...(isEnglish && { lang: 'en' }) },
  }));
}

function expectSame(answer: HttpAnswer, expected: ModelUse | ModelHold | number | Refused, ids: Ids): void {
  if (expected instanceof Refused) {
    expect(outcomeOf(answer)).toMatch(new RegExp(`^${expected.message}`));
    return;
  }
  expect(outcomeOf(answer)).toMatch(/^(accepted|replayed)$/);
  if (typeof expected === 'number') expect(answer.body.amount).toBe(expected);
  else {
    expect(answer.body.lines.map(({ credits }: { credits: number }) => credits)).toEqual(
      expected.lines.map(({ credits }) => credits),
    );
    expect(answer.body.lines.map(includedOf)).toEqual(
      expected.lines.map(({ included }) => [...included.values()].reduce((total, some) => total + some, 0)),
    );
    if (answer.status === 201) ids.set(expected, answer.body.id);
  }
}

function includedOf({ includedQuantity }: { includedQuantity: string }): number {
  return Number(includedQuantity);
}

function attempted<T>(act: () => T): T | Refused {
  try {
    return act();
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
}
