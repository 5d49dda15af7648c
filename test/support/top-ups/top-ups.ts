import { eventually } from '../eventually.js';
import type { HttpAnswer, TestScrip } from '../service/scrip.js';
import { answerBank, fillIn, leadsTo } from '../shop/pay-page.js';
import { anAccount, CARDS } from '../shop/shop.js';
import { inboxIsDrained } from '../shop/stripe-side.js';

/** Cards that can be saved, by what becomes of a charge while their holder is not there. */
export const SAVED_CARDS = { ...CARDS, declinedLater: '4000000000000341', challengedAlways: '4000002760003184' };

/** An account that has saved this card on Stripe's page, and confirmed that where its bank asked. */
export async function anAccountWithCard(scrip: TestScrip, cardNumber: string = SAVED_CARDS.succeeds): Promise<string> {
  const accountId = await anAccount(scrip);
  await savesCard(scrip, accountId, cardNumber);
  return accountId;
}

export async function savesCard(scrip: TestScrip, accountId: string, cardNumber: string): Promise<void> {
  const { url } = (await scrip.call('POST', `/v1/accounts/${accountId}/payment-methods/setup`, {})).body;
  const answer = await fillIn(url, { cardNumber });
  const next = leadsTo(answer);
  if (next.includes('/3d-secure/')) await answerBank(next, 'complete');
  await inboxIsDrained(scrip);
}

export interface TopUpWishes {
  enabled?: boolean;
  belowCredits?: number;
  product?: string;
  [more: string]: unknown;
}

/** What an app sends to let an account be topped up below 10 credits, with the pack of 12 for 10.00. */
export function wishes(given: TopUpWishes = {}): object {
  return {
    enabled: true,
    belowCredits: 10,
    product: 'basic',
    maxPerMonth: { amountMinor: 5000 },
    consent: { textVersion: '2026-11', acceptedAt: '2026-11-01T00:00:00Z' },
    ...given,
  };
}

export function putTopUp(scrip: TestScrip, accountId: string, given: TopUpWishes = {}): Promise<HttpAnswer> {
  return scrip.call('PUT', `/v1/accounts/${accountId}/auto-top-up`, wishes(given));
}

export async function topUpOf(scrip: TestScrip, accountId: string) {
  return (await scrip.call('GET', `/v1/accounts/${accountId}/auto-top-up`)).body;
}

/** Waits until the top-ups of an account are so. */
export function topUpReaches(scrip: TestScrip, accountId: string, status: string) {
  return eventually(
    () => topUpOf(scrip, accountId),
    (topUp) => topUp.status === status,
  );
}
