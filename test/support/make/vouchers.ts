import { randomUUID } from 'node:crypto';
import type { HttpAnswer, TestScrip } from '../service/scrip.js';

export interface TestVoucher {
  id: string;
  /** The first of its codes. */
  code: string;
  codes: string[];
}

/** A voucher of 5 credits, unless said otherwise. */
export async function aVoucher(scrip: TestScrip, more: Record<string, unknown> = {}): Promise<TestVoucher> {
  const answer = await scrip.call('POST', '/v1/vouchers', { credits: 5, ...more });
  if (answer.status !== 201) throw new Error(`no voucher: ${JSON.stringify(answer.body)}`);
  const { id, codes } = answer.body;
  return { id, code: codes[0], codes };
}

export function redeem(
  scrip: TestScrip,
  accountId: string,
  code: string,
  idempotencyKey: string = randomUUID(),
): Promise<HttpAnswer> {
  return scrip.call('POST', `/v1/accounts/${accountId}/voucher-redemptions`, { code }, { idempotencyKey });
}

export function disable(scrip: TestScrip, voucherId: string, code?: string): Promise<HttpAnswer> {
  return scrip.call('POST', `/v1/vouchers/${voucherId}/disable`, { code });
}

/** A key of the service that holds these scopes alone. */
export async function aKeyWith(scrip: TestScrip, ...scopes: string[]): Promise<string> {
  return (await scrip.call('POST', '/v1/api-keys', { name: `with ${scopes}`, scopes })).body.key;
}
