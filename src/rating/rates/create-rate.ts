import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { findMeter, lockMeter } from '../meters/meters.queries.js';
import { findTie } from '../pricing/find-tie.js';
import type { RateCard } from '../pricing/price-lines.js';
import { gcd } from '../pricing/ratio.js';
import { MeterNotFound, RateAmbiguous, RateInstantTaken, RateTooEarly, RateTooFine } from '../rating.problems.js';
import { persOf, type RateTerms, type RateVersion, toRateCard } from './rate-version.js';
import { insertVersion, readStarts, type VersionStart } from './rates.queries.js';

/** For how long a process goes by the versions that it has read. */
export const LEASE_MS = 1_000;
/**
 * How far ahead a version begins: a lease, and time for its commit and for clocks of machines that are not quite alike.
 * By then every process has read it.
 */
export const AHEAD_MS = LEASE_MS + 500;

/** A remainder has at most this as denominator, times what a quantity may have behind the point. */
const MAX_PER_MULTIPLE = 10n ** 30n;

export interface CreateRateCommand {
  meter: string;
  terms: RateTerms;
  /** Null for as soon as possible. */
  effectiveAt: Date | null;
  /** Who made it; null for a command in a terminal. */
  apiKeyId: string | null;
}

/**
 * Makes the next version of a meter's rate card. It begins from now on only, so that what was used before keeps its
 * price; the first at once, any other when all processes know it. Locks the meter.
 * @throws MeterNotFound, RateAmbiguous, RateTooEarly, RateInstantTaken, RateTooFine
 */
@Injectable()
export class CreateRate {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, { meter, terms, effectiveAt, apiKeyId }: CreateRateCommand): Promise<RateVersion> {
    await lockMeter(tx, meter);
    const { before, perMultiple } = await judgeTerms(tx, meter, terms);
    const now = this.clock.now();
    const version: RateVersion = {
      ...terms,
      meter,
      version: before.length + 1,
      effectiveAt: startOf({ meter, effectiveAt, now }, before),
      recordedAt: now,
    };
    await insertVersion(tx, version, { perMultiple, apiKeyId });
    return version;
  }
}

/**
 * Whether a meter may have a version of these terms, behind those that it has; read under its lock where one is made.
 * @throws RateAmbiguous, RateTooFine
 */
async function judgeTerms(
  tx: Tx,
  meter: string,
  terms: RateTerms,
): Promise<{ before: readonly VersionStart[]; perMultiple: bigint }> {
  const tie = findTie(terms.prices.map(({ match }) => match));
  if (tie !== undefined) throw new RateAmbiguous({ meter, usage: tie.usage, prices: tie.prices });
  const before = await readStarts(tx, meter);
  const multiples = before.filter(({ rounding }) => rounding === 'carry').map(({ perMultiple }) => perMultiple);
  const perMultiple = multipleOf([...persOf(terms.prices)].map(BigInt));
  if (terms.rounding === 'carry' && multipleOf([...multiples, perMultiple]) === MAX_PER_MULTIPLE)
    throw new RateTooFine({ meter });
  return { before, perMultiple };
}

/** A card of these terms, judged as a version is and made none. @throws MeterNotFound, RateAmbiguous, RateTooFine */
export async function draftCard(tx: Tx, meter: string, terms: RateTerms): Promise<RateCard> {
  if ((await findMeter(tx, meter)) === undefined) throw new MeterNotFound({ meter });
  const { before } = await judgeTerms(tx, meter, terms);
  return toRateCard({ ...terms, version: before.length + 1 });
}

/** Waits for a version that begins as soon as every process knows it. Does not wait for one that is planned. */
export async function untilBegun(effectiveAt: Date, clock: Clock): Promise<void> {
  const waitMs = effectiveAt.getTime() - clock.now().getTime();
  // A timer may be a millisecond early.
  if (waitMs > 0 && waitMs <= AHEAD_MS) await pause(waitMs + 1);
}

/** The least common multiple, or MAX_PER_MULTIPLE when it is as large or larger. */
function multipleOf(numbers: bigint[]): bigint {
  let multiple = 1n;
  for (const number of numbers) {
    multiple *= number / gcd(multiple, number);
    if (multiple >= MAX_PER_MULTIPLE) return MAX_PER_MULTIPLE;
  }
  return multiple;
}

/** @throws RateTooEarly, RateInstantTaken */
function startOf(
  { meter, effectiveAt, now }: { meter: string; effectiveAt: Date | null; now: Date },
  before: readonly { version: number; effectiveAt: Date }[],
): Date {
  const takenBy = new Map(before.map((one) => [one.effectiveAt.getTime(), one.version]));
  // Without a version nothing was priced yet, and nobody goes by another.
  let earliestMs = now.getTime() + (before.length === 0 ? 0 : AHEAD_MS);
  if (effectiveAt === null) {
    while (takenBy.has(earliestMs)) earliestMs += 1;
    return new Date(earliestMs);
  }
  if (effectiveAt.getTime() < earliestMs)
    throw new RateTooEarly({
      effectiveAt: effectiveAt.toISOString(),
      earliestEffectiveAt: new Date(earliestMs).toISOString(),
    });
  const taken = takenBy.get(effectiveAt.getTime());
  if (taken !== undefined)
    throw new RateInstantTaken({ meter, effectiveAt: effectiveAt.toISOString(), version: taken });
  return effectiveAt;
}
