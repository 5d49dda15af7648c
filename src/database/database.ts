import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource, type DataSourceOptions, type EntityManager } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { Batches } from './batches.js';
import { again, DRIVER, LOCK_TIMEOUT_MS, withClient } from './connections.js';
import { Nodes } from './nodes.js';
import { withLockTimeout } from './session/settings.js';
import { isSharded } from './shards.js';
import { together } from './sql-state.js';

/** An open transaction. Every write takes one, so that what belongs together is committed together. */
export type Tx = EntityManager;

/** One to read batches, one to send them, one to try what was locked. */
const MOST_FOR_ONE_LANE = 3;

export interface DatabaseOptions {
  url: string;
  poolSize: number;
  /** Whether batches go straight to the nodes that have their shards, where the books are distributed. */
  toNodes?: boolean;
  /** The entity classes of all rooms. */
  entities: NonNullable<DataSourceOptions['entities']>;
}

/** The only door to Postgres. */
@Injectable()
export class Database implements OnApplicationShutdown {
  private constructor(
    readonly dataSource: DataSource,
    private readonly batches: Batches,
    /** Whether the tables of the books are shards by account. */
    readonly isSharded: boolean,
    private readonly nodes: Nodes | undefined,
  ) {}

  static async connect({ url, poolSize, toNodes = false, entities }: DatabaseOptions): Promise<Database> {
    const limitedUrl = withLockTimeout(url, LOCK_TIMEOUT_MS);
    const areShards = await isSharded(limitedUrl);
    const forBatches = areShards ? Math.floor(poolSize / 2) : Math.min(MOST_FOR_ONE_LANE, Math.floor(poolSize / 3));
    const batches = new Batches(url, Math.max(2, forBatches), areShards);
    const dataSource = new DataSource({
      type: 'postgres',
      url: limitedUrl,
      poolSize: Math.max(2, poolSize - batches.size),
      applicationName: 'scrip',
      entities,
      synchronize: false,
      // A condition without a value must not be left out: the statement would be about every row of the table.
      invalidWhereValuesBehavior: { undefined: 'throw', null: 'throw' },
      extra: DRIVER,
      // A connection that breaks while idle is replaced by the pool at the next use; it must not end the process.
      poolErrorHandler: () => undefined,
    });
    await dataSource.initialize();
    const coordinator = { query: (sql: string) => dataSource.query(sql) };
    const nodes = areShards && toNodes ? new Nodes(coordinator, url, batches.size) : undefined;
    await nodes?.refresh();
    return new Database(dataSource, batches, areShards, nodes);
  }

  /** The connections for batches of a shard; on one Postgres those for all batches. */
  batchesOf(shard: number): Batches {
    return this.nodes?.of(shard) ?? this.batches;
  }

  /** What is known of shards may be wrong: it is asked for again. */
  doubtShards(): void {
    this.nodes?.refreshSoon();
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
    await this.nodes?.end();
  }
}
