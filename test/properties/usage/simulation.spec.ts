import fc from 'fast-check';
import type { LinesReversal, MeterSpend } from '../../../src/ledger/history/meter-usage.js';
import { ReplayedAccount } from '../../../src/metering/simulation/replayed-account.js';
import { giveBackLines, type SpentLine, spentLines } from '../../../src/rating/pricing/give-back.js';
import { NO_POSITION, type Position, sumOfParts } from '../../../src/rating/pricing/position.js';
import { type PricedLine, priceLines } from '../../../src/rating/pricing/price-lines.js';
import { type Quantity, UNIT } from '../../../src/rating/pricing/quantity.js';
import { aCard, cardsOf, METER } from '../../support/make/rates.js';
import { useScrip } from '../../support/service/scrip.js';
import { openAccount } from '../../support/shop/account.js';
import { simulate } from '../../support/shop/simulate.js';
import { haveMeters, usageOf } from '../../support/shop/usage.js';
import { card, inclusions, line } from '../rating/cards.js';
import { keyOf, type ModelCard, type ModelLine, PARTS, PriceModel, STEPS } from '../rating/price-model.js';
import { runsOf } from '../table.js';
import { type ModelFact, type ModelSimulated, SimulationModel } from './simulation-model.js';

const quantityOf = (steps: number) => ((BigInt(steps) * UNIT) / BigInt(STEPS)) as Quantity;
const stepsOf = (quantity: Quantity) => Number((quantity * BigInt(STEPS)) / UNIT);
const isPriced = (terms: ModelCard, { dimensions }: ModelLine) =>
  aCard(terms.prices, terms).prices.find(dimensions) !== undefined;

const span = { from: new Date('2026-10-15T00:00:00Z'), to: new Date('2026-11-15T00:00:00Z') };
/** Times of usage, and which of three versions is in force then: before the span, in it, or after it. */
const TIMES = [
  { usedAt: new Date('2026-10-03T00:00:00Z'), version: 0 },
  { usedAt: span.from, version: 1 },
  { usedAt: new Date('2026-11-14T23:59:59.999Z'), version: 1 },
  { usedAt: span.to, version: 2 },
] as const;

const undoing = fc.record({
  do: fc.constant('undo' as const),
  which: fc.nat({ max: 9 }),
  places: fc.uniqueArray(fc.nat({ max: 2 }), { minLength: 1, maxLength: 3 }),
});
const using = fc.record({
  do: fc.constant('use' as const),
  lines: fc.array(line, { minLength: 1, maxLength: 3 }),
  // Usage may be told late, so entries are in no order of its time.
  time: fc.constantFrom(...TIMES),
});

describe('a simulation of a random history of usage', () => {
  it('costs what a model costs it that plays it step by step, and as before with what was in force', () => {
    fc.assert(
      fc.property(
        fc.tuple(card, card, card),
        card,
        fc.array(fc.oneof({ weight: 3, arbitrary: using }, { weight: 1, arbitrary: undoing }), { maxLength: 15 }),
        inclusions,
        (versions, other, steps, included) => {
          const { entries, facts } = historyOf(versions, steps, included);
          for (const draft of [versions[1], other]) {
            const model = new SimulationModel(draft);
            const known = new Map<ModelFact, ModelSimulated>();
            for (const { fact, isUndoing } of facts) {
              const simulated = known.get(fact);
              if (!isUndoing) known.set(fact, model.use(fact));
              else if (simulated !== undefined) model.undo(simulated);
            }
            const account = new ReplayedAccount('ada', { meter: METER, draft: aCard(draft.prices, draft), ...span });
            for (const entry of entries) account.take(entry);
            const { lines, beforeCredits, afterCredits, refusedLines, refusedUsage } = account.sums;
            const expected = model.totals();
            expect({
              ...{ lines, beforeCredits, afterCredits, refusedLines },
              steps: stepsOf(account.sums.quantity as Quantity),
              includedSteps: stepsOf(account.sums.includedQuantity as Quantity),
            }).toEqual(expected);
            expect(refusedUsage.reduce((sum, one) => sum + one.lines, 0)).toBe(refusedLines);
            if (draft === versions[1]) expect([afterCredits, refusedLines]).toEqual([beforeCredits, 0]);
          }
        },
      ),
      { numRuns: process.env.SCRIP_SOAK === '1' ? 10_000 : 500 },
    );
  });
});

