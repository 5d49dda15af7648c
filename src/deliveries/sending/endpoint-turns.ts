import { Injectable } from '@nestjs/common';
import { addSeconds, Clock } from '../../kernel/clock.js';

/** How many attempts at one endpoint this process makes at once: more than have a slot, so slow ones alone count. */
const MOST_AT_ONCE = 8;
/** How long an endpoint is left alone after attempts in a row to which nothing was answered. */
const REST_SECONDS = [4, 20, 80, 240] as const;
/** How soon what has found no turn comes again, how much later than the one before it, and how late at most. */
const SOONEST_SECONDS = 2;
const APART_SECONDS = 0.25;
const LATEST_SECONDS = 300;
/** How long an attempt keeps the slot of its job, and how long at an endpoint that is known to be slow. */
const PATIENCE_MS = 1_000;
const PATIENCE_MS_WITH_SLOW = 250;

/** What this process knows of an endpoint for which something is under way, or that has not answered lately. */
interface Known {
  underWay: number;
  /** Of those under way, how many have given their slot back. */
  slow: number;
  /** Attempts in a row to which nothing was answered. */
  unanswered: number;
  restsUntil: Date;
  /** When the last of those comes again that were put off. */
  putOffUntil: Date;
}

/** Leave to make an attempt, or the seconds after which to ask again. */
export type Turn =
  | { readonly is: 'taken'; readonly patienceMs: number }
  | { readonly is: 'put-off'; readonly seconds: number };

/**
 * Keeps an endpoint that answers slowly, or not at all, from taking what others need: a few attempts at it at once, and
 * after one to which nothing was answered none for a while, then one at a time. In memory, for this process alone.
 */
@Injectable()
export class EndpointTurns {
  private readonly known = new Map<string, Known>();

  constructor(private readonly clock: Clock) {}

  /** Whoever takes a turn is to give it back. */
  take(endpointId: string): Turn {
    const now = this.clock.now();
    const one = this.known.get(endpointId) ?? begin(now);
    this.known.set(endpointId, one);
    const most = one.unanswered > 0 ? 1 : MOST_AT_ONCE;
    if (one.underWay >= most || one.restsUntil > now) return { is: 'put-off', seconds: putOff(one, now) };
    one.underWay += 1;
    const isSlow = one.slow > 0 || one.unanswered > 0;
    return { is: 'taken', patienceMs: isSlow ? PATIENCE_MS_WITH_SLOW : PATIENCE_MS };
  }

  /** An attempt goes on without its slot. */
  noteSlow(endpointId: string): void {
    const one = this.known.get(endpointId);
    if (one !== undefined) one.slow += 1;
  }

  /** With whether anything was answered; undefined when the attempt was broken off here. */
  giveBack(endpointId: string, { wasAnswered, wasSlow }: { wasAnswered: boolean | undefined; wasSlow: boolean }): void {
    const one = this.known.get(endpointId);
    if (one === undefined) return;
    one.underWay -= 1;
    if (wasSlow) one.slow -= 1;
    if (wasAnswered === true) one.unanswered = 0;
    if (wasAnswered === false) {
      one.unanswered += 1;
      const seconds = REST_SECONDS[Math.min(one.unanswered, REST_SECONDS.length) - 1] ?? LATEST_SECONDS;
      one.restsUntil = addSeconds(this.clock.now(), seconds);
    }
    if (one.underWay === 0 && one.unanswered === 0) this.known.delete(endpointId);
  }
}

function begin(now: Date): Known {
  return { underWay: 0, slow: 0, unanswered: 0, restsUntil: now, putOffUntil: now };
}

/** Those that are put off come again one behind the other, and not all at once. */
function putOff(one: Known, now: Date): number {
  const soonest = Math.max(addSeconds(now, SOONEST_SECONDS).getTime(), one.restsUntil.getTime());
  const next = Math.max(soonest, addSeconds(one.putOffUntil, APART_SECONDS).getTime());
  one.putOffUntil = new Date(Math.min(next, addSeconds(now, LATEST_SECONDS).getTime()));
  return (one.putOffUntil.getTime() - now.getTime()) / 1000;
}
