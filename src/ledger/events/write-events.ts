import { bigintArray, jsonbArray, textArray, timestamptzArray } from '../../database/binary-array.js';
import { newId } from '../../kernel/ids.js';
import { boundedData } from '../../outbox/bounded-data.js';
import type { Book } from '../book/book.js';
import type { Call } from '../book/changed-rows.js';
import { eventData } from './event-data.js';

/**
 * What has happened to accounts, in the order in which it happened to each. To be called behind the function that
 * compares the balances: the count of an account's events is stepped under its lock.
 */
export function writeEvents(books: readonly Book[]): Call | undefined {
  const noted = books.flatMap(({ accountId, events, now }) =>
    events.map((event, place) => ({ accountId, event, now, behind: events.length - 1 - place })),
  );
  if (noted.length === 0) return undefined;
  return {
    name: 'write_events',
    parameters: [
      textArray(noted.map(({ accountId }) => accountId)),
      textArray(noted.map(({ now }) => newId('evt', now))),
      bigintArray(noted.map(({ behind }) => BigInt(behind))),
      textArray(noted.map(({ event }) => event.type)),
      jsonbArray(noted.map(({ accountId, event, now }) => boundedData(eventData(accountId, event, now)))),
      timestamptzArray(noted.map(({ event }) => event.at)),
      timestamptzArray(noted.map(({ now }) => now)),
    ],
  };
}
