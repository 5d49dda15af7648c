import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type pg from 'pg';
import { LimitedClient } from '../database/limited-client.js';
import { noteFailure } from '../kernel/background.js';
import { describeError } from './describe-error.js';
import { Every } from './every.js';

const RECONNECT_AFTER_MS = 500;
const CONNECT_TIMEOUT_MS = 5_000;
/** How soon the jobs of a process that died elsewhere are taken over. */
const SWEEP_EVERY_MS = 5_000;
/** A job that was taken this long ago, and is not known to those who would run it, was lost on the way. */
const LOST_AFTER_MS = 10_000;
/** A machine that vanished without a word is given up by Postgres after about half a minute. */
const KEEPALIVE = 'set tcp_keepalives_idle = 15; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3';
/** Tells these advisory locks from others: an arbitrary, fixed number. */
const LOCK_SEED = 1_918_375;

/**
 * The sign of life of this process's workers. A worker that is killed leaves its jobs locked, and graphile-worker frees
 * them after four hours only. So each worker holds an advisory lock under its id, on a connection that dies with the
 * process; jobs that are locked by a worker whose advisory lock is free belong to nobody, and are freed at once.
 */
export class WorkerLife {
  private readonly log = new Logger(WorkerLife.name);
  private readonly claims = new Map<string, Promise<void>>();
  private client: pg.Client | undefined;
  private sweeping: Every | undefined;
  private ended = false;

  /** `jobsInHand` returns the ids of the jobs that this process runs, or undefined while it cannot say. */
  constructor(
    private readonly databaseUrl: string,
    private readonly jobsInHand: () => string[] | undefined = () => undefined,
  ) {}

  /** Frees the jobs of dead workers now, and from now on every few seconds, together with those that were lost here. */
  async begin(): Promise<void> {
    await this.connect();
    await this.freeJobsOfTheDead();
    this.sweeping = new Every(
      { work: 'the search for jobs that nobody runs', everyMs: SWEEP_EVERY_MS, log: this.log },
      async () => {
        await this.freeJobsOfTheDead();
        await this.freeLostJobs();
      },
    );
  }

  /** Takes the lock of a worker. The worker waits for it before it takes any job. */
  claim(workerId: string): Promise<void> {
    const claim = this.claims.get(workerId) ?? this.lockWhenConnected(workerId);
    this.claims.set(workerId, claim);
    return claim;
  }

  /** Gives the lock of a worker back when it has ended, so that what it left locked is freed. */
  async disclaim(workerId: string): Promise<void> {
    this.claims.delete(workerId);
    await this.client
      ?.query('select pg_advisory_unlock(hashtextextended($1, $2))', [workerId, LOCK_SEED])
      .catch(() => undefined);
  }

  async end(): Promise<void> {
    this.ended = true;
    await this.client?.end().catch(() => undefined);
    this.client = undefined;
    await this.sweeping?.stop();
  }

  async freeJobsOfTheDead(): Promise<void> {
    await this.client?.query(
      `with dead as (
         select locked_by
         from (select distinct locked_by from graphile_worker.jobs where locked_by is not null offset 0) as workers
         where not locked_by = any($1::text[])
           and pg_try_advisory_xact_lock(hashtextextended(locked_by, $2))
       )
       select graphile_worker.force_unlock_workers(array_agg(locked_by))
       from dead
       having count(*) > 0`,
      [[...this.claims.keys()], LOCK_SEED],
    );
  }

  /**
   * Frees the jobs that this process has taken and does not run: those that Postgres gave out as the connection broke,
   * so that they never came here, and those whose end it did not take. One that was taken just now may still be on its
   * way.
   */
  private async freeLostJobs(): Promise<void> {
    const inHand = this.jobsInHand();
    if (inHand === undefined) return;
    await this.client?.query(
      `update graphile_worker._private_jobs
       set locked_by = null,
           locked_at = null
       where locked_by = any($1::text[])
         and locked_at < now() - $2 * interval '1 millisecond'
         and not id = any($3::bigint[])`,
      [[...this.claims.keys()], LOST_AFTER_MS, inHand],
    );
  }

  private async lockWhenConnected(workerId: string): Promise<void> {
    while (!this.ended) {
      const locked = await this.lock(workerId).catch(() => false);
      if (locked) return;
      await pause(RECONNECT_AFTER_MS);
    }
  }

  private async lock(workerId: string): Promise<boolean> {
    if (this.client === undefined) return false;
    await this.client.query('select pg_advisory_lock(hashtextextended($1, $2))', [workerId, LOCK_SEED]);
    return true;
  }

  private async connect(): Promise<void> {
    const client = new LimitedClient({
      connectionString: this.databaseUrl,
      application_name: 'scrip-worker-life',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      // Workers that begin at once claim their locks at once.
      pipeline: true,
    });
    client.on('error', () => undefined);
    client.once('end', () => this.reconnect(client));
    await client.connect();
    await client.query(KEEPALIVE);
    this.client = client;
    if (this.ended) await this.end();
  }

  /** While the connection is gone, others may take jobs over that still run here: jobs are safe to run twice. */
  private reconnect(lost: pg.Client): void {
    if (this.ended || this.client !== lost) return;
    this.client = undefined;
    this.log.warn('the connection that shows that this worker lives was lost');
    void this.restore();
  }

  private async restore(): Promise<void> {
    while (!this.ended && this.client === undefined) {
      await pause(RECONNECT_AFTER_MS);
      await this.connect().catch((error: unknown) => {
        const failures = noteFailure('the sign of life of the workers');
        this.log.warn(`the sign of life of the workers is not back (failure ${failures}): ${describeError(error)}`);
      });
    }
    for (const workerId of this.claims.keys()) await this.lock(workerId).catch(() => undefined);
  }
}
