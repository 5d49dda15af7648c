import { Database } from '../../src/database/database.js';
import { encodeCursor } from '../../src/kernel/keyset-page.js';
import type { NewDomainEvent } from '../../src/outbox/domain-event.js';
import { RecordDomainEvent } from '../../src/outbox/record-domain-event.js';
import { eventually } from '../support/eventually.js';
import { startTestScrip, useScrip } from '../support/service/scrip.js';
import { askFeed, readFeed, toldOf } from '../support/shop/feed.js';
import { anAccount } from '../support/shop/shop.js';
import { advance } from '../support/shop/subscribe.js';

const scrip = useScrip();

let causes = 0;
function anEvent(accountId: string | null, given: Partial<NewDomainEvent> = {}): NewDomainEvent {
  causes += 1;
  const data = { orderId: `ord_${causes}`, product: 'room' };
  return { type: 'booking.to_release', accountId, data, cause: `cause ${causes}`, ...given };
}

const record = (...events: NewDomainEvent[]) =>
  scrip.running.app
    .get(Database)
    .transaction((tx) => scrip.running.app.get(RecordDomainEvent, { strict: false }).runAll(tx, events));

const endOfFeed = async () => (await askFeed(scrip, { accountId: 'nobody' })).body.nextCursor;

it('shows an event within a second of its cause, in its place for good', async () => {
  const accountId = await anAccount(scrip);
  const before = await endOfFeed();
  const occurredAt = new Date('2026-11-01T12:00:00.000Z');
  await record(anEvent(accountId, { occurredAt }));
  const recordedAt = performance.now();
  const { body } = await eventually(
    () => askFeed(scrip, { after: before }),
    (answer) => answer.body.data.length === 1,
  );
  expect(performance.now() - recordedAt).toBeLessThan(1_000);
  const [event] = body.data;
  expect(event).toEqual({
    id: expect.stringMatching(/^evt_/),
    type: 'booking.to_release',
    timestamp: occurredAt.toISOString(),
    sequence: expect.any(Number),
    accountId,
    data: { orderId: expect.any(String), product: 'room' },
  });
  expect((await scrip.call('GET', `/v1/events/${event.id}`)).body).toEqual(event);
  expect((await askFeed(scrip, { after: before })).body).toEqual(body);
  expect((await askFeed(scrip, { after: body.nextCursor })).body).toEqual({ data: [], nextCursor: body.nextCursor });
});

it('gives the events of a filter alone, and goes on behind those that it left out', async () => {
  const [one, other] = [await anAccount(scrip), await anAccount(scrip)];
  const trial = { stripeSubscriptionId: 'sub_1', plan: 'basic', trialEnd: '2026-12-01T00:00:00.000Z' };
  await record(
    anEvent(one),
    anEvent(other, { type: 'trial.ending', data: trial }),
    anEvent(one, { type: 'trial.ending', data: trial }),
    anEvent(other),
    anEvent(null),
  );
  await toldOf(scrip, one, 2);
  const typesOf = async (query: Record<string, string>) => (await readFeed(scrip, query)).map(({ type }) => type);
  expect(await typesOf({ accountId: one })).toEqual(['booking.to_release', 'trial.ending']);
  expect(await typesOf({ accountId: one, types: 'trial.*' })).toEqual(['trial.ending']);
  expect(await typesOf({ types: 'trial.ending, credits.expiring' })).toEqual(['trial.ending', 'trial.ending']);
  expect((await readFeed(scrip, { types: '*' })).length).toBe((await readFeed(scrip)).length);
  expect((await readFeed(scrip)).at(-1)?.accountId).toBeNull();

  const { body } = await askFeed(scrip, { types: 'trial.*', limit: 1 });
  expect((await askFeed(scrip, { types: 'trial.*', after: body.nextCursor })).body.data).toEqual([
    expect.objectContaining({ accountId: one, type: 'trial.ending' }),
  ]);
  // Nothing was found up to the end, so the next question begins there.
  const { body: nothing } = await askFeed(scrip, { types: 'credits.expiring' });
  expect(nothing).toEqual({ data: [], nextCursor: await endOfFeed() });
});

