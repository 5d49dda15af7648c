import { HostResolver } from '../../src/deliveries/addresses/host-resolver.js';
import { type TestScrip, useScrip } from '../support/service/scrip.js';

const scrip = useScrip();
const post = (body: unknown) => scrip.call('POST', '/v1/webhook-endpoints', body);
const EVENTS = ['trial.*'];

describe('an endpoint', () => {
  it.each([
    'http://app.example/hook',
    'https://localhost/hook',
    'https://127.0.0.1/hook',
    'https://2130706433/hook',
    'https://0x7f.1/hook',
    'https://[::ffff:169.254.169.254]/hook',
    'https://[64:ff9b::a9fe:a9fe]/',
    'https://10.0.0.1:8443/',
    'https://ada:secret@app.example/hook',
    'ftp://app.example/',
    'app.example',
    '',
    '   ',
    `https://app.example/${'a'.repeat(3_000)}`,
    null,
    7,
    {},
    ['https://app.example/'],
  ])('is refused by name where its address is none that may be sent to: %j', async (url) => {
    const { status, body } = await post({ url, events: EVENTS });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { type: '/problems/validation-failed', errors: [{ pointer: '/url' }] },
    });
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  it('is refused where one of the addresses of its host is private', async () => {
    withResolver(scrip, async () => [
      { address: '8.8.8.8', family: 4 },
      { address: '10.0.0.7', family: 4 },
    ]);
    expect((await post({ url: 'https://app.example/hook', events: EVENTS })).body.errors).toMatchObject([
      { pointer: '/url', detail: expect.stringContaining('private network') },
    ]);
  });

  it.each([
    [[]],
    [['trial.ending', 'trial.ending']],
    [['trials.*']],
    [['trial']],
    [['*.ending']],
    [['.*']],
    [['']],
    [[7]],
    [[null]],
    ['*'],
    [Array.from({ length: 51 }, (_, index) => `order.${index}`)],
    [null],
  ])('is refused where it asks for what there is not: %j', async (events) => {
    withResolver(scrip, async () => [{ address: '8.8.8.8', family: 4 }]);
    const { status, body } = await post({ url: 'https://app.example/hook', events });
    expect({ status, body }).toMatchObject({ status: 400, body: { type: '/problems/validation-failed' } });
    expect(body.errors[0].pointer).toMatch(/^\/events/);
  });

  it('is taken where name servers do not know its host yet, and is checked again when it is changed', async () => {
    withResolver(scrip, async () => {
      throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    });
    const { status, body } = await post({ url: 'https://app.example/hook', events: ['*', 'spend.created'] });
    expect({ status, body }).toMatchObject({ status: 201, body: { secret: expect.stringMatching(/^whsec_/) } });
    const path = `/v1/webhook-endpoints/${body.id}`;
    const refused = await scrip.call('PATCH', path, { url: 'https://169.254.169.254/' });
    expect(refused.body).toMatchObject({ status: 400, errors: [{ pointer: '/url' }] });
    for (const change of [{ events: [] }, { url: null }, { status: 'disabled' }, { secret: 'mine' }])
      expect((await scrip.call('PATCH', path, change)).status).toBe(400);
    expect((await scrip.call('GET', path)).body).toMatchObject({ url: 'https://app.example/hook' });
    expect((await scrip.call('DELETE', path)).status).toBe(204);
  });

  it('that there is not is named', async () => {
    const path = '/v1/webhook-endpoints/whe_none';
    const since = { since: '2026-11-01T00:00:00Z' };
    const calls: [string, string, unknown?][] = [
      ['GET', ''],
      ['PATCH', '', {}],
      ['DELETE', ''],
      ['POST', '/rotate-secret'],
      ['POST', '/enable'],
      ['POST', '/disable'],
      ['POST', '/test'],
      ['POST', '/replay', since],
      ['GET', '/deliveries'],
      ['POST', '/deliveries/dlv_none/replay'],
    ];
    for (const [method, end, body] of calls)
      expect((await scrip.call(method, `${path}${end}`, body)).body).toMatchObject({
        status: 404,
        type: '/problems/webhook-endpoint-not-found',
        endpointId: 'whe_none',
      });
    expect((await scrip.call('GET', `${path}/deliveries/dlv_none`)).body.type).toBe('/problems/delivery-not-found');
    for (const since of [undefined, null, 7, 'yesterday', '2026-11-01'])
      expect((await scrip.call('POST', `${path}/replay`, { since })).status).toBe(400);
  });

  it('that was refused has left nothing', async () => {
    expect(await scrip.sql('select from webhook_endpoints')).toEqual([]);
    expect(await scrip.sql('select from webhook_secrets')).toEqual([]);
  });
});

/** What name servers answer the service from now on. */
function withResolver({ running }: TestScrip, resolve: HostResolver['resolve']): void {
  running.app.get(HostResolver, { strict: false }).resolve = resolve;
}
