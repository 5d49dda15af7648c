import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '../../kernel/clock.js';
import { invariant } from '../../kernel/invariant.js';
import type { RateCard } from '../pricing/price-lines.js';
import { MeterNotFound } from '../rating.problems.js';
import { LEASE_MS } from './create-rate.js';
import { toRateCard } from './rate-version.js';
import { type MeterTimeline, RatesQueries, versionAt } from './rates.queries.js';

/** How many prices are kept in memory: some thousands of small cards, or a few that have thousands of prices. */
const MAX_PRICES = 50_000;

const NONE_KNOWN: ReadonlyMap<string, number> = new Map();

interface Lease {
  readonly timelines: ReadonlyMap<string, MeterTimeline>;
  readonly untilMs: number;
  /** How far ahead the clock stood; whoever moves it makes versions begin that were not known to. */
  readonly aheadMs: number;
}

/** What usage events are priced and decided by. */
export interface EventCards {
  readonly cards: ReadonlyMap<string, RateCard>;
  /** One that is not there. */
  readonly missingMeter: string | undefined;
  /** How far below 0 all of them let an event take what is available; undefined where one of them does not. */
  readonly maxDebtCredits: number | undefined;
}

/**
 * The rate cards in memory. When versions begin is read anew after a lease, so that a version that begins later than
 * that is known by then in every process; what a version says never changes and is kept as long as there is room.
 */
@Injectable()
export class RateCards {
  private lease: Lease | undefined;
  private reading: Promise<Lease> | undefined;
  private next: Promise<Lease> | undefined;
  private readonly cards = new LRUCache<string, RateCard>({
    maxSize: MAX_PRICES,
    sizeCalculation: ({ prices }) => prices.prices.length,
  });

  constructor(
    private readonly queries: RatesQueries,
    private readonly clock: Clock,
  ) {}

  /** The same as `inForce`, at once: where all of it is in memory. Undefined where anything has to be read. */
  atHand(meters: Iterable<string>, instant: Date, known = NONE_KNOWN): Map<string, RateCard> | undefined {
    const { lease } = this;
    if (lease === undefined || !this.isGood(lease, performance.now())) return undefined;
    const cards = new Map<string, RateCard>();
    for (const meter of meters) {
      const version = known.get(meter) ?? versionAt(lease.timelines.get(meter)?.starts ?? [], instant);
      const card = version === undefined ? undefined : this.cards.get(nameOf(meter, version));
      if (card === undefined) return undefined;
      cards.set(meter, card);
    }
    return cards;
  }

  /**
   * The version of each meter that prices usage of an instant, now or long ago; of meters for which it is `known`, that
   * one. A meter that has no version is left out. @throws MeterNotFound
   */
  async inForce(
    meters: Iterable<string>,
    instant: Date,
    known: ReadonlyMap<string, number> = NONE_KNOWN,
  ): Promise<Map<string, RateCard>> {
    const keys = new Set(meters);
    const timelines = await this.timelinesOf(keys);
    for (const key of keys) if (!timelines.has(key)) throw new MeterNotFound({ meter: key });
    return this.cardsAt(instant, timelines, known);
  }

  /**
   * The same for usage events, with what their meters say of debt; at once where all of it is in memory. A meter that
   * is not there is named.
   */
  forEvent(meters: readonly string[], instant: Date): EventCards | Promise<EventCards> {
    const cards = this.atHand(meters, instant);
    const { lease } = this;
    if (cards === undefined || lease === undefined) return this.readForEvent(meters, instant);
    const debts = meters.map((meter) => lease.timelines.get(meter)?.maxDebtCredits);
    return { cards, missingMeter: undefined, maxDebtCredits: leastDebt(debts) };
  }

  private async readForEvent(meters: readonly string[], instant: Date): Promise<EventCards> {
    const keys = new Set(meters);
    const timelines = await this.timelinesOf(keys);
    return {
      cards: await this.cardsAt(instant, timelines),
      missingMeter: [...keys].find((key) => !timelines.has(key)),
      maxDebtCredits: leastDebt([...timelines.values()].map(({ maxDebtCredits }) => maxDebtCredits)),
    };
  }

  /** Of those meters that are there. */
  private async timelinesOf(keys: ReadonlySet<string>): Promise<Map<string, MeterTimeline>> {
    let { timelines } = await this.current();
    // What another process has just made is found though the lease is fresh.
    if ([...keys].some((key) => (timelines.get(key)?.starts.length ?? 0) === 0))
      ({ timelines } = await this.readNext());
    return new Map(
      [...keys].flatMap((key) => {
        const timeline = timelines.get(key);
        return timeline === undefined ? [] : [[key, timeline] as const];
      }),
    );
  }

  private async cardsAt(
    instant: Date,
    timelines: ReadonlyMap<string, MeterTimeline>,
    known = NONE_KNOWN,
  ): Promise<Map<string, RateCard>> {
    const cards = new Map<string, RateCard>();
    for (const [key, { starts }] of timelines) {
      const version = known.get(key) ?? versionAt(starts, instant);
      if (version !== undefined) cards.set(key, await this.card(key, version));
    }
    return cards;
  }

  /** What was read is good for a lease from the beginning of the reading, however long that took. */
  private async current(): Promise<Lease> {
    const atMs = performance.now();
    if (this.lease !== undefined && this.isGood(this.lease, atMs)) return this.lease;
    const shared = await this.readTogether();
    return this.isGood(shared, atMs) ? shared : this.read();
  }

  private isGood({ untilMs, aheadMs }: Lease, atMs: number): boolean {
    return atMs < untilMs && aheadMs === this.clock.aheadMs;
  }

  /** Requests that come while it is read share what is read. */
  private readTogether(): Promise<Lease> {
    const reading = this.reading ?? this.read();
    this.reading = reading;
    return reading.finally(() => {
      if (this.reading === reading) this.reading = undefined;
    });
  }

  /** A reading that begins now or later. Requests that wait for it to begin share it. */
  private readNext(): Promise<Lease> {
    this.next ??= Promise.allSettled([this.reading]).then(() => {
      this.next = undefined;
      return this.readTogether();
    });
    return this.next;
  }

  private async read(): Promise<Lease> {
    // From before the first look: a version that is committed meanwhile begins a lease later.
    const [untilMs, aheadMs] = [performance.now() + LEASE_MS, this.clock.aheadMs];
    const timelines = await this.queries.timelines();
    const lease = { timelines: new Map(timelines.map((one) => [one.meter, one])), untilMs, aheadMs };
    if (this.lease === undefined || this.lease.untilMs < untilMs) this.lease = lease;
    return lease;
  }

  private async card(meter: string, version: number): Promise<RateCard> {
    const key = nameOf(meter, version);
    const known = this.cards.get(key);
    if (known !== undefined) return known;
    const found = await this.queries.find(meter, version);
    invariant(found !== undefined, 'a version is never deleted');
    const card = toRateCard(found);
    this.cards.set(key, card);
    return card;
  }
}

function nameOf(meter: string, version: number): string {
  return `${meter} ${version}`;
}

/** Undefined where one of the meters allows none. */
function leastDebt(debts: readonly (number | null | undefined)[]): number | undefined {
  const allowed = debts.filter((debt) => debt !== null && debt !== undefined);
  return allowed.length < debts.length || allowed.length === 0 ? undefined : Math.min(...allowed);
}
