import type { Socket } from 'node:net';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg, { type PoolClient } from 'pg';
import { DataSource, type DataSourceOptions, type EntityManager } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { LimitedClient } from './limited-client.js';
import { withLockTimeout } from './session/settings.js';
import { isTransient, together } from './sql-state.js';

/** An open transaction. Every write takes one, so that what belongs together is committed together. */
export type Tx = EntityManager;

/** How long a statement waits for a row or a table that somebody else holds, before SQLSTATE 55P03. */
const LOCK_TIMEOUT_MS = 4_000;
/** How long a connection is waited for: one of the pool that is free, or a server that answers. */
const CONNECT_TIMEOUT_MS = 3_500;
/** One to read batches, one to send them, one to try what was locked. */
const MOST_FOR_BATCHES = 3;
const MAX_ATTEMPTS = 4;

/** Statements of a transaction on the bare connection of the driver. */
export interface BareTx {
  // biome-ignore lint/suspicious/noExplicitAny: the driver's rows have no type of their own
  query(sql: string, parameters?: unknown[]): Promise<any[]>;
}

/** A statement that is ready to be sent. */
export interface Statement {
  readonly sql: string;
  readonly parameters: unknown[];
}

export interface DatabaseOptions {
  url: string;
  poolSize: number;
  /** The entity classes of all rooms. */
  entities: NonNullable<DataSourceOptions['entities']>;
}

/** The only door to Postgres. */
@Injectable()
export class Database implements OnApplicationShutdown {
  private constructor(
    readonly dataSource: DataSource,
    /** Apart, so that batches go on when all other connections wait for something that somebody else holds. */
    private readonly batches: pg.Pool,
  ) {}

  static async connect({ url, poolSize, entities }: DatabaseOptions): Promise<Database> {
    const limitedUrl = withLockTimeout(url, LOCK_TIMEOUT_MS);
    const forBatches = Math.max(2, Math.min(MOST_FOR_BATCHES, Math.floor(poolSize / 3)));
    // Queries that do not wait for each other share a round trip. Their order on a connection is kept.
    const extra = { pipeline: true, Client: LimitedClient, connectionTimeoutMillis: CONNECT_TIMEOUT_MS };
    const dataSource = new DataSource({
      type: 'postgres',
      url: limitedUrl,
      poolSize: Math.max(2, poolSize - forBatches),
      applicationName: 'scrip',
      entities,
      synchronize: false,
      // A condition without a value must not be left out: the statement would be about every row of the table.
      invalidWhereValuesBehavior: { undefined: 'throw', null: 'throw' },
      extra,
      // A connection that breaks while idle is replaced by the pool at the next use; it must not end the process.
      poolErrorHandler: () => undefined,
    });
    await dataSource.initialize();
    const batches = new pg.Pool({
      ...extra,
      connectionString: limitedUrl,
      max: forBatches,
      application_name: 'scrip',
    });
    batches.on('error', () => undefined);
    return new Database(dataSource, batches);
  }

  /**
   * Runs `work` in one READ COMMITTED transaction. After a deadlock or a serialization failure the whole of it is run
   * again, three times at most, so `work` must do nothing outside its transaction: no network, no counters.
   */
  async transaction<T>(work: (tx: Tx) => Promise<T>, { lockTimeoutMs = LOCK_TIMEOUT_MS } = {}): Promise<T> {
    return again(() =>
      this.dataSource.transaction(async (tx) => {
        const limited = tx.query(`set local lock_timeout = ${lockTimeoutMs}`);
        const [result] = await together([work(tx), limited]);
        return result;
      }),
    );
  }

  /**
   * The same in as few round trips as there can be, on the bare connection: the transaction begins in the packet of the
   * first statement, and `work` answers its writes instead of sending them, so that they share a packet with the
   * commit. They are complete before the first of them is sent: a fault in making them commits nothing.
   */
  async batch<T extends { writes: readonly Statement[] }>(
    work: (tx: BareTx) => Promise<T>,
    { lockTimeoutMs = LOCK_TIMEOUT_MS } = {},
  ): Promise<T> {
    return again(async () =>
      withClient(await this.batches.connect(), async (client) => {
        const query = async (sql: string, parameters?: unknown[]) => (await client.query(sql, parameters)).rows;
        const [, result] = await inOnePacket(client, () =>
          together([query(`begin; set local lock_timeout = ${lockTimeoutMs}`), work({ query })]),
        );
        const writes = () => result.writes.map(({ sql, parameters }) => query(sql, parameters));
        await inOnePacket(client, () => together([...writes(), query('commit')]));
        return result;
      }),
    );
  }

