import fc from 'fast-check';
import type { Standing } from '../support/shop/account.js';
import type { Player } from './player.js';
import { rounds } from './steps.js';
import { openTable, runsOf, type Table } from './table.js';

const RUNS = runsOf(20);

/** What was answered at an instant is what is answered about that instant for ever after. */
describe(`${RUNS} random histories looked back upon`, () => {
  let table: Table;
  beforeAll(async () => {
    table = await openTable();
  });
  afterAll(() => table.close());

  it('show at every past instant what was there then, whatever was written down since', async () => {
    await fc.assert(
      fc.asyncProperty(rounds, async (history) => {
        const players = await table.players(3);
        const seen: { player: Player; at: Date; standing: Standing }[] = [];
        for (const round of history) {
          await table.play(players, { ...round, days: 0 });
          for (const player of players) seen.push({ player, at: table.now(), standing: await table.standing(player) });
          // A day at least: of several answers of one instant only the last is history.
          await table.play(players, { steps: [], sweep: false, days: Math.max(1, round.days) });
        }
        for (const { player, at, standing } of seen)
          expect({ at, ...(await table.standing(player, at)) }).toEqual({ at, ...standing });
      }),
      { numRuns: RUNS },
    );
  }, 1_800_000);
});