type Step =
  typeof using extends fc.Arbitrary<infer T> ? T | (typeof undoing extends fc.Arbitrary<infer U> ? U : never) : never;
interface Told {
  fact: ModelFact;
  isUndoing: boolean;
}

/** What the ledger would have written of it, priced by the rules of the ledger, and the same for the model. */
function historyOf(
  versions: readonly [ModelCard, ModelCard, ModelCard],
  steps: readonly Step[],
  included: readonly { match: ModelLine['dimensions']; steps: number }[],
): { entries: (MeterSpend | LinesReversal)[]; facts: Told[] } {
  const entries: (MeterSpend | LinesReversal)[] = [];
  const facts: Told[] = [];
  const spends: { seq: bigint; month: string; lines: SpentLine[]; facts: ModelFact[] }[] = [];
  const used = new Map<string, Position['used']>();
  let position: Position = {
    ...NO_POSITION,
    inclusions: included.map(({ match, steps: left }, index) => ({
      ...{ id: `${index}`, meter: METER, match, left: quantityOf(left) },
    })),
  };
  const standing = (month: string) => ({ ...position, used: used.get(month) ?? new Map() });
  const stand = (month: string, after: Position) => {
    used.set(month, after.used);
    position = after;
  };
  for (const step of steps) {
    const place = { accountId: 'ada', seq: BigInt(entries.length + 1) };
    if (step.do === 'undo') {
      const spend = spends[step.which % (spends.length || 1)];
      const places = step.places.filter((at) => spend?.lines[at]?.isUndone === false);
      if (spend === undefined || places.length === 0) continue;
      const back = giveBackLines(spend.lines, new Set(places), standing(spend.month));
      stand(spend.month, back.position);
      spend.lines = back.lines;
      entries.push({ ...place, kind: 'reversal', spendSeq: spend.seq, undone: places });
      facts.push(...places.flatMap((at) => spend.facts[at] ?? []).map((fact) => ({ fact, isUndoing: true })));
      continue;
    }
    const { usedAt, version } = step.time;
    const terms = versions[version];
    const lines = step.lines.filter((one) => isPriced(terms, one));
    if (lines.length === 0) continue;
    const month = usedAt.toISOString().slice(0, 7);
    const asked = lines.map(({ steps: some, dimensions }) => ({
      meter: METER,
      quantity: quantityOf(some),
      dimensions,
    }));
    const priced = priceLines(asked, cardsOf(aCard(terms.prices, terms)), standing(month));
    stand(month, priced.position);
    const told = priced.lines.map((one) => factOf(one, { month, isInSpan: version === 1 }));
    spends.push({ seq: place.seq, month, lines: spentLines(priced.lines), facts: told });
    entries.push({ ...place, kind: 'spend', usedAt, month, lines: new Map(priced.lines.entries()), isReversed: true });
    facts.push(...told.map((fact) => ({ fact, isUndoing: false })));
  }
  return { entries, facts };
}

function factOf(one: PricedLine, when: Pick<ModelFact, 'month' | 'isInSpan'>): ModelFact {
  const { price, credits, rounding, quantity, dimensions } = one;
  const parts = (price.numerator * PARTS) / price.denominator - credits * PARTS;
  return {
    ...when,
    line: { steps: stepsOf(quantity), dimensions },
    includedSteps: stepsOf(sumOfParts(one.included)),
    credits,
    key: keyOf(one.match),
    carriedParts: rounding === 'carry' ? parts : 0n,
  };
}

const RUNS = runsOf(12);