  /** A connection of the pool for transactions that follow each other closely. To be closed. */
  async openPipeline(): Promise<Pipeline> {
    return new Pipeline(await this.batches.connect());
  }

  /** Runs reads that must agree with each other on one snapshot, without locks. */
  async snapshot<T>(read: (tx: Tx) => Promise<T>): Promise<T> {
    return this.dataSource.transaction('REPEATABLE READ', async (tx) => {
      const limited = tx.query(`set transaction read only; set local lock_timeout = ${LOCK_TIMEOUT_MS}`);
      const [result] = await together([read(tx), limited]);
      return result;
    });
  }

  /** A read outside any transaction. Bigints come back as text. */
  async query<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return this.dataSource.query(sql, parameters);
  }

  /** Writes nothing at all, which fails with 25006 where nothing can be written. */
  async requireWrites(): Promise<void> {
    const driver = this.dataSource.driver as PostgresDriver;
    const [client] = await driver.obtainMasterConnection();
    await withClient(client, () => client.query('update migrations set name = name where false'));
  }

  /** Comes after the HTTP server has closed, so that requests in flight still have their connections. */
  async onApplicationShutdown(): Promise<void> {
    if (!this.dataSource.isInitialized) return;
    await this.dataSource.destroy();
    await this.batches.end();
  }
}

/** Transactions that are sent one behind the other on one connection, without waiting for the end of the one before. */
export class Pipeline {
  private broken: unknown;
  private readonly giveUp = (error: unknown = new Error('the connection has ended')) => {
    this.broken = error;
  };

  constructor(private readonly client: PoolClient) {
    client.on('error', this.giveUp).on('end', this.giveUp);
  }

  /** Whether its connection was lost: then all that is sent fails. */
  get isBroken(): boolean {
    return this.broken !== undefined;
  }

  /**
   * Runs statements as one READ COMMITTED transaction, after all that were sent before it have ended, well or not, and
   * before all that are sent after it. Resolves once it is committed; one that fails is rolled back, and not run again.
   */
  async send(statements: readonly Statement[], { lockTimeoutMs = LOCK_TIMEOUT_MS } = {}): Promise<void> {
    const { client } = this;
    await inOnePacket(client, () =>
      together([
        client.query(`begin; set local lock_timeout = ${lockTimeoutMs}`),
        ...statements.map(({ sql, parameters }) => client.query(sql, parameters)),
        // Of a transaction that has failed this is the end, too.
        client.query('commit'),
      ]),
    );
  }

  /** Gives the connection back, once nothing is on its way. */
  close(): void {
    this.client.off('error', this.giveUp).off('end', this.giveUp);
    this.client.release(this.broken !== undefined);
  }
}

/** Works with a lent connection, rolls back what fails on it, and returns it. One that breaks meanwhile is given up. */
async function withClient<T>(client: PoolClient, work: (client: PoolClient) => Promise<T>): Promise<T> {
  let broken: unknown;
  const giveUp = (error: unknown) => {
    broken = error;
  };
  client.on('error', giveUp);
  try {
    return await work(client);
  } catch (error) {
    await client.query('rollback').catch(giveUp);
    throw error;
  } finally {
    client.off('error', giveUp);
    client.release(broken !== undefined);
  }
}

/** What is sent synchronously by `send` leaves as one packet: the server is woken once. */
function inOnePacket<T>(client: PoolClient, send: () => T): T {
  const { stream } = (client as PoolClient & { connection: { stream: Socket } }).connection;
  stream.cork();
  try {
    return send();
  } finally {
    stream.uncork();
  }
}

/** Runs a transaction again for as long as that alone can help, a few times. */
async function again<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempt >= MAX_ATTEMPTS || !isTransient(error)) throw error;
    }
  }
}
