import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** Columns in which no two rows of entries may be alike. */
const UNIQUE = ['seq', 'key_digest'];

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

/** Rows of usage events, as they stand in the ledger, to be put into a table that is laid out like it. */
export class CopiedRows {
  private seq = Date.now() * 1_000;

  private constructor(
    private readonly columns: readonly string[],
    private readonly rows: readonly (readonly string[])[],
  ) {}

  /** `count` rows that events have written before. */
  static async of(client: pg.Client, count: number): Promise<CopiedRows> {
    await client.query('create table if not exists copied_rows (like entry_rows including all)');
    const { fields } = await client.query('select * from entry_rows limit 0');
    const columns = fields.map(({ name }) => name);
    const { rows } = await client.query({
      text: `select ${columns.map((name) => `${pg.escapeIdentifier(name)}::text`).join(', ')}
        from entry_rows where answer_form = 5 limit ${count}`,
      rowMode: 'array',
    });
    if (rows.length < count) throw new Error(`${count} events are to be copied, and ${rows.length} are there`);
    return new CopiedRows(
      columns,
      rows.map((row) => row.map(cellOf)),
    );
  }

  /** Copies all of them once more, in one transaction. */
  async copy(client: pg.Client): Promise<number> {
    const places = UNIQUE.map((name) => this.columns.indexOf(name));
    const lines = this.rows.map((row) => {
      this.seq += 1;
      const fresh = [`${this.seq}`, randomUUID()];
      return row.map((cell, place) => fresh[places.indexOf(place)] ?? cell).join('\t');
    });
    const copy = new CopyIn(
      `copy copied_rows (${this.columns.join(', ')}) from stdin`,
      Buffer.from(`${lines.join('\n')}\n`),
    );
    client.query(copy);
    await copy.done;
    return lines.length;
  }
}

function cellOf(text: string | null): string {
  return text === null ? '\\N' : text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n');
}
