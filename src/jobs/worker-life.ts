import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type pg from 'pg';
import { RenewedClient } from '../database/renewed-client.js';

const RECONNECT_AFTER_MS = 500;
/** How soon the jobs of a process that died elsewhere are taken over. */
const SWEEP_EVERY_MS = 5_000;
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
  private sweeping: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(private readonly databaseUrl: string) {}

  /** Frees the jobs of dead workers now, and from now on every few seconds. */
  async begin(): Promise<void> {
    await this.connect();
    await this.freeJobsOfTheDead();
    this.sweeping = setInterval(() => void this.freeJobsOfTheDead().catch(() => undefined), SWEEP_EVERY_MS);
    this.sweeping.unref();
  }

  /** Takes the lock of a worker. The worker waits for it before it takes any job. */
  claim(workerId: string): Promise<void> {
    const claim = this.claims.get(workerId) ?? this.lockWhenConnected(workerId);
    this.claims.set(workerId, claim);
    return claim;
  }

  /** Gives the locks back when a worker has ended, so that what it left locked is freed. */
  async disclaimAll(): Promise<void> {
    this.claims.clear();
    await this.client?.query('select pg_advisory_unlock_all()').catch(() => undefined);
  }

  async end(): Promise<void> {
    this.ended = true;
    clearInterval(this.sweeping);
    await this.client?.end().catch(() => undefined);
    this.client = undefined;
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
    const client = new RenewedClient({ connectionString: this.databaseUrl, application_name: 'scrip-worker-life' });
    client.on('error', () => undefined);
    client.once('end', () => this.reconnect(client));
    await client.connect();
    await client.query(KEEPALIVE);
    this.client = client;
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
      await this.connect().catch(() => undefined);
    }
    for (const workerId of this.claims.keys()) await this.lock(workerId).catch(() => undefined);
  }
}
