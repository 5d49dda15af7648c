import { useScrip } from '../../support/service/scrip.js';
import {
  advance,
  aWebhookApp,
  isNoted,
  isNumbered,
  newestDelivery,
  PRIVATE_ENDPOINTS,
  record,
  type WebhookApp,
} from '../../support/service/webhook-app.js';
import { anAccount, boughtPack } from '../../support/shop/shop.js';

const scrip = useScrip(PRIVATE_ENDPOINTS);
const apps: WebhookApp[] = [];

async function anApp(...rest: [events?: string[], answer?: Parameters<WebhookApp['answer']>[0]]): Promise<WebhookApp> {
  const app = await aWebhookApp(scrip, ...rest);
  apps.push(app);
  return app;
}

afterEach(async () => {
  for (const app of apps.splice(0)) {
    await scrip.call('DELETE', app.path);
    await app.close();
  }
});

describe('an app that has registered an endpoint', () => {
  it('is sent what happens, signed so that the library of Standard Webhooks verifies it', async () => {
    const app = await anApp();
    const [subscription] = await record(scrip);
    await app.isSent(1);
    const [message] = app.verified();
    expect(message).toMatchObject({
      id: expect.stringMatching(/^evt_/),
      type: 'trial.ending',
      timestamp: expect.stringMatching(/Z$/),
      sequence: expect.any(Number),
      data: { stripeSubscriptionId: subscription },
    });
    expect(app.received[0]?.headers['webhook-id']).toBe(message?.id);
    expect((await scrip.call('GET', `/v1/events/${message?.id}`)).body).toEqual(message);
    expect(await newestDelivery(app, ({ status }) => status === 'delivered')).toMatchObject({
      messageId: message?.id,
      type: 'trial.ending',
      attempts: 1,
      responseStatus: 200,
      responseText: 'ok',
      failure: null,
      nextAttemptAt: null,
    });
    expect(() => app.verified('whsec_c29tZWJvZHkgZWxzZSBoYXMgdGhpcyBvbmU=')).toThrow();
  });

  it('is sent an order that was paid, as the API shows it', async () => {
    const app = await anApp(['order.fulfilled']);
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId);
    await app.isSent(1);
    expect(app.verified()).toMatchObject([
      { type: 'order.fulfilled', accountId, data: { id: order.id, accountId, status: 'fulfilled', credits: 12 } },
    ]);
  });

  it('finds what it is sent in the description, and attempts among what the service counts', async () => {
    const app = await anApp();
    await record(scrip);
    await newestDelivery(app, ({ status }) => status === 'delivered');
    const { webhooks } = (await scrip.call('GET', '/openapi.json')).body;
    expect(Object.keys(webhooks)).toEqual(
      expect.arrayContaining([
        'order.fulfilled',
        'webhook_endpoint.disabled',
        'webhook_endpoint.test',
        'spend.created',
      ]),
    );
    const { body: metrics } = await scrip.call('GET', '/metrics');
    expect(metrics).toMatch(/scrip_webhook_attempts_total\{delivery="delivered",answer="2xx",process="\d+"\} \d+/);
    expect(metrics).not.toMatch(/whe_|127\.0\.0\.1/);
  });

  it('is sent the types that it has asked for, and nothing from before', async () => {
    await record(scrip);
    await isNumbered(scrip);
    const all = await anApp(['*']);
    const trials = await anApp(['trial.*', 'renewal.coming']);
    const failures = await anApp(['payment.failed']);
    const spends = await anApp(['spend.created']);
    await record(scrip, 1, { type: 'trial.ending' });
    await record(scrip, 1, { type: 'payment.failed' });
    await record(scrip, 1, { type: 'payment.action_required' });
    await all.isSent(3);
    await trials.isSent(1);
    await failures.isSent(1);
    expect(
      all
        .verified()
        .map(({ type }) => type)
        .sort(),
    ).toEqual(['payment.action_required', 'payment.failed', 'trial.ending']);
    expect(trials.verified().map(({ type }) => type)).toEqual(['trial.ending']);
    expect(failures.verified().map(({ type }) => type)).toEqual(['payment.failed']);
    expect(spends.received).toEqual([]);
  });

  it('can be changed, tested while it is disabled, and deleted', async () => {
    const app = await anApp();
    const changed = await scrip.call('PATCH', app.path, { events: ['payment.*'], description: 'ours' });
    expect(changed.body).toMatchObject({ id: app.id, events: ['payment.*'], description: 'ours', status: 'enabled' });
    expect((await scrip.call('PATCH', app.path, { description: null })).body.description).toBeNull();
    expect((await scrip.call('POST', `${app.path}/disable`)).body).toMatchObject({
      status: 'disabled',
      disabledBecause: 'asked',
      disabledAt: expect.any(String),
    });
    const test = await scrip.call('POST', `${app.path}/test`);
    expect(test).toMatchObject({ status: 202, body: { type: 'webhook_endpoint.test', status: 'waiting' } });
    await app.isSent(1);
    expect(app.verified()).toMatchObject([
      { type: 'webhook_endpoint.test', sequence: null, data: { endpointId: app.id } },
    ]);
    const delivery = await newestDelivery(app, ({ status }) => status === 'delivered');
    expect((await scrip.call('GET', `${app.path}/deliveries/${delivery.id}`)).body).toMatchObject(delivery);
    expect((await scrip.call('DELETE', app.path)).status).toBe(204);
    for (const path of [app.path, `${app.path}/deliveries`])
      expect((await scrip.call('GET', path)).body.type).toBe('/problems/webhook-endpoint-not-found');
    const left = await scrip.sql(
      `select endpoint_id from webhook_secrets where endpoint_id = $1
       union all select endpoint_id from webhook_deliveries where endpoint_id = $1`,
      [app.id],
    );
    expect(left).toEqual([]);
  });

  it('has a secret that is shown once, and what it answered is shown to admins alone', async () => {
    const app = await anApp(['trial.*']);
    await record(scrip);
    await newestDelivery(app, ({ status }) => status === 'delivered');
    const { key } = (await scrip.call('POST', '/v1/api-keys', { name: 'reads', scopes: ['read'] })).body;
    const shown = await Promise.all(
      ['', '/deliveries', `/deliveries/${(await app.deliveries())[0]?.id}`].map((end) =>
        scrip.call('GET', `${app.path}${end}`, undefined, { key }),
      ),
    );
    expect(shown.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(shown[1]?.body.data).toMatchObject([{ status: 'delivered', responseStatus: 200, responseText: null }]);
    const everything = JSON.stringify([shown, await scrip.call('GET', '/v1/webhook-endpoints')].map(bodies));
    expect(everything).not.toContain('whsec_');
    expect(everything).not.toContain(app.secret.slice('whsec_'.length));
    for (const end of ['', '/rotate-secret', '/test', '/enable', '/disable'])
      expect((await scrip.call('POST', `${app.path}${end}`, undefined, { key })).status).toBeGreaterThanOrEqual(403);
  });
});

