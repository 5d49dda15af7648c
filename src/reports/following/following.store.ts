import type { SqlRunner } from '../../ledger/sql-runner.js';

/** How far all accounts together were followed, and how far the walk over all of them has come. */
export interface Following {
  readonly generation: number;
  /** Every entry that was recorded before was followed; null when that was never certain. */
  readonly followedThrough: Date | null;
  /** The walk under way: when it began, and up to which account it has come; the first ids are behind `''`. */
  readonly walk: { readonly beganAt: Date; readonly through: string } | null;
  /** When the last walk ended. */
  readonly walkedAt: Date | null;
}

interface FollowingRow {
  generation: number;
  followed_through: Date | null;
  walk_began_at: Date | null;
  walked_through: string | null;
  walked_at: Date | null;
}

export async function readFollowing(db: SqlRunner): Promise<Following> {
  const [row]: FollowingRow[] = await db.query(
    'select generation, followed_through, walk_began_at, walked_through, walked_at from following',
  );
  const began = row?.walk_began_at ?? null;
  return {
    generation: row?.generation ?? 1,
    followedThrough: row?.followed_through ?? null,
    walk: began === null ? null : { beganAt: began, through: row?.walked_through ?? '' },
    walkedAt: row?.walked_at ?? null,
  };
}

/** Every entry that was recorded before was followed. Never goes back. */
export async function noteFollowedThrough(db: SqlRunner, through: Date): Promise<void> {
  await db.query('update following set followed_through = $1 where followed_through is null or followed_through < $1', [
    through,
  ]);
}

/** Begins a walk over all accounts, unless one is under way. */
export async function beginWalk(db: SqlRunner, now: Date): Promise<void> {
  await db.query(`update following set walk_began_at = $1, walked_through = '' where walk_began_at is null`, [now]);
}

/** The walk has come from one account to another. Whoever was overtaken by another process changes nothing. */
export async function noteWalked(db: SqlRunner, from: string, to: string): Promise<void> {
  await db.query('update following set walked_through = $2 where walked_through = $1', [from, to]);
}

export async function endWalk(db: SqlRunner, from: string, now: Date): Promise<void> {
  await db.query(
    `update following set walk_began_at = null, walked_through = null, walked_at = $2 where walked_through = $1`,
    [from, now],
  );
}

/** From now on all that was derived is of an older generation, and the walk derives it anew, account by account. */
export async function beginGeneration(db: SqlRunner, now: Date): Promise<void> {
  await db.query(
    `update following
     set generation = generation + 1, followed_through = null, walk_began_at = $1, walked_through = ''`,
    [now],
  );
}
