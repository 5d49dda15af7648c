import type { Tx } from '../database/database.js';
import { invariant } from '../kernel/invariant.js';
import { idsWithoutJob, type WaitingRows } from './ids-without-job.js';
import type { SlotKind } from './slots.js';

/** What never changes once a version has stored jobs is the name, the name of the id, and the prefix of the key. */
export interface QueueDeclaration {
  /** Names this kind of job where jobs are stored. */
  name: string;
  /** What a job's payload calls the id of the row that the job is about. */
  idName: string;
  /**
   * What stands before the row's id in the key of its job: the queue's name unless given. A row has one job that waits
   * among all queues with the same prefix.
   */
  keyPrefix?: string;
  /** Where its jobs run, and so which other jobs they may keep waiting; `others` when absent. */
  slots?: SlotKind;
  /** Attempts before a job is given up; the waits between them grow from seconds to hours. */
  maxAttempts?: number;
  /** Which rows wait for a job. One that has lost its job is given another when the service starts. */
  waiting?: Omit<WaitingRows, 'keyPrefix'> & {
    /** How the log calls the rows, such as `refunds`. */
    plural: string;
  };
}

export interface AddOptions {
  /** How long to wait before the first attempt, counted from now, whatever the service's clock says. */
  delayMs?: number;
  /** Of the jobs that are due, those with the lowest run first; 0 when absent. */
  priority?: number;
  /** Leaves a job that is there already alone, also one that runs, instead of replacing it. */
  onlyIfAbsent?: boolean;
}

const DEFAULT_MAX_ATTEMPTS = 25;

/** Declares a kind of job: one that is about one row of a table, which it names by its id. */
export function defineQueue(declaration: QueueDeclaration): Queue {
  return new Queue(declaration);
}

/** A kind of job. `JobRegistry` is told what to do for one; what it declares stands in one place. */
export class Queue {
  readonly name: string;
  readonly slots: SlotKind;
  /** How the log calls the rows that wait for a job; undefined when none are searched for. */
  readonly plural: string | undefined;
  private readonly keyPrefix: string;

  constructor(private readonly declaration: QueueDeclaration) {
    this.name = declaration.name;
    this.slots = declaration.slots ?? 'others';
    this.plural = declaration.waiting?.plural;
    this.keyPrefix = declaration.keyPrefix ?? declaration.name;
  }

  /**
   * Adds the job of a row in the transaction of its cause: it runs, within milliseconds, once that is committed, or
   * never. Replaces a job of the row that waits, so that none is kept waiting for a later attempt, and runs next to one
   * that runs already.
   */
  async add(tx: Tx, id: string, { delayMs = 0, priority = 0, onlyIfAbsent = false }: AddOptions = {}): Promise<void> {
    const { idName, maxAttempts = DEFAULT_MAX_ATTEMPTS } = this.declaration;
    await tx.query(
      `select graphile_worker.add_job(
         identifier => $1::text,
         payload => $2::json,
         run_at => now() + $3::double precision * interval '1 millisecond',
         max_attempts => $4::int,
         job_key => $5::text,
         job_key_mode => $6::text,
         priority => $7::int
       )`,
      [
        this.name,
        JSON.stringify({ [idName]: id }),
        delayMs,
        maxAttempts,
        `${this.keyPrefix}:${id}`,
        onlyIfAbsent ? 'unsafe_dedupe' : 'replace',
        priority,
      ],
    );
  }

  /** Adds the jobs of many rows at once, to run as soon as possible, each as `add` would. */
  async addAll(tx: Tx, ids: readonly string[]): Promise<void> {
    const { idName, maxAttempts = DEFAULT_MAX_ATTEMPTS } = this.declaration;
    if (ids.length === 0) return;
    await tx.query(
      `select
       from graphile_worker.add_jobs(array(
         select row($1::text, payload, null, now(), $2::int, key, 0, null)::graphile_worker.job_spec
         from unnest($3::json[], $4::text[]) as job (payload, key)
       ))`,
      [
        this.name,
        maxAttempts,
        ids.map((id) => JSON.stringify({ [idName]: id })),
        ids.map((id) => `${this.keyPrefix}:${id}`),
      ],
    );
  }

  /** Adds a job for every row that waits and has none that could still run. Returns how many there were. */
  async requeue(tx: Tx): Promise<number> {
    const { waiting } = this.declaration;
    if (waiting === undefined) return 0;
    const ids = await idsWithoutJob(tx, { ...waiting, keyPrefix: this.keyPrefix });
    for (const id of ids) await this.add(tx, id);
    return ids.length;
  }

  /** The id of the row that a stored job is about. */
  idOf(payload: unknown): string {
    const id: unknown = (payload as Record<string, unknown> | null)?.[this.declaration.idName];
    invariant(typeof id === 'string', `a job ${this.name} names its ${this.declaration.idName}`);
    return id;
  }
}