it('leaves out what was rolled back, without a gap', async () => {
  const accountId = await anAccount(scrip);
  await record(anEvent(accountId));
  const undone = scrip.running.app.get(Database).transaction(async (tx) => {
    await scrip.running.app.get(RecordDomainEvent, { strict: false }).run(tx, anEvent(accountId));
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  await record(anEvent(accountId));
  const [first, second, ...others] = await toldOf(scrip, accountId, 2);
  expect(others).toEqual([]);
  expect(second?.sequence).toBe((first?.sequence ?? 0) + 1);
});

it('gives what is committed late its place behind what was read before', async () => {
  const [early, late] = [await anAccount(scrip), await anAccount(scrip)];
  const { app } = scrip.running;
  const cursor = await endOfFeed();
  await app.get(Database).transaction(async (tx) => {
    await app.get(RecordDomainEvent, { strict: false }).run(tx, anEvent(late));
    await record(anEvent(early));
    await toldOf(scrip, early, 1);
  });
  await toldOf(scrip, late, 1);
  const { body } = await askFeed(scrip, { after: cursor });
  expect(body.data.map(({ accountId }: { accountId: string }) => accountId)).toEqual([early, late]);
});

describe('what is asked wrongly', () => {
  it.each([
    ['after=nonsense', '/after', /nextCursor/],
    [`after=${encodeCursor('-1')}`, '/after', /nextCursor/],
    [`after=${encodeCursor('999999999')}`, '/after', /nextCursor/],
    [`after=${encodeCursor('9'.repeat(20))}`, '/after', /nextCursor/],
    ['types=order.unheard', '/types', /"order.unheard" is none/],
    ['types=booking.to_release,.*', '/types', /"\.\*" is none/],
    ['types=booking*', '/types', /"booking\*" is none/],
    ['types=', '/types', /text/],
    ['types=a&types=b', '/types', /text/],
    ['limit=0', '/limit', /from 1 to 100/],
    ['accountId=a%20b', '/accountId', /must be/],
    ['cursor=MQ', '/cursor', /./],
  ])('%s is told at %s', async (query, pointer, detail) => {
    const { status, body } = await scrip.call('GET', `/v1/events?${query}`);
    expect({ status, type: body.type }).toEqual({ status: 400, type: '/problems/validation-failed' });
    expect(body.errors).toEqual([{ pointer, in: 'query', detail: expect.stringMatching(detail) }]);
  });

  it('an event that is not there has a problem of its own', async () => {
    const { status, body } = await scrip.call('GET', '/v1/events/evt_unheard');
    expect({ status, type: body.type, eventId: body.eventId }).toEqual({
      status: 404,
      type: '/problems/domain-event-not-found',
      eventId: 'evt_unheard',
    });
  });
});

it('is read in a process that numbers nothing', async () => {
  const reader = await startTestScrip({ DATABASE_URL: scrip.running.runtime.databaseUrl, ROLE: 'api' });
  try {
    const accountId = await anAccount(scrip);
    await record(anEvent(accountId));
    expect(await toldOf(reader, accountId, 1)).toHaveLength(1);
  } finally {
    await reader.close();
  }
});

describe('what is too old', () => {
  const old = useScrip({ EVENTS_KEEP_DAYS: '7' });
  const recordOld = (...events: NewDomainEvent[]) =>
    old.running.app
      .get(Database)
      .transaction((tx) => old.running.app.get(RecordDomainEvent, { strict: false }).runAll(tx, events));

  it('is deleted, and whoever would miss it is told', async () => {
    const accountId = await anAccount(old);
    await recordOld(...Array.from({ length: 1_200 }, () => anEvent(accountId)));
    const [first] = await toldOf(old, accountId, 1_200);
    await advance(old, { days: 4 });
    await recordOld(anEvent(accountId), anEvent(accountId));
    await toldOf(old, accountId, 1_202);
    const { body: page } = await askFeed(old, { limit: 5 });

    await advance(old, { days: 4 });
    const kept = await readFeed(old);
    expect(kept.map(({ sequence }) => sequence)).toEqual([1_201, 1_202]);
    const late = await askFeed(old, { after: page.nextCursor });
    expect({ status: late.status, type: late.body.type, sequence: late.body.sequence }).toEqual({
      status: 410,
      type: '/problems/events-no-longer-kept',
      sequence: 1_201,
    });
    expect((await askFeed(old, { after: encodeCursor('1200') })).body.data).toHaveLength(2);
    expect((await old.call('GET', `/v1/events/${first?.id}`)).status).toBe(404);

    await advance(old, { days: 8 });
    const { body: empty } = await askFeed(old);
    expect(empty).toEqual({ data: [], nextCursor: encodeCursor('1202') });
    await recordOld(anEvent(accountId));
    expect((await toldOf(old, accountId, 1)).map(({ sequence }) => sequence)).toEqual([1_203]);
  });
});
