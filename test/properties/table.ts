import { Clock } from '../../src/kernel/clock.js';
import { LedgerQueries } from '../../src/ledger/api/ledger.queries.js';
import { FirstReach } from '../../src/ledger/book/extent.js';
import { PostingQueues } from '../../src/ledger/posting/posting-queues.js';
import { LedgerSweep } from '../../src/ledger/sweep.js';
import { forgetAccounts } from '../support/database/forget-accounts.js';
import { startTestScrip, type TestScrip } from '../support/service/scrip.js';
import { stopClock } from '../support/service/stopped-clock.js';
import type { Standing } from '../support/shop/account.js';
import { purchasesOf } from '../support/shop/purchases.js';
import { anAccount } from '../support/shop/shop.js';
import { Player, type Service } from './player.js';
import type { Round } from './steps.js';

/** How many runs a database keeps before it is emptied. */
const RUNS_KEPT = 25;

/** How many random runs a property has: a sample, or all of them when SCRIP_SOAK is set. */
export function runsOf(sample: number): number {
  return process.env.SCRIP_SOAK === '1' ? 1_000 : sample;
}

/** One service on which random histories are played, each with accounts of its own. */
export interface Table {
  scrip: TestScrip;
  service: Service;
  figures: { histories: number; steps: number };
  now(): Date;
  players(count: number): Promise<Player[]>;
  play(players: Player[], round: Round): Promise<void>;
  sweep(): Promise<number>;
  standing(player: Player, at?: Date): Promise<Standing>;
  close(): Promise<void>;
}

/** With `reach` no more is read of an account at once: then all that decisions do without is missing. */
export async function openTable(reach?: { grants: number; dues: number }): Promise<Table> {
  const scrip = await startTestScrip();
  Object.assign(scrip.running.app.get(FirstReach), reach);
  const clock = stopClock(scrip.running.app.get(Clock));
  const service = { queue: scrip.running.app.get(PostingQueues), purchases: await purchasesOf(scrip) };
  const queries = scrip.running.app.get(LedgerQueries);
  const figures = { histories: 0, steps: 0 };
  const sweep = () => scrip.running.app.get(LedgerSweep).run();
  return {
    ...{ scrip, service, figures, sweep, now: clock.now },
    players: async (count) => {
      if (figures.histories % RUNS_KEPT === 0) await forgetAccounts(scrip);
      figures.histories += 1;
      const ids = Array.from({ length: count }, (_, index) => `run-${figures.histories}-${index}`);
      for (const id of ids) await anAccount(scrip, id);
      return ids.map((id) => new Player(id, service, clock.now));
    },
    play: async (players, { steps, sweep: isSwept, days }) => {
      const sweeping = isSwept ? sweep() : undefined;
      await Promise.all(
        players.map(async (player, index) => {
          for (const step of steps[index] ?? []) await player.play(step);
        }),
      );
      await sweeping;
      figures.steps += steps.flat().length;
      clock.advance(days * 86_400);
    },
    standing: async ({ accountId }, at) => {
      const answer = await (at === undefined ? queries.balance(accountId) : queries.balanceAt(accountId, at));
      const { balance, held, available } = answer;
      return { balance, held, available };
    },
    close: () => scrip.close(),
  };
}
