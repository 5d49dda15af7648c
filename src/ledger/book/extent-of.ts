import { ALL_KNOWN, type Cut, type Extent, type Reach } from './extent.js';
import type { Grant, Hold, Source } from './model.js';

/** When the next grant of an account ends, as `read_books` returns it. */
export interface NextEndRow {
  account_id: string;
  expires_at: string;
}

/** Grants that a decision has asked for, wherever they stand. */
export interface Named {
  readonly ids: string[];
  readonly sources: Source[];
}

/** What was read of an account, each list in its order and no longer than its limit. */
interface Front {
  readonly open: readonly Grant[];
  readonly pending: readonly Grant[];
  /** Of those that are over by now, where `open` may not be all. */
  readonly ended: readonly Grant[];
  readonly dueHolds: readonly Hold[];
  readonly nextEnd: NextEndRow | undefined;
}

interface HowRead {
  readonly now: Date;
  readonly reach: Reach;
  readonly named: Named | undefined;
}

/** What of an account is known: a list that is as long as its limit may not be all of it. */
export function extentOf(front: Front, { now, reach, named }: HowRead): Extent {
  const { open, pending, ended, dueHolds, nextEnd } = front;
  const last = isFull(open, reach.grants) ? (open.at(-1) ?? null) : null;
  const isMorePending = isFull(pending, reach.dues);
  const cuts: Cut[] = [];
  const cutAt = (from: Cut['from'], at: Date | null | undefined) => {
    if (at !== null && at !== undefined && at <= now) cuts.push({ at, from });
  };
  if (isFull(dueHolds, reach.dues)) cutAt('holds', dueHolds.at(-1)?.expiresAt);
  if (isMorePending) cutAt('grants', pending.at(-1)?.effectiveAt);
  if (isFull(ended, reach.dues)) cutAt('ends', ended.at(-1)?.expiresAt);
  if (last === null && !isMorePending && cuts.length === 0) return ALL_KNOWN;
  return {
    last,
    nextEndMs: nextEnd === undefined ? Number.POSITIVE_INFINITY : Date.parse(nextEnd.expires_at),
    isMorePending,
    // What comes first at one instant was added first.
    cut: cuts.reduce<Cut | null>((first, cut) => (first === null || cut.at < first.at ? cut : first), null),
    isNamed: namedIn(named),
  };
}

function isFull(read: readonly unknown[], limit: number | null): boolean {
  return limit !== null && read.length >= limit;
}

function namedIn(named: Named | undefined): Extent['isNamed'] {
  const ids = new Set(named?.ids);
  const sources = new Set(named?.sources.map(({ type, id }) => `${type}\0${id}`));
  return (what) => (typeof what === 'string' ? ids.has(what) : sources.has(`${what.type}\0${what.id}`));
}
