import { useScrip } from '../../support/service/scrip.js';
import { openAccount } from '../../support/shop/account.js';
import { anEvent, sendEvent, sendEvents } from '../../support/shop/usage-events.js';

const scrip = useScrip();

it('counts what has become of events, for who may read', async () => {
  const account = await openAccount(scrip);
  await account.grant(10);
  const event = anEvent(account.id);
  await sendEvents(scrip, [event, event, anEvent('nobody'), 7, anEvent(account.id, { type: 'steps' })]);
  await sendEvent(scrip, event);
  await sendEvent(scrip, { ...event, data: { quantity: 3 } });
  await sendEvent(scrip, anEvent(account.id, { id: '' }));
  await sendEvents(scrip, '[');
  const { status, body, headers } = await scrip.call('GET', '/metrics');
  expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  const lines = body.split('\n').filter((line: string) => line.startsWith('scrip_usage_events_total'));
  expect(
    lines
      .map((line: string) => line.replace(/.*result="(\w+)",reason="([a-z-]*)",process="\d+"} (\d+)/, '$1 $2: $3'))
      .sort(),
  ).toEqual([
    ...['accepted : 1', 'rejected account-not-found: 1', 'rejected event-reused: 1', 'rejected malformed-json: 1'],
    ...['rejected meter-not-found: 1', 'rejected validation-failed: 2', 'replayed : 2'],
  ]);
  expect(body).toContain('# TYPE scrip_usage_events_total counter');
  expect((await scrip.call('GET', '/metrics', undefined, { key: null })).status).toBe(401);
});
