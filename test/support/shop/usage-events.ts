import { randomUUID } from 'node:crypto';
import type { HttpAnswer, TestScrip } from '../service/scrip.js';

/** A CloudEvent as JSON has it. */
export type TestEvent = Record<string, unknown>;

export const STRUCTURED = 'application/cloudevents+json';
export const BATCHED = 'application/cloudevents-batch+json';

/** An event of two pages of an account, unless it is said otherwise. */
export function anEvent(subject: string, more: TestEvent = {}): TestEvent {
  return {
    ...{ specversion: '1.0', source: '/test', id: randomUUID(), type: 'pages', subject },
    data: { quantity: 2 },
    ...more,
  };
}

/** Sends one event, in structured mode. */
export function sendEvent(scrip: TestScrip, event: unknown, contentType: string = STRUCTURED): Promise<HttpAnswer> {
  return scrip.call('POST', '/v1/usage', event, { headers: { 'content-type': contentType } });
}

/** Sends a batch of events. */
export function sendEvents(scrip: TestScrip, events: unknown): Promise<HttpAnswer> {
  return sendEvent(scrip, events, BATCHED);
}

/** The results of a batch in a word each: `accepted 2`, or the name of the problem. */
export function resultsOf({ body }: HttpAnswer): string[] {
  return body.results.map(({ status, spend, problem }: Result) =>
    spend === undefined ? String(problem?.type).replace('/problems/', '') : `${status} ${spend.amount}`,
  );
}

interface Result {
  status: string;
  spend?: { amount: number };
  problem?: { type: string };
}
