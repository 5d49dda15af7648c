import { randomUUID } from 'node:crypto';
import type { UsageRow } from '../../../src/ledger/usage/kept-counters.js';
import { MONTH_LENGTH } from '../../../src/ledger/usage/known-counters.js';
import type { HttpAnswer, TestScrip } from '../service/scrip.js';

/** A line as it is asked for. */
export interface AskedLine {
  meter: string;
  quantity: string | number;
  dimensions?: Record<string, string>;
}

/** Meters with a card each, by their keys. `terms` is what all of them say besides. */
export async function haveMeters(scrip: TestScrip, cards: Record<string, object>, terms: object = {}): Promise<void> {
  await Promise.all(
    Object.entries(cards).map(async ([key, card]) => {
      await scrip.call('PUT', `/v1/meters/${key}`, { name: key, unit: 'unit', ...terms });
      const made = await scrip.call('POST', `/v1/meters/${key}/rates`, card);
      if (made.status !== 201) throw new Error(`no card: ${JSON.stringify(made.body)}`);
    }),
  );
}

/** A credit a unit. */
export const PER_UNIT = { prices: [{ match: {}, credits: 1 }] };

/** By the month up to 10 at 3, then 1. */
export const MONTHLY = {
  prices: [
    {
      match: {},
      tiers: [
        { upTo: 10, credits: 3 },
        { upTo: null, credits: 1 },
      ],
      by: 'month',
    },
  ],
};

/** A thousandth of a credit each, carried; three for seven where they are said to be odd. */
export const CARRIED = {
  prices: [
    { match: {}, credits: 1, per: 1_000 },
    { match: { kind: 'odd' }, credits: 3, per: 7 },
  ],
  rounding: 'carry',
};

/** A capture as it is asked for. */
export interface AskedCapture {
  lines?: AskedLine[];
  quantity?: string | number;
  amount?: number;
  final?: boolean;
  overage?: 'refuse' | 'available';
}

/** Usage of one account, asked for through any process of the service. */
export interface UsageOf {
  use(usage: AskedLine | AskedLine[], key?: string, more?: Record<string, unknown>): Promise<HttpAnswer>;
  undo(spendId: string, what?: { amount?: number; lines?: number[] }, key?: string): Promise<HttpAnswer>;
  /** Makes a spend anew, of other usage. */
  correct(spendId: string, usage: AskedLine | AskedLine[], key?: string): Promise<HttpAnswer>;
  receipt(spendId: string): Promise<HttpAnswer>;
  hold(usage: AskedLine | AskedLine[], more?: { key?: string; expiresInSeconds?: number }): Promise<HttpAnswer>;
  capture(holdId: string, what: AskedCapture, key?: string): Promise<HttpAnswer>;
  release(holdId: string): Promise<HttpAnswer>;
  /** What is kept of counters and remainders with the balance. */
  kept(): Promise<UsageRow>;
  /** The same in words: `meter match: used`, `meter match carries remainder`. */
  counters(): Promise<string[]>;
}

export function usageOf(scrip: TestScrip, accountId: string): UsageOf {
  const path = `/v1/accounts/${accountId}/spends`;
  const kept = async (): Promise<UsageRow> => {
    const [row] = await scrip.sql('select usage::text from balances where account_id = $1', [accountId]);
    return JSON.parse(row?.usage ?? '{}');
  };
  return {
    use: (usage, key = randomUUID(), more = {}) => {
      const asked = Array.isArray(usage) ? { lines: usage } : usage;
      return scrip.call('POST', '/v1/spends', { accountId, ...asked, ...more }, { idempotencyKey: key });
    },
    undo: (spendId, what = {}, key = randomUUID()) =>
      scrip.call('POST', `${path}/${spendId}/reversals`, { reason: 'a test', ...what }, { idempotencyKey: key }),
    correct: (spendId, usage, key = randomUUID()) => {
      const asked = Array.isArray(usage) ? { lines: usage } : usage;
      const body = { ...asked, reason: 'it was wrong' };
      return scrip.call('POST', `${path}/${spendId}/corrections`, body, { idempotencyKey: key });
    },
    hold: (usage, { key = randomUUID(), ...more } = {}) => {
      const asked = Array.isArray(usage) ? { lines: usage } : usage;
      return scrip.call('POST', '/v1/holds', { accountId, ...asked, ...more }, { idempotencyKey: key });
    },
    capture: (holdId, what, key = randomUUID()) =>
      scrip.call('POST', `/v1/accounts/${accountId}/holds/${holdId}/captures`, what, { idempotencyKey: key }),
    release: (holdId) => scrip.call('POST', `/v1/accounts/${accountId}/holds/${holdId}/release`),
    receipt: (spendId) => scrip.call('GET', `${path}/${spendId}`),
    kept,
    counters: async () => {
      const { used = {}, remainders = {} } = await kept();
      return [
        ...Object.entries(used)
          .map(([name, count]) => `${name.slice(MONTH_LENGTH + 1)}: ${count}`)
          .sort(),
        ...Object.entries(remainders)
          .map(([key, remainder]) => `${key} carries ${remainder}`)
          .sort(),
      ];
    },
  };
}

/** `price -> credits` of each line. */
export function pricesOf({ body }: HttpAnswer): string[] {
  return body.lines.map(({ price, credits }: { price: string; credits: number }) => `${price} -> ${credits}`);
}
