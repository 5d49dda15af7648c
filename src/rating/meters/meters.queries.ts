import { Injectable } from '@nestjs/common';
import { joined } from '../../database/conditions.js';
import { Database, type Tx } from '../../database/database.js';
import { cursorKeyOf, type PageQuery } from '../../http/input/page-query.js';
import { type Page, pageOf } from '../../kernel/keyset-page.js';
import { MeterNotFound } from '../rating.problems.js';
import type { Meter, WhenShort } from './meter.js';

interface MeterRow {
  key: string;
  ordinal: string;
  name: string;
  unit: string;
  when_short: WhenShort;
  max_debt_credits: string | null;
  created_at: Date;
  updated_at: Date;
}

const COLUMNS = 'key, ordinal, name, unit, when_short, max_debt_credits, created_at, updated_at';

@Injectable()
export class MetersQueries {
  constructor(private readonly database: Database) {}

  /** @throws MeterNotFound */
  async require(key: string): Promise<Meter> {
    return requireMeter(this.database.dataSource.manager, key);
  }

  /** Meters newest first, by the order of their making. */
  async list<T>(page: PageQuery, map: (meter: Meter) => T): Promise<Page<T>> {
    const { sql, values } = joined([['ordinal < $$::bigint', cursorKeyOf(page, /^\d{1,18}$/)]]);
    const rows = await this.database.query<MeterRow>(
      `select ${COLUMNS} from meters where ${sql} order by ordinal desc limit ${page.limit + 1}`,
      values,
    );
    return pageOf(
      rows,
      page.limit,
      ({ ordinal }) => ordinal,
      (row) => map(toMeter(row)),
    );
  }
}

export async function findMeter(tx: Tx, key: string): Promise<Meter | undefined> {
  const [row]: MeterRow[] = await tx.query(`select ${COLUMNS} from meters where key = $1`, [key]);
  return row === undefined ? undefined : toMeter(row);
}

/** @throws MeterNotFound. A meter stays. */
export async function requireMeter(tx: Tx, key: string): Promise<Meter> {
  const meter = await findMeter(tx, key);
  if (meter === undefined) throw new MeterNotFound({ meter: key });
  return meter;
}

/** The meter, locked `for no key update` until the transaction ends. @throws MeterNotFound */
export async function lockMeter(tx: Tx, key: string): Promise<Meter> {
  const [row]: MeterRow[] = await tx.query(`select ${COLUMNS} from meters where key = $1 for no key update`, [key]);
  if (row === undefined) throw new MeterNotFound({ meter: key });
  return toMeter(row);
}

function toMeter(row: MeterRow): Meter {
  return {
    key: row.key,
    name: row.name,
    unit: row.unit,
    whenShort: row.when_short,
    maxDebtCredits: row.max_debt_credits === null ? null : Number(row.max_debt_credits),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
