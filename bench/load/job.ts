/** Whose credits are spent: all of them one account's, or those of `count` accounts, picked at random. */
export type Accounts =
  | { readonly kind: 'hot' }
  | { readonly kind: 'spread'; readonly count: number }
  | { readonly kind: 'one'; readonly accountId: string };

/** What each request asks. Every write has a fresh idempotency key and amount 1, or uses what costs as much. */
export type Workload =
  | { readonly kind: 'spend'; readonly accounts: Accounts }
  | { readonly kind: 'usage'; readonly accounts: Accounts }
  | { readonly kind: 'batch'; readonly accounts: Accounts; readonly items: number }
  | { readonly kind: 'events'; readonly accounts: Accounts; readonly items: number }
  | { readonly kind: 'hold-and-capture'; readonly accounts: Accounts }
  | { readonly kind: 'hold-and-capture-usage'; readonly accounts: Accounts }
  | { readonly kind: 'get'; readonly paths: readonly string[] };

/** A closed loop over HTTP: every connection sends its next request when the answer to the one before has come. */
export interface HttpJob {
  readonly kind: 'http';
  readonly port: number;
  readonly key?: string;
  readonly connections: number;
  readonly seconds: number;
  readonly workload: Workload;
  /** A connection sends so long after it has sent its last request, if that was answered: a steady rate. */
  readonly everyMs?: number;
  /** A closed loop that runs next to it. Its latencies and refusals count by themselves. */
  readonly beside?: { readonly connections: number; readonly workload: Workload };
}

/** A closed loop over Postgres connections, each calling the function `spend` of `classic/spend.sql`. */
export interface SqlJob {
  readonly kind: 'sql';
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  readonly accounts: Accounts;
}

/** A closed loop over Postgres connections, each copying rows that events have written once more. */
export interface CopyJob {
  readonly kind: 'copy';
  readonly url: string;
  /** How many entries in a transaction. */
  readonly rows: number;
  readonly accounts: Accounts;
  /** Whether the balances of their accounts are copied as well. */
  readonly withBalances: boolean;
  readonly connections: number;
  readonly seconds: number;
}

export type Job = HttpJob | SqlJob | CopyJob;

export interface JobResult {
  /** Units of work (spends, pairs, pages) done within the measured seconds. */
  readonly units: number;
  /** With those that were under way when the measured seconds were over: what CPU, WAL and disk were used for. */
  readonly unitsInAll: number;
  readonly seconds: number;
  /** Counts of a {@link Histogram}: per request, or per pair where two requests make one unit. */
  readonly latencies: readonly number[];
  /** What was refused or failed, by a short description, with how often. Empty when all went well. */
  readonly failures: Readonly<Record<string, number>>;
  /** Credits acknowledged by account, those after the measured seconds included. */
  readonly acknowledged: Readonly<Record<string, number>>;
  /** How much of one core the generator itself used. */
  readonly generatorCpuShare: number;
  /** Of the load that ran next to it. */
  readonly beside?: BesideResult;
}

export interface BesideResult {
  readonly units: number;
  readonly latencies: readonly number[];
  /** How many requests were refused: a locked account is told that it is busy. */
  readonly refusals: number;
}

export const HOT_ACCOUNT = 'hot';

export function spreadAccount(index: number): string {
  return `account-${index}`;
}

/** The ids of all accounts, as a list to pick from. */
export function accountIds(accounts: Accounts): string[] {
  switch (accounts.kind) {
    case 'hot':
      return [HOT_ACCOUNT];
    case 'one':
      return [accounts.accountId];
    case 'spread':
      return Array.from({ length: accounts.count }, (_, i) => spreadAccount(i));
  }
}
