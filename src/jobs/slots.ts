/**
 * Jobs run in slots, and each kind of job has its own, so that what one kind waits for keeps no other kind waiting. How
 * many of them a process has, by kind: a slot that waits for Stripe costs no connection, so there may be more of them
 * than a small database has connections.
 */
export const SLOTS = {
  /** What somebody has paid for, and looks for now. */
  purchases: 6,
  /** Money that goes back. */
  returns: 3,
  /** What Stripe has let wait before: it can keep nobody waiting but its like. */
  waiting: 3,
  /** What is sent to endpoints of others. Each has its slot for a second at most, however long an answer takes. */
  deliveries: 6,
  others: 3,
} as const;

export type SlotKind = keyof typeof SLOTS;

export const SLOT_KINDS = Object.keys(SLOTS) as SlotKind[];
