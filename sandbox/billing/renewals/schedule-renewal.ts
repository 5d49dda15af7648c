import type Stripe from 'stripe';
import { scheduleJob } from '../../jobs/schedule.js';
import type { Work } from '../../store/work.js';
import type { Subscription } from '../lock.js';
import { billingSettings } from '../settings.js';

const secondsADay = 24 * 60 * 60;
/** How long before its end a trial is said to end. */
export const trialNoticeSeconds = 3 * secondsADay;

/** When the period of a subscription ends; its items have the same one. */
export const periodOf = ({ items }: Stripe.Subscription) => ({
  start: items.data[0]?.current_period_start ?? 0,
  end: items.data[0]?.current_period_end ?? 0,
});

/**
 * Notes what is to be done in a subscription's current period: its announcement, and what comes when it is over. What
 * was noted for another end finds that it is not yet time, or no longer.
 */
export async function scheduleRenewal(work: Work, { shown }: Subscription): Promise<void> {
  const { start, end } = periodOf(shown);
  const { upcomingDays } = await billingSettings(work.tx);
  const announcedAt = end - upcomingDays * secondsADay;
  if (announcedAt > start) await scheduleJob(work, 'announce-renewal', shown.id, announcedAt * 1000);
  if (shown.trial_end === end && shown.status === 'trialing') {
    await scheduleJob(work, 'announce-trial-end', shown.id, (end - trialNoticeSeconds) * 1000);
  }
  await scheduleJob(work, 'renew-subscription', shown.id, end * 1000);
}
