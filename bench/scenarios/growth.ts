import { encodeCursor } from '../../src/kernel/keyset-page.js';
import type { Contestant, Scenario } from '../contest.js';
import { type Accounts, accountIds, HOT_ACCOUNT, type Workload } from '../load/job.js';
import type { SeededAccount } from '../seed/scrip-ledger.js';
import type { Side } from '../side.js';
import { HOT } from '../stage.js';
import { overHttp } from './contestants.js';

export const SMALL_ENTRIES = 10_000;

/** Both ledgers have as many accounts, so that only their histories differ. One of them has a tenth of all entries. */
const ACCOUNTS: Accounts = { kind: 'spread', count: 1_000 };
const SHARE_OF_HOT = 0.1;

export interface Ledger {
  readonly side: Side;
  readonly entries: number;
}

/** Accounts whose histories have `entries` entries together. */
export function accountsWithHistory(entries: number): SeededAccount[] {
  const ids = accountIds(ACCOUNTS);
  const each = Math.floor((entries * (1 - SHARE_OF_HOT)) / ids.length);
  return [
    { accountId: HOT_ACCOUNT, entries: entries - each * ids.length },
    ...ids.map((accountId) => ({ accountId, entries: each })),
  ];
}

/** The same requests on ledgers of different size. */
export function growth(ledgers: readonly Ledger[]): Scenario[] {
  const sizes = ledgers.map(({ entries }) => nameOf(entries)).join(' and ');
  const scenario = (id: string, title: string, unit: string, make: (ledger: Ledger) => Contestant): Scenario => ({
    id: `growth-${id}`,
    title: `${title}, with ${sizes} entries`,
    unit,
    note: 'Every entry has its spend, its stored answer and its valid hash.',
    contestants: ledgers.map(make),
  });
  const load = (connections: number, workload: (ledger: Ledger) => Workload) => (ledger: Ledger) => ({
    ...overHttp(ledger.side, connections, workload(ledger)),
    id: `growth-${ledger.entries}`,
    label: `Scrip with ${nameOf(ledger.entries)} entries, ${connections} connections`,
  });
  return [
    scenario(
      'hot',
      'Spends on one account',
      'spends',
      load(64, () => ({ kind: 'spend', accounts: HOT })),
    ),
    scenario(
      'spread',
      'Spends over 1,000 accounts',
      'spends',
      load(64, () => ({ kind: 'spend', accounts: ACCOUNTS })),
    ),
    scenario('first-page', 'The newest 20 entries of an account', 'pages', load(4, firstPages)),
    scenario('deep-page', 'A page in the middle of a long history', 'pages', load(4, deepPages)),
    scenario('balance-at', 'The balance at a past instant', 'answers', load(4, pastBalances)),
  ];
}

function firstPages(): Workload {
  return { kind: 'get', paths: accountIds(ACCOUNTS).map((id) => `/v1/accounts/${id}/entries`) };
}

function deepPages({ entries }: Ledger): Workload {
  const hot = accountsWithHistory(entries)[0]?.entries ?? 0;
  const cursors = shares().map((share) => encodeCursor(`${Math.max(2, Math.floor(hot * share))}`));
  return { kind: 'get', paths: cursors.map((cursor) => `/v1/accounts/${HOT_ACCOUNT}/entries?cursor=${cursor}`) };
}

function pastBalances(): Workload {
  const now = Date.now();
  const instants = shares().map((share) => new Date(now - share * 30 * 86_400_000).toISOString());
  return { kind: 'get', paths: instants.map((at) => `/v1/accounts/${HOT_ACCOUNT}/balance?at=${at}`) };
}

/** Points spread over a whole, without its very ends. */
function shares(): number[] {
  return Array.from({ length: 500 }, (_, index) => (index + 1) / 502);
}

function nameOf(entries: number): string {
  return entries >= 1_000_000 ? `${entries / 1_000_000} million` : entries.toLocaleString('en');
}
