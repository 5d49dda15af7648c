import { readFile } from 'node:fs/promises';
import { Logger } from '@nestjs/common';
import { loadConfig } from '../config/config.js';
import { Database } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { ImportPrices, type ImportReport } from '../rating/import/import-prices.js';
import { NoPriceMap, readPriceMap } from '../rating/import/price-map.js';
import { add, multiply, type Ratio, ratio, whole } from '../rating/pricing/ratio.js';
import type { RatePrice } from '../rating/rates/rate-version.js';
import { findDatabase } from './connect.js';
import { print } from './terminal.js';

export interface ImportWishes {
  meter: string;
  /** On top of what the file says, in percent. */
  markup: Ratio;
  creditsPerDollar: Ratio;
  dryRun: boolean;
}

/** Makes a version of a rate card of a price map. Returns the exit code: 1 when a model was refused. */
export async function importPrices(path: string, wishes: ImportWishes): Promise<number> {
  // Standard output is for the result.
  Logger.overrideLogger(false);
  const factor = add(whole(1n), ratio(wishes.markup.numerator, wishes.markup.denominator * 100n));
  const read = readPriceMap(await textOf(path), multiply(wishes.creditsPerDollar, factor));
  const url = await findDatabase(loadConfig(process.env));
  const database = await Database.connect({ url, poolSize: 2, entities: [] });
  try {
    const report = await new ImportPrices(database, new Clock()).run({
      meter: wishes.meter,
      read,
      isDryRun: wishes.dryRun,
    });
    print(report, () => linesOf(report, wishes.dryRun));
    return report.refused.length === 0 ? 0 : 1;
  } finally {
    await database.onApplicationShutdown();
  }
}

/** @throws NoPriceMap */
async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new NoPriceMap(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function linesOf(report: ImportReport, isDryRun: boolean): string[] {
  const { meter, version, versionBefore, added, removed, changed, unchanged, refused } = report;
  const against = versionBefore === null ? 'no version before' : `version ${versionBefore}`;
  const counts = `${added.length} added, ${removed.length} removed, ${changed.length} changed, ${unchanged} as before`;
  const outcome =
    version === null
      ? `${isDryRun ? 'Nothing was written' : 'No version was made'}.`
      : `Version ${version} is in force from ${report.effectiveAt}.`;
  return [
    `${meter}, compared with ${against}: ${counts}. ${outcome}`,
    ...added.map((price) => `  + ${matchOf(price)}  ${costOf(price)}`),
    ...removed.map((price) => `  - ${matchOf(price)}  ${costOf(price)}`),
    ...changed.map(({ before, after }) => `  ~ ${matchOf(after)}  ${costOf(before)} -> ${costOf(after)}`),
    ...refused.map(({ model, reason }) => `  ! ${model} was refused: ${reason}`),
  ];
}

function matchOf({ match }: RatePrice): string {
  return Object.values(match).reverse().join(' ');
}

function costOf(price: RatePrice): string {
  return 'tiers' in price ? `${price.tiers.length} tiers` : `${price.credits} for ${price.per}`;
}
