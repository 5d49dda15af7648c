import type { ProcessOwner } from './proc.js';

/** One process of Postgres at an instant. */
export interface ProcessSample {
  /** The same for the life of the process, and never again. */
  readonly id: string;
  readonly ownMs: number;
  readonly owner: ProcessOwner | undefined;
}

/** All of Postgres at an instant. */
export interface PostgresSample {
  /** Of the process that all others are children of. */
  readonly postmasterMs: number;
  /** Of all children that have ended so far. */
  readonly endedMs: number;
  readonly processes: readonly ProcessSample[];
}

/**
 * Divides what the processes of one Postgres use among its databases, which take turns. To the database whose turn it is
 * goes what its own backends use, what the processes that serve all use, and what is used by processes that came and
 * went between two samples. Autovacuum goes to the database that it cleans, whenever it comes. What backends of another
 * database do meanwhile, which is idle, is nobody's.
 */
export class CpuShares {
  private readonly shares = new Map<string, number>();
  private last: PostgresSample | undefined;

  /** What was used between the sample before and this one, in the turn of a database or between turns. */
  add(sample: PostgresSample, turnOf: string | undefined): void {
    const before = this.last;
    this.last = sample;
    if (before === undefined) return;
    const alive = new Map(before.processes.map(({ id, ownMs }) => [id, ownMs]));
    for (const { id, ownMs, owner } of sample.processes) {
      this.credit(owner, ownMs - (alive.get(id) ?? 0), turnOf);
      alive.delete(id);
    }
    // What those that are gone had used by the sample before is credited already. One that ends while a sample is
    // taken is counted twice, or not at all, and made good by the next sample: so this may well be below zero.
    const counted = [...alive.values()].reduce((sum, ms) => sum + ms, 0);
    this.credit(undefined, sample.endedMs - before.endedMs - counted, turnOf);
    this.credit(undefined, sample.postmasterMs - before.postmasterMs, turnOf);
  }

  /** In milliseconds, since the first sample. */
  of(database: string): number {
    return this.shares.get(database) ?? 0;
  }

  private credit(owner: ProcessOwner | undefined, ms: number, turnOf: string | undefined): void {
    const isIdle = owner !== undefined && !owner.isAutovacuum && owner.database !== turnOf;
    const database = owner?.isAutovacuum ? owner.database : turnOf;
    if (isIdle || database === undefined) return;
    this.shares.set(database, this.of(database) + ms);
  }
}
