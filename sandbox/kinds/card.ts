import type { DisputeReason } from './dispute-reasons.js';

/** How the bank of a test card refuses a charge. */
export interface Decline {
  code: string;
  declineCode?: string;
  message: string;
}

/**
 * What becomes of a refund to the card: done at once, done after a while, or undone after a while. Asked for by a
 * control alone: it stays on its way, or waits for somebody to do something, until it is told how it ends.
 */
export const refundCourses = ['succeeds', 'succeeds later', 'fails later', 'waits', 'requires action'] as const;

export type RefundCourse = (typeof refundCourses)[number];

/** What the bank does after a charge that succeeded, at once. */
export type Aftermath = { kind: 'dispute'; reason: DisputeReason; inquiry: boolean } | { kind: 'fraud warning' };

/** When the bank wants the holder of the card to confirm a payment: whenever they are there, or off session as well. */
export type Challenge = 'on session' | 'always';

/** What a test card does, noted with each of its charges. */
export interface CardBehaviour {
  decline?: Decline;
  /** The decline strikes when the card is saved, too. */
  declinesSaving?: boolean;
  /** `on session`: once it was set up for that, it can be charged off session without its holder. */
  challenge?: Challenge;
  /** The bank takes days to say whether it pays, as it does for debits. */
  settlesLater?: boolean;
  refund: RefundCourse;
  aftermath?: Aftermath;
}
