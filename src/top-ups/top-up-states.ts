/**
 * What the automatic top-ups of an account are doing. While they are `off` or `paused` an attempt that was begun before
 * may still come to its end.
 */
export const TOP_UP_STATES = ['off', 'ready', 'charging', 'action_required', 'paused'] as const;
export type TopUpState = (typeof TOP_UP_STATES)[number];

/**
 * What can happen to them. Of an attempt: it is `begun`, `paid`, `declined` with another try to come, `challenged` by
 * the bank, or `abandoned`, when it has come to nothing and nobody is to blame. Whatever must not go on by itself is
 * `stopped`: a card that is never to be charged again, tries that are used up, a dispute, a refund, too many top-ups.
 */
export const TOP_UP_CHANGES = [
  'switched_on',
  'switched_off',
  'resumed',
  'method_changed',
  'begun',
  'paid',
  'declined',
  'challenged',
  'abandoned',
  'stopped',
] as const;
export type TopUpChange = (typeof TOP_UP_CHANGES)[number];

/** What an attempt that has not come to its end is doing: it is with the bank, or it waits for a person. */
export type OpenAttempt = 'charging' | 'action_required';

export interface Followed {
  state: TopUpState;
  /** Whether to look now if a top-up is due. */
  looks: boolean;
  /** Whether the attempt that is open is to be taken back at Stripe, as far as that still can be done. */
  cancels: boolean;
  /** Whether what was queued is forgotten: a try that was to come, and how many there were. */
  forgetsTries: boolean;
}

/** What a cell of the table says. */
interface Cell {
  /** `as_attempt` is what the open attempt is doing, and `ready` where there is none. */
  to: TopUpState | 'as_attempt';
  also?: readonly ('look' | 'cancel' | 'forget')[];
}

/** The change cannot happen in this state. */
const NEVER = undefined;

const go = (to: Cell['to'], ...also: NonNullable<Cell['also']>): Cell => ({ to, also });

/**
 * Rows are states, columns are changes. It is switched on by nobody but whoever calls, and what is paused goes on by
 * nobody but whoever resumes it. Money that has come in changes nothing of that, and neither does its absence.
 */
const TABLE: Record<TopUpState, Record<TopUpChange, Cell | typeof NEVER>> = {
  off: {
    switched_on: go('as_attempt', 'look', 'forget'),
    switched_off: go('off'),
    resumed: NEVER,
    method_changed: go('off'),
    begun: NEVER,
    paid: go('off'),
    declined: go('off'),
    challenged: go('off', 'cancel'),
    abandoned: go('off'),
    stopped: go('off'),
  },
  ready: {
    switched_on: go('ready', 'look', 'forget'),
    switched_off: go('off', 'forget'),
    resumed: go('ready', 'look'),
    method_changed: go('ready', 'look', 'forget'),
    begun: go('charging'),
    paid: NEVER,
    declined: NEVER,
    challenged: NEVER,
    abandoned: NEVER,
    stopped: go('paused', 'forget'),
  },
  charging: {
    switched_on: go('charging', 'forget'),
    switched_off: go('off', 'forget'),
    resumed: go('charging'),
    method_changed: go('charging', 'forget'),
    begun: NEVER,
    paid: go('ready', 'look', 'forget'),
    declined: go('ready'),
    challenged: go('action_required'),
    abandoned: go('ready', 'look'),
    stopped: go('paused', 'forget'),
  },
  action_required: {
    switched_on: go('action_required', 'forget'),
    switched_off: go('off', 'cancel', 'forget'),
    resumed: go('action_required'),
    // The other card is tried once the attempt is known to be over: until then it may have been paid.
    method_changed: go('charging', 'cancel', 'forget'),
    begun: NEVER,
    paid: go('ready', 'look', 'forget'),
    // The person may try again, or with another card.
    declined: go('action_required'),
    challenged: go('action_required'),
    // Another attempt would be challenged as well.
    abandoned: go('paused', 'forget'),
    stopped: go('paused', 'cancel', 'forget'),
  },
  paused: {
    switched_on: go('paused'),
    switched_off: go('off'),
    resumed: go('as_attempt', 'look', 'forget'),
    method_changed: go('paused'),
    begun: NEVER,
    paid: go('paused'),
    declined: go('paused'),
    challenged: go('paused', 'cancel'),
    abandoned: go('paused'),
    stopped: go('paused'),
  },
};

/**
 * What follows from a change; undefined where it cannot happen. `open` is what the attempt that is not over is doing,
 * before the change. Pure.
 */
export function follow(state: TopUpState, change: TopUpChange, open: OpenAttempt | null): Followed | undefined {
  const cell = TABLE[state][change];
  if (cell === undefined) return undefined;
  const { to, also = [] } = cell;
  const next = to === 'as_attempt' ? (open ?? 'ready') : to;
  return {
    state: next,
    // Whoever has an attempt open looks when it is over.
    looks: also.includes('look') && next === 'ready',
    cancels: also.includes('cancel'),
    forgetsTries: also.includes('forget'),
  };
}
