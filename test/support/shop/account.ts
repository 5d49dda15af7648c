import { randomUUID } from 'node:crypto';
import type { HttpAnswer, TestScrip } from '../service/scrip.js';
import { anAccount, entriesOf } from './shop.js';

export interface Standing {
  balance: number;
  held: number;
  available: number;
}

type More = Record<string, unknown>;

/** An account and everything that can be asked of its ledger over HTTP. Each write has a fresh key unless given one. */
export interface TestAccount {
  id: string;
  grant(amount: number, more?: More, key?: string): Promise<HttpAnswer>;
  adjust(amount: number, key?: string): Promise<HttpAnswer>;
  voidGrant(grantId: string, key?: string): Promise<HttpAnswer>;
  spend(amount: number, key?: string, more?: More): Promise<HttpAnswer>;
  reverse(spendId: string, amount?: number, key?: string): Promise<HttpAnswer>;
  hold(amount: number, expiresInSeconds?: number, key?: string): Promise<HttpAnswer>;
  capture(holdId: string, amount: number, more?: { final?: boolean; key?: string }): Promise<HttpAnswer>;
  release(holdId: string, key?: string): Promise<HttpAnswer>;
  extend(holdId: string, expiresInSeconds: number, key?: string): Promise<HttpAnswer>;
  holdNow(holdId: string): Promise<HttpAnswer>;
  /** What it has now, or had at a past instant. */
  standing(at?: Date): Promise<Standing>;
  /** Kinds and amounts, oldest first: `['grant +12', 'spend -5']`. */
  entries(): Promise<string[]>;
}

/** An account of its own for one test, used through any process of the service. */
export async function openAccount(scrip: TestScrip, id?: string): Promise<TestAccount> {
  return accountOf(scrip, await anAccount(scrip, id));
}

/** The same account seen through `scrip`, which may be another process over the same database. */
export function accountOf(scrip: TestScrip, id: string): TestAccount {
  const path = `/v1/accounts/${id}`;
  const post = (to: string, body: unknown, idempotencyKey: string = randomUUID()) =>
    scrip.call('POST', to, body, { idempotencyKey });
  return {
    id,
    grant: (amount, more = {}, key) =>
      post(`${path}/grants`, { amount, category: 'promotional', reason: 'a test', ...more }, key),
    adjust: (amount, key) => post(`${path}/adjustments`, { amount, reason: 'a test' }, key),
    voidGrant: (grantId, key) => post(`${path}/grants/${grantId}/void`, {}, key),
    spend: (amount, key, more = {}) => post('/v1/spends', { accountId: id, amount, ...more }, key),
    reverse: (spendId, amount, key) => post(`${path}/spends/${spendId}/reversals`, { amount, reason: 'a test' }, key),
    hold: (amount, expiresInSeconds, key) => post('/v1/holds', { accountId: id, amount, expiresInSeconds }, key),
    capture: (holdId, amount, { final, key } = {}) => post(`${path}/holds/${holdId}/captures`, { amount, final }, key),
    release: (holdId, key) => post(`${path}/holds/${holdId}/release`, undefined, key),
    extend: (holdId, expiresInSeconds, key) => post(`${path}/holds/${holdId}/extend`, { expiresInSeconds }, key),
    holdNow: (holdId) => scrip.call('GET', `${path}/holds/${holdId}`),
    standing: async (at) => {
      const query = at === undefined ? '' : `?at=${at.toISOString()}`;
      const { balance, held, available } = (await scrip.call('GET', `${path}/balance${query}`)).body;
      return { balance, held, available };
    },
    entries: () => entriesOf(scrip, id),
  };
}

/** The outcome of a call in one word: its status when it passed, the name of its problem when it was refused. */
export function outcomeOf(answer: HttpAnswer): string {
  if (answer.status < 300) return answer.headers.get('idempotency-replayed') === 'true' ? 'replayed' : 'accepted';
  return String(answer.body.type).replace('/problems/', '');
}
