import { Inject, Injectable, Logger } from '@nestjs/common';
import { Database, type Tx } from '../../database/database.js';
import { invariant } from '../../kernel/invariant.js';
import { headsOf } from '../../ledger/history/heads.js';
import type { EntrySpan } from '../../ledger/history/read-history.js';
import { readRuns } from '../../ledger/history/read-runs.js';
import { DERIVATIONS, type Derivation } from './derivation.js';
import { readFollowing } from './following.store.js';
import { lockProgress, type Progress, writeProgress } from './progress.store.js';
import { isOfAnAccount } from './wrong-data.js';

/** How many entries one transaction follows, and of how many accounts. Some 100 ms. */
export const ENTRIES_PER_STEP = 5_000;
export const ACCOUNTS_PER_STEP = 500;
/** How many rows of each derivation are taken back of one account in one transaction, and of how many accounts. */
const ROWS_PER_CLEARING = 5_000;
const ACCOUNTS_PER_CLEARING = 20;

/** What became of accounts that were to be followed. */
export interface Step {
  /** How many entries were followed. */
  readonly entries: number;
  /** The accounts on which there was more than one step follows. */
  readonly behind: readonly string[];
  /** The accounts that somebody else follows just now. */
  readonly skipped: readonly string[];
  /** The accounts that could not be followed. */
  readonly failed: readonly string[];
}

/**
 * Follows the entries of accounts, each once: what is derived of them is written in one transaction with how far they
 * were followed, under a lock of that. Two processes may do the same at once.
 */
@Injectable()
export class FollowAccounts {
  private readonly log = new Logger(FollowAccounts.name);

  constructor(
    private readonly database: Database,
    @Inject(DERIVATIONS) private readonly derivations: readonly Derivation[],
  ) {}

  /**
   * One step on some accounts, at most `ACCOUNTS_PER_STEP`. An account that cannot be followed, since its books are
   * damaged, is logged and keeps no other waiting.
   */
  async step(accountIds: readonly string[], { skipLocked = false } = {}): Promise<Step> {
    try {
      return await this.database.transaction((tx) => this.follow(tx, accountIds, skipLocked));
    } catch (error) {
      if (!isOfAnAccount(error)) throw error;
      if (accountIds.length > 1) return this.oneByOne(accountIds, skipLocked);
      this.log.error(error);
      return { entries: 0, behind: [], skipped: [], failed: accountIds };
    }
  }

  private async oneByOne(accountIds: readonly string[], skipLocked: boolean): Promise<Step> {
    const steps: Step[] = [];
    for (const accountId of accountIds) steps.push(await this.step([accountId], { skipLocked }));
    return {
      entries: steps.reduce((sum, { entries }) => sum + entries, 0),
      behind: steps.flatMap(({ behind }) => behind),
      skipped: steps.flatMap(({ skipped }) => skipped),
      failed: steps.flatMap(({ failed }) => failed),
    };
  }

  private async follow(tx: Tx, accountIds: readonly string[], skipLocked: boolean): Promise<Step> {
    const progress = await lockProgress(tx, accountIds, { skipLocked });
    const { generation } = await readFollowing(tx);
    const old = progress.filter((one) => one.generation < generation);
    const cleared = await this.clear(tx, old.slice(0, ACCOUNTS_PER_CLEARING), generation);
    // Read behind the locks: up to here there is no entry that somebody else has followed meanwhile.
    const current = progress.filter((one) => one.generation === generation);
    const heads = await headsOf(
      tx,
      current.map(({ accountId }) => accountId),
    );
    const { spans, behind } = next(current, new Map(heads.map(({ accountId, seq }) => [accountId, seq])));
    const { runs, entries } = await readRuns(tx, spans);
    const due = spans.reduce((sum, { from, to }) => sum + Number(to - from) + 1, 0);
    invariant(entries === due, () => `of the ${due} entries that are next ${entries} are there`);
    const followedEntries = runs.map((run) => ({ ...run, costs: [] }));
    if (entries > 0) for (const derivation of this.derivations) await derivation.derive(tx, followedEntries);
    const followed = spans.map(({ accountId, to }) => ({ accountId, seq: to, generation }));
    await writeProgress(tx, [...followed, ...cleared]);
    const locked = new Set(progress.map(({ accountId }) => accountId));
    return {
      entries,
      behind: [...old.map(({ accountId }) => accountId), ...behind],
      skipped: accountIds.filter((accountId) => !locked.has(accountId)),
      failed: [],
    };
  }

  /**
   * Takes back what older derivations have made of accounts, or a part of it: until the rest is gone as well, an
   * account stands at its beginning in the old generation.
   */
  private async clear(tx: Tx, old: readonly Progress[], generation: number): Promise<Progress[]> {
    const cleared: Progress[] = [];
    for (const { accountId, generation: before } of old) {
      let isAll = true;
      for (const derivation of this.derivations)
        isAll = (await derivation.clear(tx, accountId, ROWS_PER_CLEARING)) && isAll;
      cleared.push({ accountId, seq: 0n, generation: isAll ? generation : before });
    }
    return cleared;
  }
}

/** The entries that come next, as many as one step follows, and the accounts that have more. */
function next(
  progress: readonly Progress[],
  heads: ReadonlyMap<string, bigint>,
): { spans: EntrySpan[]; behind: string[] } {
  const spans: EntrySpan[] = [];
  const behind: string[] = [];
  let left = BigInt(ENTRIES_PER_STEP);
  for (const { accountId, seq } of progress) {
    const head = heads.get(accountId) ?? 0n;
    const to = seq + left < head ? seq + left : head;
    if (to > seq) spans.push({ accountId, from: seq + 1n, to });
    if (to < head) behind.push(accountId);
    if (to > seq) left -= to - seq;
  }
  return { spans, behind };
}
