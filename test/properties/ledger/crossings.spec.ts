import fc from 'fast-check';
import { credits } from '../../../src/kernel/credits.js';
import { CrossedMarks } from '../../../src/ledger/marks/crossed-marks.js';
import { clearAlertMark, clearTopUpMark, setAlertMark, setTopUpMark } from '../../../src/ledger/marks/set-marks.js';
import { markOn } from '../../support/ledger/marks.js';
import { notedOf } from '../../support/ledger/noted-events.js';
import type { Player } from '../player.js';
import { type Round, rounds } from '../steps.js';
import { openTable, runsOf, type Table } from '../table.js';
import { CrossingsModel } from './crossings-model.js';

const RUNS = runsOf(24);

/** Something that is done to marks between two rounds. */
type MarkStep =
  | { set: 'alert'; key: string; below: number }
  | { clear: 'alert'; key: string }
  | { set: 'top-up'; below: number }
  | { clear: 'top-up' };

const key = fc.constantFrom('a', 'b');
const below = fc.integer({ min: 1, max: 15 });
const markStep: fc.Arbitrary<MarkStep> = fc.oneof(
  fc.record({ set: fc.constant('alert' as const), key, below }),
  fc.record({ set: fc.constant('alert' as const), key, below }),
  fc.record({ clear: fc.constant('alert' as const), key }),
  fc.record({ set: fc.constant('top-up' as const), below }),
  fc.record({ clear: fc.constant('top-up' as const) }),
);
const histories = rounds.chain((history) =>
  fc.tuple(
    fc.constant(history),
    fc.array(fc.array(markStep, { maxLength: 2 }), { minLength: history.length, maxLength: history.length }),
  ),
);

/** The service and a model of what is available live through the same history, and cross the same. */
describe(`${RUNS} random histories of three accounts with marks`, () => {
  let table: Table;
  let crossings = 0;
  beforeAll(async () => {
    table = await openTable();
  });
  afterAll(async () => {
    process.stdout.write(`crossings: ${table.figures.steps} steps, ${crossings} crossings told\n`);
    await table.close();
  });

  async function mark(player: Player, told: CrossingsModel, step: MarkStep): Promise<void> {
    player.model.passTo(player.day());
    await markOn(table.scrip, player.accountId, (book) => {
      if ('set' in step && step.set === 'alert') setAlertMark(book, { key: step.key, below: credits(step.below) });
      else if ('set' in step) setTopUpMark(book, credits(step.below));
      else if (step.clear === 'alert') clearAlertMark(book, step.key);
      else clearTopUpMark(book);
    });
    if ('set' in step && step.set === 'alert') told.setAlert(step.key, step.below);
    else if ('set' in step) told.setTopUp(step.below);
    else if (step.clear === 'alert') told.alerts.delete(step.key);
    else told.topUp = undefined;
  }

  async function toldOf(accountId: string): Promise<string[]> {
    const noted = await notedOf(table.scrip, accountId);
    return noted
      .filter(({ type }) => type.startsWith('balance.'))
      .map(({ type, data }) => (type === 'balance.low' ? `${data.alert} ${data.available}` : type));
  }

  async function expectTheSame(history: Round[], marks: MarkStep[][]): Promise<void> {
    const players = await table.players(3);
    const models = players.map(({ model }) => new CrossingsModel(model));
    for (const [index, round] of history.entries()) {
      for (const [place, player] of players.entries())
        for (const step of marks[index] ?? []) await mark(player, models[place] as CrossingsModel, step);
      await table.play(players, round);
    }
    await table.sweep();
    for (const [place, player] of players.entries()) {
      const told = models[place] as CrossingsModel;
      player.model.passTo(player.day());
      expect(await toldOf(player.accountId)).toEqual(told.told);
      crossings += told.told.length;
    }
    const crossed = await table.scrip.running.app.get(CrossedMarks).next(100_000);
    const isCrossed = players.map(({ accountId }) => crossed.some((one) => one.accountId === accountId));
    expect(isCrossed).toEqual(models.map(({ topUps }) => topUps > 0));
  }

  it('tell each crossing once, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(histories, ([history, marks]) => expectTheSame(history, marks)),
      { numRuns: RUNS },
    );
    expect((await table.scrip.checkBooks()).findings).toEqual([]);
  }, 1_800_000);
});
