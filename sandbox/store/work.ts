import type { TimeSource } from './clock.js';
import type { Tx } from './database.js';

/** Who asked, as an event tells it. */
export interface Asker {
  id: string | null;
  idempotency_key: string | null;
}

/** Those who work by themselves, and are woken when there may be something to do. */
export type Sleeper = 'deliveries' | 'jobs';

/**
 * One unit of work: a transaction with what a writer needs to know, and a note of what must be woken once it is
 * committed.
 */
export interface Work {
  tx: Tx;
  clock: TimeSource;
  /** Seconds since 1970, the same for everything that is written here. */
  now: number;
  /** Where the sandbox itself is reached, without a slash at the end. */
  baseUrl: string;
  asker: Asker;
  /** The test clock whose time this is, with the time outside. */
  testClock?: { id: string; outside: number };
  wakes: Set<Sleeper>;
}

/** Who asks when the sandbox acts by itself. */
export const nobody: Asker = { id: null, idempotency_key: null };
