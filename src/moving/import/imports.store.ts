import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { newId } from '../../kernel/ids.js';
import type { SqlRunner } from '../../ledger/sql-runner.js';
import type { ImportLine } from './import-line.js';

/** A file that is imported. What makes it the same one is its name. */
export interface Import {
  /** Undefined while nothing of it was imported. */
  readonly id: string | undefined;
  readonly name: string;
  /** Whether lines are imported that a file of another name had as well. */
  readonly repeats: boolean;
}

/** An import that has begun. */
export interface BegunImport extends Import {
  readonly id: string;
}

/** What is known of a line that was imported before. */
export interface KnownLine {
  /** Whether it said the same. */
  readonly isSame: boolean;
  /** Whether nothing is left to do at Stripe. */
  readonly isAdopted: boolean;
  /** Where it was, if that was in a file of another name. */
  readonly elsewhere?: string;
}

/** Which files were imported, and which of their lines. */
@Injectable()
export class ImportsStore {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async find(name: string): Promise<string | undefined> {
    const [found] = await this.database.query<{ id: string }>('select id from imports where name = $1', [name]);
    return found?.id;
  }

  /** Begins an import. Where the name is known, it goes on. Returns its id. */
  async begin(name: string): Promise<string> {
    const now = this.clock.now();
    await this.database.transaction((tx) =>
      tx.query('insert into imports (id, name, begun_at) values ($1, $2, $3) on conflict do nothing', [
        newId('imp', now),
        name,
        now,
      ]),
    );
    return (await this.find(name)) ?? '';
  }

  /** Those of the lines that were imported before, by their numbers. */
  async known(
    { id, repeats }: Import,
    lines: readonly ImportLine[],
    db: SqlRunner = this.database,
  ): Promise<Map<number, KnownLine>> {
    const fingerprints = lines.map(({ fingerprint }) => fingerprint);
    const rows: { line: number; fingerprint: Buffer; is_adopted: boolean; elsewhere: string | null }[] = await db.query(
      `select line, fingerprint, is_adopted, null as elsewhere
       from import_lines
       where import_id = $1 and line = any($2::integer[])
       union all
       select line, fingerprint, is_adopted, name
       from import_lines
       join imports on imports.id = import_id
       where not $4 and fingerprint = any($3::bytea[]) and import_id is distinct from $1`,
      [id ?? null, lines.map(({ line }) => line), fingerprints, repeats],
    );
    const [here, others] = [new Map<number, (typeof rows)[0]>(), new Map<string, (typeof rows)[0]>()];
    for (const row of rows)
      if (row.elsewhere === null) here.set(row.line, row);
      else others.set(row.fingerprint.toString('latin1'), row);
    const known = new Map<number, KnownLine>();
    for (const { line, fingerprint } of lines) {
      const [own, other] = [here.get(line), others.get(fingerprint.toString('latin1'))];
      if (own !== undefined)
        known.set(line, { isSame: own.fingerprint.equals(fingerprint), isAdopted: own.is_adopted });
      else if (other !== undefined)
        known.set(line, { isSame: true, isAdopted: true, elsewhere: `line ${other.line} of ${other.elsewhere}` });
    }
    return known;
  }

  /** Lets one process at a time import lines, until the transaction ends. */
  async lock(tx: Tx): Promise<void> {
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('import lines', 0))`);
  }

  async add(tx: Tx, importId: string, lines: readonly ImportLine[]): Promise<void> {
    await tx.query(
      `insert into import_lines (import_id, line, fingerprint, is_adopted)
       select $1, line, fingerprint, is_adopted
       from unnest($2::integer[], $3::bytea[], $4::boolean[]) imported (line, fingerprint, is_adopted)`,
      [
        importId,
        lines.map(({ line }) => line),
        lines.map(({ fingerprint }) => fingerprint),
        lines.map(({ stripe }) => stripe === null),
      ],
    );
  }

  async noteAdopted(importId: string, line: number): Promise<void> {
    await this.database.transaction((tx) =>
      tx.query('update import_lines set is_adopted = true where import_id = $1 and line = $2', [importId, line]),
    );
  }
}
