import { TEST_KEY, type TestScrip } from './scrip.js';

/** An answer to the byte, and whether it was a replay. */
export interface TextAnswer {
  status: number;
  text: string;
  again: boolean;
}

/** Posts a body with an idempotency key, and reads the answer as it is. */
export async function postText(scrip: TestScrip, path: string, body: unknown, key: string): Promise<TextAnswer> {
  const response = await fetch(`${scrip.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TEST_KEY}`, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  });
  const again = response.headers.get('idempotency-replayed') === 'true';
  return { status: response.status, text: await response.text(), again };
}
