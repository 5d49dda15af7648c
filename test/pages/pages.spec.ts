import { request as rawRequest } from 'node:http';
import { formatCredits, formatMoney } from '../../src/html/amounts.js';
import { credits } from '../../src/kernel/credits.js';
import { isFromLoopback, maySeeKey } from '../../src/pages/loopback.js';
import { walkSteps } from '../../src/pages/walk.js';
import { type Rooms, startRooms } from '../http/rooms.js';

const KEY = 'sk_the_key_of_a_start_without_configuration';

describe('the first page beside the sandbox', () => {
  let rooms: Rooms;
  beforeAll(async () => {
    rooms = await startRooms({
      bootstrapKey: KEY,
      payments: { kind: 'sandbox', sandboxUrl: 'http://127.0.0.1:12111' },
    });
  });
  afterAll(() => rooms.stop());

  it('shows what runs, what is for sale, and the walk with the real key', async () => {
    const page = await rooms.call('GET', '/');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    for (const text of [
      'Your own Postgres',
      'Stripe sandbox',
      '/docs',
      '/openapi.json',
      '/health/ready',
      'http://127.0.0.1:12111',
    ])
      expect(page.text).toContain(text);
    for (const text of ['Starter', '$5.00', '$10.00', '$20.00', '$50.00', KEY]) expect(page.text).toContain(text);
    for (const text of ['Pro, monthly', '$30.00 a month', 'Opens history, priority', 'Subscribe, and let months pass'])
      expect(page.text).toContain(text);
  });

  it('shows what a pack costs in every currency, the usual one first', async () => {
    await rooms.call('PUT', '/v1/products/worldwide', {
      kind: 'pack',
      name: 'Worldwide',
      credits: 9,
      prices: [
        { currency: 'eur', amountMinor: 900 },
        { currency: 'usd', amountMinor: 990 },
        { currency: 'jpy', amountMinor: 1500 },
      ],
    });
    expect((await rooms.call('GET', '/')).text).toContain('$9.90 · €9.00 · ¥1,500');
  });

  it('runs and loads nothing but what is in it', async () => {
    const page = await rooms.call('GET', '/');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe-inline|https?:/);
    expect(page.text).not.toMatch(/<(script|link|img)[^>]+(src|href)="https?:/);
  });

  it.each([
    ['by another name', { host: 'evil.example' }],
    ['through a proxy', { 'x-forwarded-for': '203.0.113.9' }],
    ['through a proxy that names itself', { via: '1.1 nginx' }],
  ])('keeps the key to itself when it is asked %s', async (_what, headers) => {
    const page = await fetchWith(rooms.url, headers);
    expect(page).toContain('Scrip is running');
    expect(page).not.toContain(KEY);
  });
});

it('shows neither the key nor a clock to move beside the real Stripe', async () => {
  const rooms = await startRooms({ bootstrapKey: KEY, payments: { kind: 'stripe' } });
  const page = (await rooms.call('GET', '/')).text;
  expect(page).not.toContain(KEY);
  expect(page).not.toContain('test-clock');
  await rooms.stop();
});

it('knows this machine by its addresses alone', () => {
  const request = (ip: string, host: string) => ({ ip, headers: { host } });
  for (const ip of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
    expect(isFromLoopback(request(ip, 'localhost:3000'))).toBe(true);
  for (const ip of ['10.0.0.1', '::ffff:10.0.0.1', '128.0.0.1', ''])
    expect(isFromLoopback(request(ip, 'localhost'))).toBe(false);
  for (const host of ['localhost.evil.example', '127.0.0.1.nip.io', ''])
    expect(isFromLoopback(request('127.0.0.1', host))).toBe(false);
});

it('shows the key only while all that it opens is on this machine', () => {
  const request = { ip: '127.0.0.1', headers: { host: 'localhost:3000' } };
  const here = {
    payments: { kind: 'sandbox' },
    publicUrl: 'http://localhost:3000',
    databaseUrl: 'postgres://127.0.0.1:54329/scrip',
  } as const;
  expect(maySeeKey(here, request)).toBe(true);
  // A proxy that rewrites Host and names itself nowhere looks like a browser on this machine.
  expect(maySeeKey({ ...here, publicUrl: 'https://credits.example.com' }, request)).toBe(false);
  expect(maySeeKey({ ...here, databaseUrl: 'postgres://db.example.com/scrip' }, request)).toBe(false);
  expect(maySeeKey({ ...here, databaseUrl: 'postgres:///scrip?host=db.example.com' }, request)).toBe(false);
  expect(maySeeKey({ ...here, payments: { kind: 'stripe' } }, request)).toBe(false);
});

it('walks with the key that it is given, or with a place for one', () => {
  expect(walkSteps({ baseUrl: 'http://x', key: KEY, sandbox: true })[0]?.command).toContain(`SCRIP_KEY=${KEY}`);
  const steps = walkSteps({ baseUrl: 'http://x', sandbox: false });
  expect(steps[0]?.command).toContain("SCRIP_KEY='sk_…'");
  expect(steps.some((step) => step.command.includes('cardNumber'))).toBe(false);
});

it('walks with one account, and ends every line that curl answers', () => {
  const [name, ...steps] = walkSteps({ baseUrl: 'http://x', key: KEY, sandbox: true }).map((step) => step.command);
  expect(name).toContain('export ACCOUNT=ada');
  for (const command of steps) {
    expect(command).not.toMatch(/accounts\/ada|"ada"/);
    if (!command.startsWith('SESSION='))
      expect(command.match(/^curl /gm)).toHaveLength(command.split("\\n'").length - 1);
  }
});

it('writes amounts for people', () => {
  expect([formatMoney(1000, 'usd'), formatMoney(500, 'jpy'), formatMoney(1005, 'eur')]).toEqual([
    '$10.00',
    '¥500',
    '€10.05',
  ]);
  // As Stripe counts, and not as Unicode does, which knows no small coins of some countries.
  expect([formatMoney(250000, 'huf'), formatMoney(50000, 'isk'), formatMoney(1230, 'kwd')]).toEqual([
    'HUF\u00a02,500.00',
    'ISK\u00a0500.00',
    'KWD\u00a01.230',
  ]);
  expect([formatCredits(credits(1200), 0), formatCredits(credits(1250), 2)]).toEqual(['1,200', '12.50']);
});

/** `fetch` does not let a caller choose the Host. */
function fetchWith(url: string, headers: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    rawRequest(url, { headers }, (response) => {
      let text = '';
      response.on('data', (data) => {
        text += data;
      });
      response.on('end', () => resolve(text));
    })
      .on('error', reject)
      .end();
  });
}
