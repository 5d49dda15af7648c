import { LedgerSweep } from '../../src/ledger/sweep.js';
import { type HttpAnswer, startTestScrip, type TestScrip } from '../support/service/scrip.js';
import { type StoppedClock, stopClock } from '../support/service/stopped-clock.js';
import { accountOf, openAccount, outcomeOf, type Standing, type TestAccount } from '../support/shop/account.js';
import { purchasesOf, type TestPurchases } from '../support/shop/purchases.js';

/** One process of the service, and what the race needs of it. */
interface Side {
  scrip: TestScrip;
  clock: StoppedClock;
  purchases: TestPurchases;
}

/** One account seen from two sides that act on it at once. */
export interface Scene {
  left: TestAccount;
  right: TestAccount;
  /** Ids that the given part made. */
  ids: Record<string, string>;
  purchase: (amount: number) => Promise<void>;
  settleLeft: TestPurchases['settle'];
  settleRight: TestPurchases['settle'];
  sweepLeft(): Promise<number>;
  sweepRight(): Promise<number>;
  /** Moves both clocks. */
  later(seconds: number): void;
  /** Moves the right clock alone, by a millisecond: the right side is past a deadline that the left side is not. */
  rightIsPastTheDeadline(): void;
}

type Act = (scene: Scene) => Promise<unknown>;

export interface Pair {
  name: string;
  given: (scene: Scene) => Promise<unknown>;
  left: Act;
  right: Act;
  /** Every end that this race may have: what either side was answered, and balance/held/available afterwards. */
  allowed: `${string} | ${string} -> ${string}`[];
  /** The two sides' clocks differ, so it takes two processes. */
  atDeadline?: boolean;
}

export interface Arena {
  /** Lets the pair race once, and says in words how it ended. The one that `starts` is sent first. */
  race(pair: Pair, processes: 1 | 2, starts: 'left' | 'right'): Promise<string>;
  findings(): Promise<unknown[]>;
  close(): Promise<void>;
}

/** Two processes over one database, on which pairs of commands race. */
export async function openArena(): Promise<Arena> {
  const first = await aSide({});
  const second = await aSide({ DATABASE_URL: first.scrip.running.runtime.databaseUrl ?? '' });
  return {
    race: async (pair, processes, starts) => {
      level(first.clock, second.clock);
      const scene = await aScene(first, processes === 2 ? second : first);
      await pair.given(scene);
      const sent = starts === 'left' ? [pair.left(scene), pair.right(scene)] : [pair.right(scene), pair.left(scene)];
      const answers = await Promise.all(sent);
      const outcomes = starts === 'left' ? answers : answers.toReversed();
      const standing = await scene.right.standing();
      return `${outcomes.map(inWords).join(' | ')} -> ${slashed(standing)}`;
    },
    findings: async () => (await first.scrip.checkBooks()).findings,
    close: async () => {
      await second.scrip.close();
      await first.scrip.close();
    },
  };
}

async function aSide(env: Record<string, string>): Promise<Side> {
  const scrip = await startTestScrip(env);
  return { scrip, clock: stopClock(scrip.clock), purchases: await purchasesOf(scrip) };
}

/** Brings both clocks to the later of their times. */
function level(a: StoppedClock, b: StoppedClock): void {
  const aheadMs = a.now().getTime() - b.now().getTime();
  if (aheadMs > 0) b.advance(aheadMs / 1000);
  else a.advance(-aheadMs / 1000);
}

async function aScene(left: Side, right: Side): Promise<Scene> {
  const account = await openAccount(left.scrip);
  return {
    left: account,
    right: accountOf(right.scrip, account.id),
    ids: {},
    purchase: async (amount) => {
      await left.purchases.credit(account.id, 'P', amount);
    },
    settleLeft: left.purchases.settle,
    settleRight: right.purchases.settle,
    sweepLeft: () => left.scrip.running.app.get(LedgerSweep).run(),
    sweepRight: () => right.scrip.running.app.get(LedgerSweep).run(),
    later: (seconds) => {
      left.clock.advance(seconds);
      if (right !== left) right.clock.advance(seconds);
    },
    rightIsPastTheDeadline: () => right.clock.advance(0.001),
  };
}

function inWords(outcome: unknown): string {
  if (typeof outcome === 'number') return 'swept';
  if (isSettled(outcome)) return `settled ${outcome.lapsed}/${outcome.reversed}/${outcome.shortfall}`;
  return outcomeOf(outcome as HttpAnswer);
}

function isSettled(outcome: unknown): outcome is { lapsed: number; reversed: number; shortfall: number } {
  return typeof outcome === 'object' && outcome !== null && 'shortfall' in outcome;
}

function slashed({ balance, held, available }: Standing): string {
  return `${balance}/${held}/${available}`;
}
