import { eventually } from '../eventually.js';
import type { HttpAnswer, TestScrip } from '../service/scrip.js';

/** An event as the feed shows it. */
export interface FeedEvent {
  id: string;
  type: string;
  timestamp: string;
  sequence: number;
  accountId: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: a story reads whatever the contract promises
  data: any;
}

type FeedQuery = Record<string, string | number | undefined>;

/** One page of the feed, asked for with a query such as `{ after, types }`. */
export function askFeed(scrip: TestScrip, query: FeedQuery = {}): Promise<HttpAnswer> {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) asked.set(name, String(value));
  return scrip.call('GET', `/v1/events?${asked}`);
}

/** All that is in the feed now, oldest first, read page by page. */
export async function readFeed(scrip: TestScrip, query: Record<string, string> = {}): Promise<FeedEvent[]> {
  const events: FeedEvent[] = [];
  for (let after: string | undefined; ; ) {
    const { status, body } = await askFeed(scrip, { limit: 100, ...query, after });
    if (status !== 200) throw new Error(`the feed was not read: ${JSON.stringify(body)}`);
    events.push(...body.data);
    after = body.nextCursor;
    if (body.data.length === 0) return events;
  }
}

/** What the feed tells of an account, once it tells of so many events at least. */
export function toldOf(scrip: TestScrip, accountId: string, count: number, types?: string): Promise<FeedEvent[]> {
  const query: Record<string, string> = types === undefined ? { accountId } : { accountId, types };
  return eventually(
    () => readFeed(scrip, query),
    (events) => events.length >= count,
  );
}
