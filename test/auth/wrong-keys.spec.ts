import { addressOf, WrongKeys } from '../../src/auth/wrong-keys.js';
import { type Rooms, startRooms } from '../http/rooms.js';

describe('wrong keys', () => {
  let rooms: Rooms;
  beforeAll(async () => {
    rooms = await startRooms();
  });
  afterAll(() => rooms.stop());

  const tryKey = (key: string) => rooms.call('GET', '/v1/accounts', undefined, { authorization: `Bearer ${key}` });

  it('are refused as too many from the eleventh of a minute on, while the right one is let through', async () => {
    const statuses: number[] = [];
    for (let guess = 0; guess < 10; guess += 1)
      statuses.push((await tryKey(guess % 2 === 0 ? `sk_guess_of_somebody_${guess}` : 'pk_of_another_form')).status);
    expect(new Set(statuses)).toEqual(new Set([401]));

    const refused = await tryKey('sk_guess_of_somebody_else');
    expect(refused).toMatchObject({ status: 429, body: { type: '/problems/too-many-wrong-keys' } });
    const retryAfter = Number(refused.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(0);
    expect(retryAfter).toBeLessThanOrEqual(60);
    expect(refused.body.retryAfterSeconds).toBe(retryAfter);

    expect((await rooms.call('GET', '/v1/accounts')).status).toBe(200);
    const fresh = await rooms.call('POST', '/v1/api-keys', { name: 'made since', scopes: ['read'] });
    expect((await tryKey(fresh.body.key)).status).toBe(200);
    expect((await rooms.call('GET', '/health/live', undefined, { authorization: 'Bearer sk_wrong_0' })).status).toBe(
      200,
    );
  });
});

describe('the count of wrong keys', () => {
  const tenOf = (wrong: WrongKeys, address: string, nowMs: number) =>
    Array.from({ length: 10 }, () => wrong.note(address, nowMs));

  it('begins anew after a minute, and is another for each address', () => {
    const wrong = new WrongKeys();
    expect(tenOf(wrong, '192.0.2.1', 0)).toEqual(Array(10).fill(undefined));
    expect(wrong.note('192.0.2.1', 1_500)).toBe(59);
    expect(wrong.note('192.0.2.2', 1_500)).toBeUndefined();
    expect(wrong.note('192.0.2.1', 59_999)).toBe(1);
    expect(wrong.note('192.0.2.1', 60_000)).toBeUndefined();
  });

  it('forgets the oldest of very many addresses', () => {
    const wrong = new WrongKeys();
    tenOf(wrong, 'oldest', 0);
    tenOf(wrong, 'newest', 1);
    for (let index = 0; index < 9_999; index += 1) wrong.note(`address ${index}`, 2);
    expect(wrong.note('newest', 3)).toBe(60);
    expect(wrong.note('oldest', 3)).toBeUndefined();
  });

  it.each([
    ['192.0.2.1', undefined, '192.0.2.1'],
    ['::ffff:192.0.2.1', undefined, '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', undefined, '2001:db8:1:2::/64'],
    ['2001:0DB8:1:2::9', undefined, '2001:db8:1:2::/64'],
    ['::1', undefined, '0:0:0:0::/64'],
    ['fe80::1%eth0', undefined, 'fe80:0:0:0::/64'],
    ['203.0.113.9', ['10.0.0.1', '192.0.2.7', '203.0.113.9'], '192.0.2.7'],
    ['10.0.0.1', ['10.0.0.1'], '10.0.0.1'],
    ['x'.repeat(9_000), ['10.0.0.1', 'x'.repeat(9_000)], 'no address'],
  ])('takes %s (proxies %j) as %s', (ip, ips, address) => {
    expect(addressOf({ ip, ips })).toBe(address);
  });
});
