import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { LimitedClient } from '../database/limited-client.js';
import { sqlStateOf } from '../database/sql-state.js';
import { noteFailure } from '../kernel/background.js';
import { describeError } from './describe-error.js';

/** How long a connection is waited for: one that is free, or a server that answers. */
const CONNECT_TIMEOUT_MS = 5_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
/** The names under which graphile-worker prepares the statements that note how a job has ended. */
const ENDS_A_JOB = /^(?:complete_jobs?|fail_job)(?:_q)?\//;

/**
 * Connections of the job queue's own. One that breaks is replaced at the next use; it must not end the process. One on
 * which nothing is answered any more is ended, so that no slot waits for a server that has vanished.
 *
 * graphile-worker notes the end of a job by a promise that it does not await, so that its rejection would end the
 * process. From this pool such a statement never fails: it is tried again until Postgres takes it, however long that is
 * away, and is given up when Postgres refuses what it says or when the pool is closed. A job whose end was given up is
 * run again, by this process (`WorkerLife`) or by the one that takes over its jobs.
 */
export class JobsPool extends pg.Pool {
  private readonly jobsLog = new Logger('Jobs');
  private readonly endings = new Set<Promise<void>>();
  private closed = false;

  constructor(databaseUrl: string, max: number) {
    super({
      connectionString: databaseUrl,
      max,
      application_name: 'scrip-jobs',
      Client: LimitedClient,
      // Only with it does the driver end a connection whose statement takes too long.
      pipeline: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    });
    this.on('error', () => undefined);
    this.on('connect', (client) => client.on('error', () => undefined));
  }

  /** Whether the end of a job is still being noted. */
  get isNotingEnds(): boolean {
    return this.endings.size > 0;
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(
    callback: (error: Error | undefined, client: pg.PoolClient | undefined, done: (release?: unknown) => void) => void,
  ): void;
  override connect(callback?: Parameters<pg.Pool['connect']>[0]): Promise<pg.PoolClient> | undefined {
    if (callback === undefined) return Promise.resolve(new PatientClient(this) as unknown as pg.PoolClient);
    super.connect(callback);
    return undefined;
  }

  /** A connection as the driver lends it. */
  lend(): Promise<pg.PoolClient> {
    return super.connect();
  }

  /** Runs the statement that notes a job's end, as often as it takes. Never rejects. */
  noteEnd(statement: pg.QueryConfig): Promise<void> {
    const noting = this.untilNoted(statement).finally(() => this.endings.delete(noting));
    this.endings.add(noting);
    return noting;
  }

  /** Gives up what Postgres does not take now, and closes the connections. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all(this.endings);
    await this.end();
  }

  private async untilNoted(statement: pg.QueryConfig): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        await this.run(statement);
        return;
      } catch (error) {
        const failures = noteFailure('the end of a job');
        const isHopeless = this.closed || isRefusal(error);
        const next = isHopeless ? 'is given up, and the job will run again' : 'is tried again';
        this.jobsLog.warn(
          `the end of a job could not be noted (failure ${failures}) and ${next}: ${describeError(error)}`,
        );
        if (isHopeless) return;
      }
      await pause(pauseMs);
    }
  }

  private async run(statement: pg.QueryConfig): Promise<void> {
    const client = await this.lend();
    try {
      await client.query(statement);
    } finally {
      client.release();
    }
  }
}

/** What graphile-worker borrows for one or more statements. The connection is taken when the first of them is known. */
class PatientClient {
  private lent: Promise<pg.PoolClient> | undefined;

  constructor(private readonly pool: JobsPool) {}

  async query(statement: string | pg.QueryConfig, values?: unknown[]): Promise<pg.QueryResult> {
    if (typeof statement === 'object' && ENDS_A_JOB.test(statement.name ?? '')) {
      await this.pool.noteEnd(statement);
      return { command: '', rowCount: null, oid: 0, fields: [], rows: [] };
    }
    try {
      this.lent ??= this.pool.lend();
      const client = await this.lent;
      return await (typeof statement === 'string' ? client.query(statement, values) : client.query(statement));
    } catch (error) {
      throw asksAgainSoon(error);
    }
  }

  async release(): Promise<void> {
    const client = await this.lent?.catch(() => undefined);
    client?.release();
  }
}

/**
 * Upon these codes graphile-worker waits by itself before it asks for a job again, longer each time, up to two minutes:
 * a server that needs a minute to recover would then stand idle for another. Without a code it asks at its next poll.
 */
function asksAgainSoon(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^(?:57P03|EHOSTUNREACH|ETIMEDOUT)$/.test(code) ? new Error(describeError(error), { cause: error }) : error;
}

/**
 * Whether Postgres works and will not take this statement, today or tomorrow: data that it cannot hold, or no such
 * thing.
 */
function isRefusal(error: unknown): boolean {
  return /^(?:22|23|42)/.test(sqlStateOf(error) ?? '');
}
