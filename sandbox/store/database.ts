import pg from 'pg';
import type { Log } from '../log.js';
import { schema } from './schema.js';

/** A transaction that is open; whoever holds it may read and write, and nobody else sees it until it is committed. */
export interface Tx {
  query<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]>;
}

/** Held shared by every transaction, so that one that must be alone can be. */
const gateLock = `hashtext('stripe-sandbox-gate')`;

/** The sandbox's own schema in a Postgres that it may share with others. */
export class Database implements Tx {
  private constructor(private readonly pool: pg.Pool) {}

  /** Connects and creates what is missing. Several processes may do so at once. */
  static async open(databaseUrl: string, log: Log): Promise<Database> {
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 10, application_name: 'stripe-sandbox' });
    pool.on('error', (error) => log({ level: 'warn', message: `idle database connection lost: ${error.message}` }));
    // One that is lent breaks for whoever has it: their next statement fails. It must not end the process.
    pool.on('connect', (client) => client.on('error', () => undefined));
    const database = new Database(pool);
    try {
      await database.transaction(async (tx) => {
        await tx.query(`select pg_advisory_xact_lock(hashtext('stripe-sandbox-schema'))`);
        await tx.query(schema);
      });
    } catch (error) {
      await pool.end();
      throw error;
    }
    return database;
  }

  /** One statement by itself. */
  async query<Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> {
    const result = await this.pool.query<Row>(sql, values);
    return result.rows;
  }

  /** `alone` waits until no other transaction is open, and keeps others waiting. */
  async transaction<T>(run: (tx: Tx) => Promise<T>, { alone = false } = {}): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      await client.query(
        `begin; select ${alone ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared'}(${gateLock})`,
      );
      const result = await run({ query: async (sql, values) => (await client.query(sql, values)).rows });
      await client.query('commit');
      return result;
    } catch (error) {
      broken = (await rollBack(client)) ?? (isReadOnly(error) ? (error as Error) : undefined);
      throw error;
    } finally {
      client.release(broken);
    }
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}

/** Returns the reason why the connection can serve nobody else, if there is one. */
async function rollBack(client: pg.PoolClient): Promise<Error | undefined> {
  try {
    await client.query('rollback');
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/**
 * Whether the session began while the server took no writes. It stays so after the server takes them again, and would
 * refuse them for as long as it is used.
 */
function isReadOnly(error: unknown): boolean {
  return (error as { code?: unknown }).code === '25006';
}
