import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Batches } from '../../database/batches.js';
import { Database } from '../../database/database.js';

/** Beyond it the account that was longest not asked for is asked for anew. At a hundred bytes each, some 10 MB. */
const MAX_ACCOUNTS = 100_000;
/** What all accounts of one Postgres belong to. */
const ONE_LANE = 0;

/** Accounts that one transaction can lock, read and write together, and what it is posted on. */
export interface Lane {
  /** They may be others the next time. */
  readonly batches: Batches;
  /** A batch of these accounts has failed as a whole: they may belong to other lanes by now, or be on another node. */
  doubt(accountIds: readonly string[]): void;
}

/**
 * Which accounts may share a batch. On one Postgres all may; where the books are distributed, those of one shard, whose
 * number is the lane. A lane that is wrong, since a shard was split, costs a batch that is refused, whose commands are
 * run again one by one, and never a wrong book.
 */
@Injectable()
export class Lanes {
  private readonly known = new LRUCache<string, number>({ max: MAX_ACCOUNTS });
  /** The accounts that this turn of the event loop asks for. */
  private asking: { readonly accountIds: Set<string>; readonly lanes: Promise<Map<string, number>> } | undefined;

  constructor(private readonly database: Database) {}

  /** The lane of an account, at once where it is known. Rejects when the database cannot be asked. */
  of(accountId: string): number | Promise<number> {
    if (!this.database.isSharded) return ONE_LANE;
    return this.known.get(accountId) ?? this.ask(accountId);
  }

  /** The accounts by lane, each group in the order in which they were given. */
  async group(accountIds: readonly string[]): Promise<string[][]> {
    const lanes = await Promise.all(accountIds.map((accountId) => this.of(accountId)));
    return [...Map.groupBy(accountIds, (_, index) => lanes[index]).values()];
  }

  lane(lane: number): Lane {
    const { database, known } = this;
    return {
      get batches() {
        return database.batchesOf(lane);
      },
      doubt: (accountIds) => {
        for (const accountId of accountIds) known.delete(accountId);
        database.doubtShards();
      },
    };
  }

  private async ask(accountId: string): Promise<number> {
    this.asking ??= this.askTogether();
    const { accountIds, lanes } = this.asking;
    accountIds.add(accountId);
    return (await lanes).get(accountId) ?? ONE_LANE;
  }

  /** Accounts that are asked for in one turn of the event loop share a query. */
  private askTogether() {
    const accountIds = new Set<string>();
    const lanes = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      this.asking = undefined;
      return this.read([...accountIds]);
    });
    return { accountIds, lanes };
  }

  private async read(accountIds: string[]): Promise<Map<string, number>> {
    const rows = await this.database.query<{ id: string; shard: string }>(
      `select id, get_shard_id_for_distribution_column('balances', id) as shard from unnest($1::text[]) id`,
      [accountIds],
    );
    const lanes = new Map(rows.map(({ id, shard }) => [id, Number(shard)]));
    for (const [accountId, lane] of lanes) this.known.set(accountId, lane);
    return lanes;
  }
}
