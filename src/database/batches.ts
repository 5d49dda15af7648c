import pg, { type PoolClient } from 'pg';
import { again, DRIVER, inOnePacket, LOCK_TIMEOUT_MS, withClient } from './connections.js';
import { withLockTimeout } from './session/settings.js';
import { together } from './sql-state.js';

/** Statements of a transaction on the bare connection of the driver. */
export interface BareTx {
  // biome-ignore lint/suspicious/noExplicitAny: the driver's rows have no type of their own
  query(sql: string, parameters?: unknown[]): Promise<any[]>;
}

/** Calls of functions that are ready to be sent. */
export interface Statement {
  /** Such as `write_holds($1, $2), write_answers($3)`. */
  readonly call: string;
  readonly parameters: unknown[];
}

/** Other machines hear of a limit only if it is set in a transaction, by a query of its own: all of it is passed on. */
function beginning(isSharded: boolean, lockTimeoutMs: number): string[] {
  const limit = `set local lock_timeout = ${lockTimeoutMs}`;
  return isSharded ? ['begin', limit] : [`begin; ${limit}`];
}

/** Connections apart from all others, so that batches go on when those wait for something that somebody else holds. */
export class Batches {
  private readonly pool: pg.Pool;
  private pipelines = 0;

  /** `size` is how many connections there may be, two at least. They are opened when they are needed. */
  constructor(
    url: string,
    readonly size: number,
    private readonly isSharded: boolean,
  ) {
    this.pool = new pg.Pool({
      ...DRIVER,
      connectionString: withLockTimeout(url, LOCK_TIMEOUT_MS),
      max: size,
      application_name: 'scrip',
    });
    // A connection that breaks while idle is replaced by the pool at the next use; it must not end the process.
    this.pool.on('error', () => undefined);
  }

  /**
   * Runs `work` in one READ COMMITTED transaction in as few round trips as there can be, on the bare connection: the
   * transaction begins in the packet of the first statement, and `work` returns its writes instead of sending them, so
   * that they share a packet with the commit. They are complete before the first of them is sent: a fault in making
   * them commits nothing. After a deadlock or a serialization failure all of it is run again, three times at most.
   */
  async run<T extends { writes: readonly Statement[] }>(
    work: (tx: BareTx) => Promise<T>,
    { lockTimeoutMs = LOCK_TIMEOUT_MS } = {},
  ): Promise<T> {
    return again(async () =>
      withClient(await this.pool.connect(), async (client) => {
        const query = async (sql: string, parameters?: unknown[]) => (await client.query(sql, parameters)).rows;
        const begin = () => together(beginning(this.isSharded, lockTimeoutMs).map((sql) => query(sql)));
        const [, result] = await inOnePacket(client, () => together([begin(), work({ query })]));
        const writes = () => result.writes.map(({ call, parameters }) => query(`select ${call}`, parameters));
        await inOnePacket(client, () => together([...writes(), query('commit')]));
        return result;
      }),
    );
  }

  /**
   * A connection for transactions that follow each other closely. To be closed. At most half of the connections are
   * lent so, since who has one may wait for another of them, to read what could not be sent: otherwise all would wait
   * for each other. Undefined when as many are lent.
   */
  async openPipeline(): Promise<Pipeline | undefined> {
    if (this.pipelines >= Math.floor(this.size / 2)) return undefined;
    this.pipelines += 1;
    const ended = () => {
      this.pipelines -= 1;
    };
    try {
      return new Pipeline(await this.pool.connect(), this.isSharded, ended);
    } catch (error) {
      ended();
      throw error;
    }
  }

  async end(): Promise<void> {
    await this.pool.end();
  }
}

/** Transactions that are sent one behind the other on one connection, without waiting for the end of the one before. */
export class Pipeline {
  private broken: unknown;
  private readonly giveUp = (error: unknown = new Error('the connection has ended')) => {
    this.broken = error;
  };

  constructor(
    private readonly client: PoolClient,
    /** See `Batches`. On one Postgres a limit that a statement sets holds wherever it is run. */
    private readonly isSharded: boolean,
    private readonly closed: () => void,
  ) {
    client.on('error', this.giveUp).on('end', this.giveUp);
  }

  /** Whether its connection was lost: then all that is sent fails. */
  get isBroken(): boolean {
    return this.broken !== undefined;
  }

  /**
   * Runs statements as one READ COMMITTED transaction, after all that were sent before it have ended, well or not, and
   * before all that are sent after it. Resolves once it is committed; one that fails is rolled back, and not run again.
   * One statement is a transaction by itself: without a beginning and an end of their own there is one answer to wait
   * for instead of three.
   */
  async send(statements: readonly Statement[], { lockTimeoutMs = LOCK_TIMEOUT_MS } = {}): Promise<void> {
    const { client } = this;
    const [first] = statements;
    if (first !== undefined && statements.length === 1 && !this.isSharded) {
      const { call, parameters } = first;
      const limited = `select set_config('lock_timeout', '${lockTimeoutMs}', true), ${call}`;
      await inOnePacket(client, () => client.query(limited, parameters));
      return;
    }
    await inOnePacket(client, () =>
      together([
        ...beginning(this.isSharded, lockTimeoutMs).map((sql) => client.query(sql)),
        ...statements.map(({ call, parameters }) => client.query(`select ${call}`, parameters)),
        // Of a transaction that has failed this is the end, too.
        client.query('commit'),
      ]),
    );
  }

  /** Gives the connection back, once nothing is on its way. */
  close(): void {
    this.client.off('error', this.giveUp).off('end', this.giveUp);
    this.client.release(this.broken !== undefined);
    this.closed();
  }
}
