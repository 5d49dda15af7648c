import { billingSettings, retryEnds, saveBillingSettings } from '../billing/settings.js';
import type { Controls } from './control.js';

/** What a seller sets up about subscriptions in Stripe's own pages. What is left out stays as it was. */
export const billingControls: Controls = {
  'GET /_sandbox/billing': ({ database }) => billingSettings(database),
  'POST /_sandbox/billing': async ({ database }, input) => {
    const before = await billingSettings(database);
    const settings = {
      ...before,
      ...input.optional('retryDays', () => input.integers('retryDays', { least: 1, most: 60 })),
      ...input.optional('afterRetries', () => input.oneOf('afterRetries', retryEnds)),
      ...input.optional('draftSeconds', () => input.integer('draftSeconds', { least: 0, most: 72 * 60 * 60 })),
      ...input.optional('upcomingDays', () => input.integer('upcomingDays', { least: 1, most: 45 })),
    };
    input.done();
    await saveBillingSettings(database, settings);
    return settings;
  },
};
