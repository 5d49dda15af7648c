import fc from 'fast-check';
import type { Player } from './player.js';
import { rounds } from './steps.js';
import { openTable, runsOf, type Table } from './table.js';

const RUNS = runsOf(24);

/** How much is read of an account at once: what there is, or hardly anything, so that all else is read when needed. */
const REACHES = [undefined, { grants: 1, dues: 1 }, { grants: 2, dues: 3 }];

/** The service and a model that was written from the rules alone live through the same history. */
describe.each(REACHES)(`${RUNS} random histories of three accounts, read as far as %j`, (reach) => {
  let table: Table;
  beforeAll(async () => {
    table = await openTable(reach);
  });
  afterAll(async () => {
    process.stdout.write(`ledger model: ${table.figures.histories} histories, ${table.figures.steps} steps\n`);
    await table.close();
  });

  async function expectTheSameStanding(player: Player): Promise<void> {
    const { model } = player;
    model.passTo(player.day());
    const { balance, held, available } = model;
    expect(await table.standing(player)).toEqual({ balance, held, available });
  }

  /** What remains of each grant, in the order of creation, once the sweep has written down what was due. */
  async function expectTheSameGrants({ accountId, model }: Player): Promise<void> {
    const rows = await table.scrip.sql(
      'select amount, remaining, lapsed from grants where account_id = $1 order by ordinal',
      [accountId],
    );
    expect(rows.map((row) => [Number(row.amount), Number(row.remaining), Number(row.lapsed)])).toEqual(
      model.grants.map((grant) => [grant.amount, grant.remaining, grant.lapsed]),
    );
  }

  it('end with the verdicts, balances and grants of the model, and with clean books', async () => {
    await fc.assert(
      fc.asyncProperty(rounds, async (history) => {
        const players = await table.players(3);
        for (const round of history) {
          await table.play(players, round);
          for (const player of players) await expectTheSameStanding(player);
        }
        await table.sweep();
        for (const player of players) await expectTheSameGrants(player);
        expect((await table.scrip.checkBooks()).findings).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  }, 1_800_000);
});