describe(`${RUNS} simulations by a service of usage that it was asked for`, () => {
  const scrip = useScrip();
  let runs = 0;

  const asked = fc.array(
    fc.record({
      lines: fc.array(line, { minLength: 1, maxLength: 3 }),
      isOther: fc.boolean(),
      undo: fc.option(fc.uniqueArray(fc.nat({ max: 2 }), { minLength: 1, maxLength: 2 }), { freq: 2 }),
      ofWhich: fc.nat({ max: 3 }),
    }),
    { minLength: 4, maxLength: 10 },
  );

  it('cost what the model says, and as before with the card in force', async () => {
    await fc.assert(
      fc.asyncProperty(card, card, asked, fc.nat({ max: 3 }), async (terms, other, steps, spanAt) => {
        runs += 1;
        const meter = `simulated-${runs}`;
        await haveMeters(scrip, { [meter]: terms });
        const accounts = [await openAccount(scrip), await openAccount(scrip)];
        for (const account of accounts) await account.grant(1_000_000);
        const drafts = [terms, other];
        const models = drafts.map((draft) => accounts.map(() => new SimulationModel(draft)));
        const real = accounts.map(() => new PriceModel([]));
        const spends: { id: string; simulated: ModelSimulated[][]; facts: ModelFact[] }[][] = accounts.map(() => []);
        let from = new Date(0);
        for (const [at, { lines, isOther, undo, ofWhich }] of steps.entries()) {
          if (at === spanAt) {
            scrip.clock.advance(2);
            from = scrip.clock.now();
            scrip.clock.advance(2);
          }
          const who = isOther ? 1 : 0;
          const usage = usageOf(scrip, accounts[who]?.id ?? '');
          const priced = lines.filter((one) => isPriced(terms, one));
          if (priced.length === 0) continue;
          const { body } = await usage.use(
            priced.map(({ steps: some, dimensions }) => ({ meter, quantity: `${some / STEPS}`, dimensions })),
          );
          const facts = priced.map((one): ModelFact => {
            const charge = real[who]?.charge(terms, one);
            if (charge === undefined || charge === 'not-priced') throw new Error('every line has a price');
            const isCarried = terms.rounding === 'carry' && one.steps > 0;
            return {
              ...{ month: 'this', isInSpan: at >= spanAt, line: one, includedSteps: 0 },
              ...{ credits: charge.credits, key: charge.key },
              carriedParts: isCarried ? charge.parts - charge.credits * PARTS : 0n,
            };
          });
          expect(body.amount).toBe(Number(facts.reduce((sum, { credits }) => sum + credits, 0n)));
          const simulated = models.map((ofDraft) => facts.map((fact) => ofDraft[who]?.use(fact) as ModelSimulated));
          spends[who]?.push({ id: body.id, simulated, facts });
          const undone = spends[who]?.[ofWhich];
          const places = undo?.filter((place) => undone?.simulated[0]?.[place]?.isUndone === false) ?? [];
          if (undone === undefined || places.length === 0) continue;
          expect((await usage.undo(undone.id, { lines: places })).status).toBe(201);
          for (const place of places) {
            const fact = undone.facts[place] as ModelFact;
            const used = real[who]?.used;
            used?.set(fact.key, (used.get(fact.key) ?? 0) - fact.line.steps);
            const remainders = real[who]?.remainders;
            remainders?.set(fact.key, (remainders.get(fact.key) ?? 0n) - fact.carriedParts);
            for (const [draft, ofDraft] of models.entries())
              ofDraft[who]?.undo(undone.simulated[draft]?.[place] as ModelSimulated);
          }
        }
        scrip.clock.advance(2);
        for (const [at, draft] of drafts.entries()) {
          const answer = await simulate(scrip, meter, { draft, from, to: scrip.clock.now() });
          const expected = accounts.flatMap(({ id }, who) => {
            const { lines, beforeCredits, afterCredits } = models[at]?.[who]?.totals() ?? { lines: 0 };
            return lines === 0 ? [] : [`${id}: ${beforeCredits} -> ${afterCredits}`];
          });
          expect(answer.accounts.toSorted()).toEqual(expected.toSorted());
          if (draft === terms) expect(answer.total.afterCredits).toBe(answer.total.beforeCredits);
        }
      }),
      { numRuns: RUNS },
    );
  }, 1_800_000);
});
