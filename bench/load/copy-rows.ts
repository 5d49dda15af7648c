import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { accountIds, type CopyJob } from './job.js';
import { pick } from './units-of-work.js';

/** The part of `pg`'s connection that takes a COPY: the driver itself knows no more of it. */
interface CopyConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** Sends rows by COPY on a client, as `pg` lets queries be sent. */
class CopyIn implements pg.Submittable {
  readonly done: Promise<void>;
  private readonly settle = Promise.withResolvers<void>();

  constructor(
    private readonly text: string,
    private readonly rows: Buffer,
  ) {
    this.done = this.settle.promise;
  }

  submit(connection: unknown): void {
    (connection as CopyConnection).query(this.text);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(this.rows);
    connection.endCopyFrom();
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.settle.resolve();
  }

  handleError(error: Error): void {
    this.settle.reject(error);
  }
}

type Row = readonly string[];

/** Rows of a table as they stand there, to be put into one that is laid out like it. */
class CopiedTable {
  private made = Date.now() * 1_000;

  private constructor(
    private readonly name: string,
    private readonly columns: readonly string[],
    private readonly rows: readonly Row[],
    /** Makes anew what no two rows may have alike, by columns; of a number that was never used before. */
    private readonly fresh: Readonly<Record<string, (cell: string, number: number) => string>>,
  ) {}

  /** `rows` is the end of a query behind the columns; what is read is copied over and over, up to `count` rows. */
  static async of(
    client: pg.Client,
    { table, rows: query, values, count }: { table: string; rows: string; values: unknown[]; count?: number },
    fresh: CopiedTable['fresh'],
  ): Promise<CopiedTable> {
    await client.query(`create table if not exists copied_${table} (like ${table} including all)`);
    const { fields } = await client.query(`select * from ${table} limit 0`);
    const columns = fields.map(({ name }) => name);
    const texts = columns.map((name) => `kept.${pg.escapeIdentifier(name)}::text`).join(', ');
    const { rows } = await client.query({ text: `select ${texts} ${query}`, values, rowMode: 'array' });
    if (rows.length === 0) throw new Error(`rows of ${table} are to be copied, and none is there`);
    const cells: Row[] = rows.map((row) => row.map(cellOf));
    const copied = Array.from({ length: count ?? cells.length }, (_, place) => cells[place % cells.length] ?? []);
    return new CopiedTable(table, columns, copied, fresh);
  }

  /** The values that the rows have in a column, each once. */
  valuesOf(column: string): string[] {
    const place = this.columns.indexOf(column);
    return [...new Set(this.rows.map((row) => row[place] ?? ''))];
  }

  /** Copies all of them once more. */
  async copy(client: pg.Client): Promise<number> {
    const makers = this.columns.map((name) => this.fresh[name]);
    const lines = this.rows.map((row) => {
      this.made += 1;
      return row.map((cell, place) => makers[place]?.(cell, this.made) ?? cell).join('\t');
    });
    const columns = this.columns.map((name) => pg.escapeIdentifier(name)).join(', ');
    const copy = new CopyIn(`copy copied_${this.name} (${columns}) from stdin`, Buffer.from(`${lines.join('\n')}\n`));
    client.query(copy);
    await copy.done;
    return lines.length;
  }
}

/** What usage events have written, once more: an entry each and, if asked for, the balance of each of their accounts. */
export class CopiedRows {
  private constructor(
    private readonly entries: CopiedTable,
    private readonly balances: CopiedTable | undefined,
  ) {}

  /** Of accounts that are picked as those of events are. */
  static async of(
    client: pg.Client,
    { accounts, rows: count, withBalances }: Pick<CopyJob, 'accounts' | 'rows' | 'withBalances'>,
  ): Promise<CopiedRows> {
    const ids = accountIds(accounts);
    const entries = await CopiedTable.of(
      client,
      {
        table: 'entry_rows',
        rows: `from unnest($1::text[]) as picked (account_id) cross join lateral (
          select * from entry_rows where account_id = picked.account_id and answer_form = 5
          order by seq desc limit 1) kept`,
        values: [[...new Set(Array.from({ length: count }, () => pick(ids)))]],
        count,
      },
      { seq: (_, number) => `${number}`, key_digest: () => randomUUID() },
    );
    if (!withBalances) return new CopiedRows(entries, undefined);
    const balances = await CopiedTable.of(
      client,
      {
        table: 'balances',
        rows: 'from balances kept where account_id = any($1)',
        values: [entries.valuesOf('account_id')],
      },
      { account_id: (accountId, number) => `${accountId}~${number.toString(36)}` },
    );
    return new CopiedRows(entries, balances);
  }

  /** Copies all of them once more, in one transaction. Returns how many events have written as much. */
  async copy(client: pg.Client): Promise<number> {
    if (this.balances === undefined) return this.entries.copy(client);
    await client.query('begin');
    const events = await this.entries.copy(client);
    await this.balances.copy(client);
    await client.query('commit');
    return events;
  }
}

function cellOf(text: string | null): string {
  return text === null ? '\\N' : text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n');
}
