import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource, type DataSourceOptions, type EntityManager } from 'typeorm';
import { isTransient, together } from './sql-state.js';

/** An open transaction. Every write takes one, so that what belongs together is committed together. */
export type Tx = EntityManager;

/** How long a statement waits for a row that somebody else holds, before SQLSTATE 55P03. */
export const LOCK_TIMEOUT_MS = 5_000;
const MAX_ATTEMPTS = 4;

export interface DatabaseOptions {
  url: string;
  poolSize: number;
  /** The entity classes of all rooms. */
  entities: NonNullable<DataSourceOptions['entities']>;
}

/** The only door to Postgres. */
@Injectable()
export class Database implements OnApplicationShutdown {
  private constructor(readonly dataSource: DataSource) {}

  static async connect({ url, poolSize, entities }: DatabaseOptions): Promise<Database> {
    const dataSource = new DataSource({
      type: 'postgres',
      url,
      poolSize,
      applicationName: 'scrip',
      entities,
      synchronize: false,
      // Queries that do not wait for each other share a round trip. Their order on a connection is kept.
      extra: { pipeline: true },
      // A connection that breaks while idle is replaced by the pool at the next use; it must not end the process.
      poolErrorHandler: () => undefined,
    });
    await dataSource.initialize();
    return new Database(dataSource);
  }

  /**
   * Runs `work` in one READ COMMITTED transaction. After a deadlock or a serialization failure the whole of it is run
   * again, three times at most, so `work` must do nothing outside its transaction: no network, no counters.
   */
  async transaction<T>(work: (tx: Tx) => Promise<T>, { lockTimeoutMs = LOCK_TIMEOUT_MS } = {}): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.dataSource.transaction(async (tx) => {
          const limited = tx.query(`set local lock_timeout = ${lockTimeoutMs}`);
          const [result] = await together([work(tx), limited]);
          return result;
        });
      } catch (error) {
        if (attempt >= MAX_ATTEMPTS || !isTransient(error)) throw error;
      }
    }
  }

  /** Runs reads that must agree with each other on one snapshot, without locks. */
  async snapshot<T>(read: (tx: Tx) => Promise<T>): Promise<T> {
    return this.dataSource.transaction('REPEATABLE READ', async (tx) => {
      await tx.query('set transaction read only');
      return read(tx);
    });
  }

  /** A read outside any transaction. Bigints come back as text. */
  async query<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return this.dataSource.query(sql, parameters);
  }

  /** Comes after the HTTP server has closed, so that requests in flight still have their connections. */
  async onApplicationShutdown(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }
}
