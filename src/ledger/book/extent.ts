import { Injectable } from '@nestjs/common';
import { RunAgain } from '../../database/run-again.js';
import type { CommonMark } from '../marks/marks.js';
import type { KnownInclusions } from '../usage/included/known-inclusions.js';
import type { KnownCounters } from '../usage/known-counters.js';
import type { Balance, Entry, Grant, Hold, Source, Spend } from './model.js';

/** How much is read of an account at once: grants in the order of burn-down, and dues of each kind. Null is all. */
export interface Reach {
  readonly grants: number | null;
  readonly dues: number | null;
}

export const WHOLE: Reach = { grants: null, dues: null };

/** How much is read of an account that nothing more is known of: an ordinary account has less. */
@Injectable()
export class FirstReach implements Reach {
  grants = 32;
  dues = 256;
}

const GROWTH = 8;
const MOST = 4_096;

/** How much is read next, where `reach` was not enough. */
export function furtherThan({ grants, dues }: Reach): Reach {
  const more = (limit: number | null) => (limit === null || limit * GROWTH > MOST ? null : limit * GROWTH);
  return { grants: more(grants), dues: more(dues) };
}

/** From which point on what is due by now is known only in part: the rest has to be read when this is written. */
export interface Cut {
  readonly at: Date;
  /** Of what happens at that instant one after the other, the first that is not known as a whole. */
  readonly from: 'holds' | 'grants' | 'ends';
}

/** Which of its account's open grants, and of what is due, a book knows. */
export interface Extent {
  /** Behind it, in the order of burn-down, may stand grants that are not known; null where all are. */
  readonly last: Grant | null;
  /** When the first grant ends that has not ended yet, in milliseconds: those behind `last` do not end before. */
  readonly nextEndMs: number;
  /** Whether there may be pending grants that are not known. */
  readonly isMorePending: boolean;
  /** Null where all is known that is due. */
  readonly cut: Cut | null;
  /** Whether a grant would be known though it stands behind `last`, because it was asked for. */
  readonly isNamed: (what: string | Source) => boolean;
}

export const ALL_KNOWN: Extent = {
  last: null,
  nextEndMs: Number.POSITIVE_INFINITY,
  isMorePending: false,
  cut: null,
  isNamed: () => true,
};

/**
 * What is known of an account under its lock: its open grants and due holds, and whatever else was named.
 */
export interface BookContents {
  balance: Balance;
  grants: Grant[];
  holds: Hold[];
  /** Whether there may be active holds that are not known. */
  mayHoldMore?: boolean;
  spends: Spend[];
  /** Past entries that a decision needs: of named spends, and of purchases whose money came back. */
  entries: Entry[];
  /** What is known of its usage; absent where it has never used anything. */
  counters?: KnownCounters;
  /** What is known of what it has included. */
  inclusions?: KnownInclusions;
  /** Alerts for all accounts; none where it is absent. */
  commonMarks?: readonly CommonMark[];
  /** Absent where all open grants and all that is due are known. */
  extent?: Extent;
}

/**
 * A decision needs more of the account than its book knows. It has changed nothing, and has to be made again on a book
 * that was read further (`furtherThan`).
 */
export class ReadFurther extends RunAgain {
  constructor() {
    super('more of the account has to be read');
  }
}
