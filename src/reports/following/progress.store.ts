import type { SqlRunner } from '../../ledger/sql-runner.js';

/** How far an account was followed: up to this entry, 0 before the first. */
export interface Progress {
  readonly accountId: string;
  readonly seq: bigint;
  /** By which generation of derivations. What an older one has derived is cleared before the account is followed on. */
  readonly generation: number;
}

interface ProgressRow {
  account_id: string;
  seq: string;
  generation: number;
}

const COLUMNS = 'account_id, seq, generation';

/**
 * Locks how far accounts were followed, in the order of their ids, for those that are followed for the first time as
 * well. With `skipLocked` those are left out that somebody else follows just now.
 */
export async function lockProgress(
  tx: SqlRunner,
  accountIds: readonly string[],
  { skipLocked }: { skipLocked: boolean },
): Promise<Progress[]> {
  await tx.query(
    `insert into followed_accounts (account_id, generation)
     select id, generation from unnest($1::text[]) id cross join following
     order by id collate "C"
     on conflict do nothing`,
    [accountIds],
  );
  const rows: ProgressRow[] = await tx.query(
    `select ${COLUMNS} from followed_accounts where account_id = any($1)
     order by account_id for no key update${skipLocked ? ' skip locked' : ''}`,
    [accountIds],
  );
  return rows.map(toProgress);
}

/** Without a lock. Accounts that were never followed are left out. */
export async function progressOf(db: SqlRunner, accountIds: readonly string[]): Promise<Map<string, Progress>> {
  const rows: ProgressRow[] = await db.query(`select ${COLUMNS} from followed_accounts where account_id = any($1)`, [
    accountIds,
  ]);
  return new Map(rows.map(toProgress).map((progress) => [progress.accountId, progress]));
}

export async function writeProgress(tx: SqlRunner, progress: readonly Progress[]): Promise<void> {
  if (progress.length === 0) return;
  await tx.query(
    `update followed_accounts as old set seq = new.seq, generation = new.generation
     from unnest($1::text[], $2::bigint[], $3::integer[]) as new (account_id, seq, generation)
     where old.account_id = new.account_id`,
    [
      progress.map(({ accountId }) => accountId),
      progress.map(({ seq }) => `${seq}`),
      progress.map(({ generation }) => generation),
    ],
  );
}

/** How many accounts were followed, and of how many of them by the derivations of now. */
export async function countByGeneration(db: SqlRunner): Promise<{ accounts: number; ofAccounts: number }> {
  const [row] = await db.query(
    `select count(*)::int as "ofAccounts",
       count(*) filter (where generation = (select generation from following))::int as accounts
     from followed_accounts`,
  );
  return row;
}

function toProgress({ account_id: accountId, seq, generation }: ProgressRow): Progress {
  return { accountId, seq: BigInt(seq), generation };
}
