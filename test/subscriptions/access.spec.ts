import {
  type AccessState,
  accessAt,
  graceUntilOf,
  hasEnded,
  openUntilOf,
  pastDueSinceOf,
  SUBSCRIPTION_STATUSES,
  type SubscriptionStatus,
} from '../../src/subscriptions/mirror/access.js';

const now = new Date('2026-12-01T12:00:00.000Z');
const later = new Date('2026-12-02T12:00:00.000Z');
const earlier = new Date('2026-11-30T12:00:00.000Z');

/** Of a subscription that holds a plan and is paid for. */
const standing = { status: 'active' as const, graceUntil: null, cancelAt: null, openUntil: null, items: ['basic'] };

/** By status: within its grace, after it, and when it was announced to have ended by now. */
const table: Record<SubscriptionStatus, [AccessState, AccessState, AccessState]> = {
  incomplete: ['pending', 'pending', 'revoked'],
  incomplete_expired: ['revoked', 'revoked', 'revoked'],
  trialing: ['granted', 'granted', 'revoked'],
  active: ['granted', 'granted', 'revoked'],
  past_due: ['grace', 'revoked', 'revoked'],
  canceled: ['revoked', 'revoked', 'revoked'],
  unpaid: ['revoked', 'revoked', 'revoked'],
  paused: ['revoked', 'revoked', 'revoked'],
};

it.each(SUBSCRIPTION_STATUSES)('what %s opens', (status) => {
  const at = (graceUntil: Date | null, cancelAt: Date | null = null) =>
    accessAt({ ...standing, status, graceUntil, cancelAt }, now);
  expect([at(later), at(earlier), at(later, earlier)]).toEqual(table[status]);
  expect(at(later, later)).toBe(table[status][0]);
});

it('ends grace on the instant, and has none without a failure', () => {
  const pastDue = (graceUntil: Date | null) => accessAt({ ...standing, status: 'past_due', graceUntil }, now);
  expect(pastDue(new Date(now.getTime() + 1))).toBe('grace');
  expect(pastDue(now)).toBe('revoked');
  expect(pastDue(null)).toBe('revoked');
});

it('opens nothing when it holds no plan, whatever its status is', () => {
  expect(SUBSCRIPTION_STATUSES.map((status) => accessAt({ ...standing, status, items: [] }, now))).toEqual(
    SUBSCRIPTION_STATUSES.map(() => 'revoked'),
  );
});

it('with paused payments is open until the time that was paid for ends, on the instant', () => {
  const paused = (openUntil: Date) => accessAt({ ...standing, openUntil }, now);
  expect([paused(later), paused(now), paused(earlier)]).toEqual(['granted', 'revoked', 'revoked']);
});

describe('until when what is paused is open', () => {
  const period = { periodStart: earlier, periodEnd: later, creditsFrom: null };
  const paused = { ...period, collectionPaused: true, openUntil: null };
  const resumed = { ...period, collectionPaused: false, openUntil: earlier };
  it.each([
    ['paused, the period is paid', paused, later, later],
    ['paused, the period is not', paused, earlier, earlier],
    ['paused, nothing ever was paid', paused, null, earlier],
    ['paused, the period was paid before it was adopted', { ...paused, creditsFrom: now }, null, later],
    ['never paused', { ...resumed, openUntil: null }, earlier, null],
    ['resumed, the period was missed', resumed, earlier, earlier],
    ['resumed, the period is paid', resumed, later, null],
  ])('%s', (_what, subscription, paidUntil, until) => {
    expect(openUntilOf(subscription, paidUntil)).toEqual(until);
  });
});

it('is over for good in two of eight statuses', () => {
  expect(SUBSCRIPTION_STATUSES.filter(hasEnded)).toEqual(['incomplete_expired', 'canceled']);
});

it('counts grace from the first failure, and anew only after a recovery', () => {
  const failing = { status: 'past_due' as const, paymentFailedAt: earlier, askedAt: now };
  const since = pastDueSinceOf(undefined, failing);
  expect(since).toEqual(earlier);
  expect(graceUntilOf(since, 3)).toEqual(new Date('2026-12-03T12:00:00.000Z'));

  const again = { ...failing, paymentFailedAt: now };
  expect(pastDueSinceOf({ status: 'past_due', pastDueSince: since }, again)).toEqual(earlier);
  expect(pastDueSinceOf({ status: 'past_due', pastDueSince: since }, { ...again, status: 'active' })).toBeNull();
  expect(pastDueSinceOf({ status: 'active', pastDueSince: null }, again)).toEqual(now);
  expect(pastDueSinceOf(undefined, { ...failing, paymentFailedAt: null })).toEqual(now);
  expect(graceUntilOf(null, 3)).toBeNull();
});
