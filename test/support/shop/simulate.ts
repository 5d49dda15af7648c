import { TEST_KEY, type TestScrip } from '../service/scrip.js';

/** The answer of a simulation: lines where it began, else a problem. */
export interface Simulated {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a story reads whatever the contract promises
  lines: any[];
  // biome-ignore lint/suspicious/noExplicitAny: a story reads whatever the contract promises
  problem: any;
  /** The lines of accounts as `account: before -> after`. */
  accounts: string[];
  // biome-ignore lint/suspicious/noExplicitAny: a story reads whatever the contract promises
  total: any;
}

export interface AskedSimulation {
  draft: object;
  from: Date | string;
  to: Date | string;
}

/** Simulates a draft of a rate card, and reads the answer to its end. */
export async function simulate(
  scrip: Pick<TestScrip, 'url'>,
  meter: string,
  body: AskedSimulation,
  key = TEST_KEY,
): Promise<Simulated> {
  const response = await beginSimulation(scrip, meter, body, { key });
  const text = await response.text();
  const isProblem = response.status !== 200;
  const lines = isProblem
    ? []
    : text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
  return {
    status: response.status,
    headers: response.headers,
    lines,
    problem: isProblem ? JSON.parse(text) : lines.find(({ line }) => line === 'problem')?.problem,
    accounts: lines
      .filter(({ line }) => line === 'account')
      .map(({ accountId, beforeCredits, afterCredits }) => `${accountId}: ${beforeCredits} -> ${afterCredits}`),
    total: lines.at(-1),
  };
}

/** The same, of which nothing is read yet. */
export function beginSimulation(
  scrip: Pick<TestScrip, 'url'>,
  meter: string,
  body: AskedSimulation,
  { key = TEST_KEY, signal }: { key?: string; signal?: AbortSignal } = {},
): Promise<Response> {
  return fetch(`${scrip.url}/v1/meters/${meter}/rates/simulate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
}