const bodies = (answers: { body: unknown } | { body: unknown }[]) => [answers].flat().map(({ body }) => body);

describe('an endpoint whose secret was rotated', () => {
  it('is sent signatures of both for a day, then of the new one', async () => {
    const app = await anApp();
    const { secret } = (await scrip.call('POST', `${app.path}/rotate-secret`)).body;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(secret).not.toBe(app.secret);
    await record(scrip);
    await app.isSent(1);
    expect(app.verified(app.secret)).toEqual(app.verified(secret));
    expect(String(app.received[0]?.headers['webhook-signature']).split(' ')).toHaveLength(2);
    await advance(scrip, 86_401);
    await record(scrip);
    await app.isSent(2);
    const [, second] = app.received;
    expect(String(second?.headers['webhook-signature']).split(' ')).toHaveLength(1);
    app.received.shift();
    expect(app.verified(secret)).toHaveLength(1);
    expect(() => app.verified(app.secret)).toThrow();
  });
});

describe('an endpoint that fails', () => {
  it('is tried ten times, by the schedule of Standard Webhooks, and then no more', async () => {
    const app = await anApp(['*'], (response) => void response.writeHead(500).end('no '.repeat(500)));
    await record(scrip);
    const waits: number[] = [];
    for (let attempts = 1; attempts < 10; attempts += 1) {
      const delivery = await newestDelivery(app, (one) => one.attempts === attempts);
      expect(delivery).toMatchObject({
        status: 'waiting',
        responseStatus: 500,
        failure: expect.stringContaining('500'),
      });
      expect(delivery.responseText).toBe('no '.repeat(500).slice(0, 1_000));
      const seconds = (Date.parse(delivery.nextAttemptAt ?? '') - Date.parse(delivery.attemptedAt)) / 1000;
      waits.push(seconds);
      await advance(scrip, seconds);
    }
    expect(waits).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);
    const delivery = await newestDelivery(app, (one) => one.attempts === 10);
    expect(delivery).toMatchObject({ status: 'failed', nextAttemptAt: null, failure: expect.stringContaining('500') });
    expect(new Set(app.verified().map(({ id }) => id)).size).toBe(1);
    app.answer((response) => void response.writeHead(204).end());
    expect((await scrip.call('POST', `${app.path}/deliveries/${delivery.id}/replay`)).body).toMatchObject({
      status: 'waiting',
      attempts: 0,
    });
    expect(await newestDelivery(app, ({ status }) => status === 'delivered')).toMatchObject({ attempts: 1 });
    expect((await scrip.call('GET', app.path)).body.failingSince).toBeNull();
  });

  it.each([
    ['120', 120],
    ['1', 5],
    ['999999999', 86_400],
    [new Date(Date.now() + 3_600_000).toUTCString(), 3_600],
    ['soon', 5],
  ])('is given the time that it asks for, within bounds: %s', async (retryAfter, expected) => {
    const app = await anApp(['*'], (response) => void response.writeHead(503, { 'retry-after': retryAfter }).end());
    await record(scrip);
    const { nextAttemptAt, attemptedAt } = await newestDelivery(app, ({ attempts }) => attempts === 1);
    const seconds = (Date.parse(nextAttemptAt ?? '') - Date.parse(attemptedAt)) / 1000;
    expect(Math.abs(seconds - expected)).toBeLessThan(60);
    if (expected <= 120) expect(seconds).toBe(expected);
  });

  it('is disabled at once by 410, and that is said', async () => {
    const witness = await anApp(['webhook_endpoint.*']);
    const app = await anApp(['trial.*'], (response) => void response.writeHead(410).end());
    await record(scrip, 3);
    await witness.isSent(1);
    expect(witness.verified()).toMatchObject([
      { type: 'webhook_endpoint.disabled', data: { id: app.id, disabledBecause: 'gone' } },
    ]);
    expect((await scrip.call('GET', app.path)).body).toMatchObject({ status: 'disabled', disabledBecause: 'gone' });
    const statuses = (await app.deliveries()).map(({ status }) => status);
    expect(statuses).toHaveLength(3);
    expect(statuses.filter((status) => status === 'waiting')).toEqual([]);
    await record(scrip);
    const again = await scrip.call('POST', `${app.path}/replay`, { since: new Date(0).toISOString() });
    expect(again.body.type).toBe('/problems/webhook-endpoint-disabled');
    expect((await app.deliveries()).length).toBe(3);
  });

  it('is disabled after five days on which nothing was delivered, and that is said', async () => {
    const witness = await anApp(['webhook_endpoint.disabled']);
    const app = await anApp(['trial.*'], (response) => void response.writeHead(500).end());
    await record(scrip);
    await newestDelivery(app, ({ attempts }) => attempts === 1);
    await advance(scrip, 4 * 86_400);
    expect((await scrip.call('GET', app.path)).body).toMatchObject({
      status: 'enabled',
      failingSince: expect.any(String),
    });
    await advance(scrip, 86_400);
    expect((await scrip.call('GET', app.path)).body).toMatchObject({ status: 'disabled', disabledBecause: 'failing' });
    await witness.isSent(1);
    expect(witness.verified()[0]?.data).toMatchObject({ id: app.id, disabledBecause: 'failing' });
  });

  it('keeps nobody waiting, however it fails', async () => {
    const hangs = await anApp(['*'], () => undefined);
    const drips = await anApp(['*'], (response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('x'), 100);
      response.on('close', () => clearInterval(drip));
    });
    const dead = await anApp();
    await dead.close();
    const works = await anApp();
    await record(scrip, 20);
    // One attempt at an endpoint that hangs takes 15 s: whoever waited for one would be sent nothing by then.
    await works.isSent(20, 14_000);
    await record(scrip);
    await works.isSent(21, 10_000);
    expect([hangs.received.length, drips.received.length].every((count) => count >= 1 && count <= 8)).toBe(true);
    expect((await hangs.deliveries()).filter(({ status }) => status !== 'waiting')).toEqual([]);
  });
});

describe('an endpoint that was away', () => {
  it('is sent what happened meanwhile when a replay asks for it, each under the id that it has', async () => {
    const app = await anApp(['trial.*']);
    const before = await record(scrip, 2);
    await app.isSent(2);
    const { disabledAt } = (await scrip.call('POST', `${app.path}/disable`)).body;
    const missed = await record(scrip, 250);
    await isNumbered(scrip);
    await scrip.call('POST', `${app.path}/enable`);
    const after = await record(scrip, 1);
    await app.isSent(3);
    expect(
      app
        .verified()
        .map(({ data }) => data.stripeSubscriptionId)
        .sort(),
    ).toEqual([...before, ...after].sort());
    await isNoted(app);
    const replay = await scrip.call('POST', `${app.path}/replay`, { since: disabledAt });
    expect(replay).toMatchObject({ status: 202, body: { id: app.id } });
    await app.isSent(3 + missed.length + 1, 30_000);
    const sent = app.verified();
    const ofMissed = new Set(sent.map(({ data }) => data.stripeSubscriptionId));
    for (const subscription of missed) expect(ofMissed).toContain(subscription);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(2 + missed.length + 1);
    expect((await scrip.call('GET', app.path)).body.isReplaying).toBe(false);
  });
});
