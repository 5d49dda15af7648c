import type { Database } from '../../database/database.js';
import type { Clock } from '../../kernel/clock.js';
import { lockMeter } from '../meters/meters.queries.js';
import { CreateRate, untilBegun } from '../rates/create-rate.js';
import type { RateTerms, RateVersion } from '../rates/rate-version.js';
import { findVersion, readStarts, versionAt } from '../rates/rates.queries.js';
import { type CardDifference, comparePrices } from './compare-prices.js';
import type { ReadPrices } from './price-map.js';

export interface ImportCommand {
  meter: string;
  read: ReadPrices;
  /** Compares, and writes nothing. */
  isDryRun: boolean;
}

export interface ImportReport extends CardDifference {
  readonly meter: string;
  /** The version that the prices are compared with; null when the meter has none. */
  readonly versionBefore: number | null;
  /** The version that was made; null when nothing has changed, or nothing was to be written. */
  readonly version: number | null;
  readonly effectiveAt: string | null;
  readonly refused: ReadPrices['refused'];
}

/**
 * Makes a version of a rate card of prices that were read, and says how it differs from the one in force. Everything
 * but the prices stays as it is there; a first card carries fractions, since a token costs next to nothing. Where
 * nothing differs no version is made. Locks the meter. Returns when the version has begun.
 */
export class ImportPrices {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @throws MeterNotFound, RateTooFine */
  async run({ meter, read, isDryRun }: ImportCommand): Promise<ImportReport> {
    const { made, before, difference } = await this.database.transaction(async (tx) => {
      await lockMeter(tx, meter);
      const current = versionAt(await readStarts(tx, meter), this.clock.now());
      const version = current === undefined ? undefined : await findVersion(tx, meter, current);
      const compared = comparePrices(version?.prices ?? [], read.prices);
      const isWritten = !isDryRun && read.prices.length > 0 && isDifferent(compared);
      const command = { meter, terms: termsOf(read, version), effectiveAt: null, apiKeyId: null };
      return {
        made: isWritten ? await new CreateRate(this.clock).run(tx, command) : undefined,
        before: version,
        difference: compared,
      };
    });
    if (made !== undefined) await untilBegun(made.effectiveAt, this.clock);
    return {
      meter,
      versionBefore: before?.version ?? null,
      version: made?.version ?? null,
      effectiveAt: made?.effectiveAt.toISOString() ?? null,
      ...difference,
      refused: read.refused,
    };
  }
}

function isDifferent({ added, removed, changed }: CardDifference): boolean {
  return added.length + removed.length + changed.length > 0;
}

function termsOf({ prices }: ReadPrices, before: RateVersion | undefined): RateTerms {
  return {
    prices,
    rounding: before?.rounding ?? 'carry',
    minCredits: before?.minCredits ?? null,
    maxCredits: before?.maxCredits ?? null,
  };
}
