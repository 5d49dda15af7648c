import type { TestScrip } from '../service/scrip.js';
import { CARDS } from './shop.js';

/** Further cards of Stripe's, by what becomes of a payment with them. */
export const OTHER_CARDS = {
  declined: '4000000000000002',
  challenged: '4000002760003184',
  challengedWithoutFunds: '4000008260003178',
};

const TYPED = { expiry: '12/34', cvc: '123', email: 'ada@example.com' };

function post(url: string, fields: Record<string, string>): Promise<Response> {
  return fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) });
}

/** Where an answer leads to; the page's own address for one that leads nowhere. */
export function leadsTo(answer: Response): string {
  return new URL(answer.headers.get('location') ?? answer.url, answer.url).href;
}

/** A payment page, filled in with a card that succeeds unless told otherwise. */
export function fillIn(url: string, fields: Record<string, string> = {}): Promise<Response> {
  return post(url, { cardNumber: CARDS.succeeds, ...TYPED, ...fields });
}

/** A payment page, filled in with a bank account to be debited: the bank answers later. */
export function fillInDebit(url: string): Promise<Response> {
  return post(url, { ...TYPED, paymentMethod: 'bank_debit', bankAccount: 'pays', cardNumber: '', expiry: '', cvc: '' });
}

/** A code, typed into the page's box. */
export function typeCode(url: string, promotionCode: string): Promise<Response> {
  return post(`${url}/promotion-code`, { promotionCode });
}

/** What the customer tells their bank, which asks them before it pays. */
export function answerBank(challengeUrl: string, outcome: 'complete' | 'fail'): Promise<Response> {
  return post(challengeUrl, { outcome });
}

/** What the bank says of a debit in the end. */
export async function bankSettles(scrip: TestScrip, paymentIntentId: string, outcome: 'succeeded' | 'failed') {
  const answer = await scrip.sandbox(`/_sandbox/payments/${paymentIntentId}/settle`, { outcome });
  if (answer.status !== 200) throw new Error(`the bank waits for nothing: ${JSON.stringify(answer.body)}`);
}

/** The card form that stands in for Stripe's own element, which an app shows with a client secret. */
export function formOf(scrip: TestScrip, clientSecret: string, returnUrl?: string): string {
  const query = returnUrl === undefined ? '' : `?${new URLSearchParams({ return_url: returnUrl })}`;
  return `${scrip.sandboxUrl}/elements/${clientSecret}${query}`;
}
