import { type Credits, minCredits, NO_CREDITS, subtractCredits, sumCredits } from '../../kernel/credits.js';
import { compareBurnDown, compareOrdinals, endOf, hasLapsed } from '../book/burn-down.js';
import { GrantsInOrder } from '../book/grants-in-order.js';
import type { Grant } from '../book/model.js';

/** So many credits in so many milliseconds. */
export interface Burn {
  readonly credits: bigint;
  readonly ms: bigint;
}

/** What an account has at an instant, with all that is due by then done. */
export interface Outlook {
  readonly grants: readonly Grant[];
  readonly held: Credits;
  readonly now: Date;
}

export interface RunOut {
  readonly endsAt: Date;
  readonly because: 'spent' | 'lapsed';
}

/** Later than that is no instant of RFC 3339. */
const NEVER_MS = Date.UTC(10_000, 0, 1);

/**
 * When nothing is available any more, if credits go on being burned at this pace: they are taken in the order of
 * burn-down, and lapse where their time is over before they are taken. Held credits count as used, and pending grants
 * from their own time on. Undefined when nothing is available now, or something will be for ever. Changes nothing.
 */
export function runOut({ grants, held, now }: Outlook, burn: Burn): RunOut | undefined {
  const lots = new Lots(grants, now);
  lots.takeHeld(held);
  if (lots.left <= 0n) return undefined;
  const beganMs = BigInt(now.getTime());
  let burned = 0n;
  for (const at of lots.instants) {
    const due = (burn.credits * (BigInt(at) - beganMs)) / burn.ms - burned;
    if (due >= lots.left) break;
    lots.take(due as Credits);
    burned += due;
    lots.passTo(at);
    if (lots.left === NO_CREDITS) return { endsAt: new Date(at), because: 'lapsed' };
  }
  if (burn.credits === 0n) return undefined;
  const endsMs = Number(beganMs + ceilOf((burned + lots.left) * burn.ms, burn.credits));
  return endsMs < NEVER_MS ? { endsAt: new Date(endsMs), because: 'spent' } : undefined;
}

/** The grants of an account, used up in memory. */
class Lots {
  /** When something begins or ends, in milliseconds and in order. */
  readonly instants: readonly number[];
  private readonly burnDown: GrantsInOrder;
  /** What holds keep standing past its time. */
  private readonly overdue: readonly Grant[];
  private readonly beginning: Map<number, Grant[]>;
  private readonly ending: Map<number, Grant[]>;
  private sum: Credits;

  constructor(grants: readonly Grant[], now: Date) {
    const lots = grants.map((grant) => ({ ...grant }));
    const open = lots.filter(({ status, remaining }) => status === 'active' && remaining > 0n);
    const pending = lots.filter(({ status }) => status === 'pending').sort(compareOrdinals);
    this.burnDown = new GrantsInOrder(open, compareBurnDown);
    this.overdue = open.filter((lot) => hasLapsed(lot, now));
    this.sum = sumCredits(open.map(({ remaining }) => remaining));
    this.beginning = Map.groupBy(pending, ({ effectiveAt }) => effectiveAt.getTime());
    const ending = [...open, ...pending].filter((lot) => lot.expiresAt !== null && !hasLapsed(lot, now));
    this.ending = Map.groupBy(ending, endOf);
    this.instants = [...new Set([...this.beginning.keys(), ...this.ending.keys()])].sort((a, b) => a - b);
  }

  get left(): Credits {
    return this.sum;
  }

  /** Holds cover what has lapsed already, and the first that would be taken. */
  takeHeld(held: Credits): void {
    let left = held;
    for (const lot of this.overdue) left = this.takeFrom(lot, left);
    this.take(left);
  }

  take(amount: Credits): void {
    let left = amount;
    if (left === NO_CREDITS) return;
    for (const lot of this.burnDown.open()) {
      left = this.takeFrom(lot, left);
      if (left === NO_CREDITS) return;
    }
  }

  /** What begins at an instant does so before others end. */
  passTo(at: number): void {
    for (const lot of this.beginning.get(at) ?? []) {
      lot.status = 'active';
      lot.remaining = lot.amount;
      this.sum = sumCredits([this.sum, lot.amount]);
      this.burnDown.refilled(lot);
    }
    for (const lot of this.ending.get(at) ?? []) this.takeFrom(lot, lot.remaining);
  }

  /** Returns what the lot does not have. */
  private takeFrom(lot: Grant, amount: Credits): Credits {
    const taken = minCredits(lot.remaining, amount);
    lot.remaining = subtractCredits(lot.remaining, taken);
    this.sum = subtractCredits(this.sum, taken);
    return subtractCredits(amount, taken);
  }
}

function ceilOf(numerator: bigint, denominator: bigint): bigint {
  return (numerator + denominator - 1n) / denominator;
}
