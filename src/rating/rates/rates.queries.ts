import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../database/database.js';
import { cursorKeyOf, type PageQuery } from '../../http/input/page-query.js';
import { invariant } from '../../kernel/invariant.js';
import { encodeCursor, type Page } from '../../kernel/keyset-page.js';
import { findMeter } from '../meters/meters.queries.js';
import type { Rounding } from '../pricing/price-lines.js';
import { MeterNotFound, RateNotFound } from '../rating.problems.js';
import type { RatePrice, RateVersion } from './rate-version.js';

/** How many prices a page may show before it ends: cards that come from files have thousands. */
const MAX_PRICES_OF_A_PAGE = 5_000;

interface VersionRow {
  meter_key: string;
  version: number;
  prices: RatePrice[];
  rounding: Rounding;
  min_credits: string | null;
  max_credits: string | null;
  effective_at: Date;
  recorded_at: Date;
}

interface TimelineRow {
  key: string;
  max_debt_credits: string | null;
  version: number | null;
  effective_at: Date;
}

const COLUMNS = 'meter_key, version, prices, rounding, min_credits, max_credits, effective_at, recorded_at';

/** When a version begins. */
export interface VersionStart {
  readonly version: number;
  readonly effectiveAt: Date;
}

/** When the versions of a meter begin, in the order of their numbers. */
export interface MeterTimeline {
  readonly meter: string;
  readonly starts: readonly VersionStart[];
  /** How far below 0 its events may take what is available; null where they must be paid. */
  readonly maxDebtCredits: number | null;
}

/**
 * The version in force at an instant: the one that began last; of what was used before all of them, the first that was
 * made, so that the price of an instant that has passed never changes.
 */
export function versionAt(starts: readonly VersionStart[], instant: Date): number | undefined {
  let latest: VersionStart | undefined;
  for (const start of starts)
    if (start.effectiveAt <= instant && (latest === undefined || start.effectiveAt > latest.effectiveAt))
      latest = start;
  return (latest ?? starts[0])?.version;
}

function maxDebtOf([first]: readonly TimelineRow[]): number | null {
  return first === undefined || first.max_debt_credits === null ? null : Number(first.max_debt_credits);
}

@Injectable()
export class RatesQueries {
  constructor(private readonly database: Database) {}

  /** @throws MeterNotFound, RateNotFound */
  async require(meter: string, version: number): Promise<RateVersion> {
    const found = await this.find(meter, version);
    if (found !== undefined) return found;
    await this.requireMeter(meter);
    throw new RateNotFound({ meter, version });
  }

  find(meter: string, version: number): Promise<RateVersion | undefined> {
    return findVersion(this.database.dataSource.manager, meter, version);
  }

  /** Versions newest first; a page ends early when it has very many prices. @throws MeterNotFound */
  async list<T>(meter: string, page: PageQuery, map: (version: RateVersion) => T): Promise<Page<T>> {
    const before = cursorKeyOf(page, /^\d{1,9}$/) ?? null;
    const sizes = await this.database.query<{ version: number; prices: string }>(
      `select version, sum(price_count) over (order by version desc) - price_count as prices
       from rate_versions
       where meter_key = $1
         and ($2::integer is null or version < $2::integer)
       order by version desc
       limit $3`,
      [meter, before, page.limit + 1],
    );
    if (sizes.length === 0) await this.requireMeter(meter);
    const shown = sizes.slice(0, page.limit).filter(({ prices }) => Number(prices) < MAX_PRICES_OF_A_PAGE);
    const rows = await this.database.query<VersionRow>(
      `select ${COLUMNS} from rate_versions
       where meter_key = $1 and version = any($2::integer[])
       order by version desc`,
      [meter, shown.map(({ version }) => version)],
    );
    const last = shown.at(-1);
    const isMore = last !== undefined && shown.length < sizes.length;
    return {
      data: rows.map((row) => map(toRateVersion(row))),
      nextCursor: isMore ? encodeCursor(`${last.version}`) : null,
    };
  }

  /** All meters, whether or not they have a version. */
  async timelines(): Promise<MeterTimeline[]> {
    const rows = await this.database.query<TimelineRow>(
      `select key, max_debt_credits, version, effective_at
       from meters
       left join rate_versions on meter_key = key
       order by key, version`,
    );
    return [...Map.groupBy(rows, ({ key }) => key)].map(([meter, those]) => ({
      meter,
      starts: those.flatMap(({ version, effective_at: effectiveAt }) =>
        version === null ? [] : [{ version, effectiveAt }],
      ),
      maxDebtCredits: maxDebtOf(those),
    }));
  }

  private async requireMeter(meter: string): Promise<void> {
    if ((await findMeter(this.database.dataSource.manager, meter)) === undefined) throw new MeterNotFound({ meter });
  }
}

export async function findVersion(tx: Tx, meter: string, version: number): Promise<RateVersion | undefined> {
  const [row]: VersionRow[] = await tx.query(
    `select ${COLUMNS} from rate_versions where meter_key = $1 and version = $2`,
    [meter, version],
  );
  return row === undefined ? undefined : toRateVersion(row);
}

/** What the versions of a meter leave to one that is to come. Read under the lock of the meter. */
export async function readStarts(
  tx: Tx,
  meter: string,
): Promise<(VersionStart & { rounding: Rounding; perMultiple: bigint })[]> {
  const rows: { version: number; effective_at: Date; rounding: Rounding; per_multiple: string }[] = await tx.query(
    `select version, effective_at, rounding, per_multiple
     from rate_versions
     where meter_key = $1
     order by version`,
    [meter],
  );
  return rows.map(({ version, effective_at, rounding, per_multiple }) => ({
    version,
    effectiveAt: effective_at,
    rounding,
    perMultiple: BigInt(per_multiple),
  }));
}

export async function insertVersion(
  tx: Tx,
  version: RateVersion,
  { perMultiple, apiKeyId }: { perMultiple: bigint; apiKeyId: string | null },
): Promise<void> {
  const inserted: unknown[] = await tx.query(
    `insert into rate_versions (
       meter_key, version, prices, price_count, per_multiple, rounding, min_credits, max_credits, effective_at,
       recorded_at, api_key_id
     )
     values ($1, $2, $3::jsonb, $4, $5::numeric, $6, $7::bigint, $8::bigint, $9, $10, $11)
     returning 1`,
    [
      version.meter,
      version.version,
      JSON.stringify(version.prices),
      version.prices.length,
      `${perMultiple}`,
      version.rounding,
      version.minCredits,
      version.maxCredits,
      version.effectiveAt,
      version.recordedAt,
      apiKeyId,
    ],
  );
  invariant(inserted.length === 1, 'a version is one row');
}

function toRateVersion(row: VersionRow): RateVersion {
  return {
    meter: row.meter_key,
    version: row.version,
    prices: row.prices,
    rounding: row.rounding,
    minCredits: row.min_credits === null ? null : Number(row.min_credits),
    maxCredits: row.max_credits === null ? null : Number(row.max_credits),
    effectiveAt: row.effective_at,
    recordedAt: row.recorded_at,
  };
}
