import type Stripe from 'stripe';

/** How far a dispute has come. An inquiry is one that has moved no money, and may never. */
const standings = {
  warning_needs_response: { inquiry: true, closed: false },
  warning_under_review: { inquiry: true, closed: false },
  warning_closed: { inquiry: true, closed: true },
  needs_response: { inquiry: false, closed: false },
  under_review: { inquiry: false, closed: false },
  won: { inquiry: false, closed: true },
  lost: { inquiry: false, closed: true },
};

type Standing = keyof typeof standings;

const standingOf = ({ status }: Stripe.Dispute) => standings[status as Standing];

export const isInquiry = (dispute: Stripe.Dispute): boolean => standingOf(dispute).inquiry;

export const isClosed = (dispute: Stripe.Dispute): boolean => standingOf(dispute).closed;

/** Whether the disputed amount is gone, for now or for good. */
export const hasTaken = (dispute: Stripe.Dispute): boolean => !isInquiry(dispute) && dispute.status !== 'won';

/** What disputes have taken of their charge, in minor units. */
export const takenMinor = (disputes: Stripe.Dispute[]): number =>
  disputes.filter(hasTaken).reduce((sum, { amount }) => sum + amount, 0);
