import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { TEST_KEY, useScrip } from '../../support/service/scrip.js';
import { openAccount, outcomeOf, type TestAccount } from '../../support/shop/account.js';
import {
  anEvent,
  BATCHED,
  resultsOf,
  STRUCTURED,
  sendEvent,
  sendEvents,
  type TestEvent,
} from '../../support/shop/usage-events.js';

const scrip = useScrip({ USAGE_TYPE_PREFIX: 'com.example.' });
let account: TestAccount;
beforeEach(async () => {
  account = await openAccount(scrip);
  await account.grant(100);
});

const headersOf = (more: Record<string, string> = {}) => ({
  ...{ 'ce-specversion': '1.0', 'ce-source': '/test', 'ce-id': randomUUID(), 'ce-type': 'pages' },
  ...{ 'ce-subject': account.id, ...more },
});
const sendData = (data: unknown, headers: Record<string, string>) => scrip.call('POST', '/v1/usage', data, { headers });

it.each([STRUCTURED, `${STRUCTURED}; charset=UTF-8`, 'application/json'])('takes one event as %s', async (type) => {
  const event = anEvent(account.id, { time: '2026-11-01T12:00:00.5+05:30', myextension: { any: 'thing' } });
  const at = new Date(Date.now() - 60_000).toISOString();
  const first = await sendEvent(scrip, { ...event, time: at }, type);
  expect(first).toMatchObject({
    status: 201,
    body: {
      ...{ accountId: account.id, amount: 2, balance: 98, holdId: null, lines: [{ meter: 'pages', credits: 2 }] },
      event: { source: '/test', id: event.id, type: 'pages', time: at },
    },
  });
  const again = await sendEvent(scrip, event, type);
  expect(again).toMatchObject({ status: 200, body: first.body });
  expect(await account.entries()).toEqual(['grant +100', 'spend -2']);
});

it.each([BATCHED, `${BATCHED};charset=utf-8`, 'application/json'])('takes a batch as %s', async (type) => {
  const events = [anEvent(account.id), anEvent('nobody'), anEvent(account.id, { data: { quantity: '0.5' } }), 7];
  const answer = await sendEvent(scrip, [...events, events[0]], type);
  expect(answer.status).toBe(200);
  expect(resultsOf(answer)).toEqual([
    ...['accepted 2', 'account-not-found', 'accepted 1', 'validation-failed', 'replayed 2'],
  ]);
  const again = await sendEvent(scrip, events, type);
  expect(resultsOf(again)).toEqual(['replayed 2', 'account-not-found', 'replayed 1', 'validation-failed']);
  expect(again.body.results[0].spend).toEqual(answer.body.results[0].spend);
});

it('takes an empty batch', async () => {
  for (const type of [BATCHED, 'application/json'])
    expect(await sendEvent(scrip, [], type)).toMatchObject({ status: 200, body: { results: [] } });
});

describe('in binary mode', () => {
  it('reads attributes from headers, and the data from the body', async () => {
    const headers = headersOf({ 'ce-anything': 'else', 'content-type': 'application/json; charset=utf-8' });
    const first = await sendData({ quantity: 3, dimensions: { size: 'a4' } }, headers);
    expect(first).toMatchObject({ status: 201, body: { amount: 3, event: { id: headers['ce-id'] } } });
    const again = await sendData({ dimensions: { size: 'a4' }, quantity: '3.0' }, headers);
    expect(again).toMatchObject({ status: 200, body: first.body });
  });

  it.each<[sent: string, id: string]>([
    ['Euro%20%E2%82%AC%20%F0%9F%98%80', 'Euro € 😀'],
    ['100%2525', '100%25'],
    ['%41%5f', 'A_'],
    ['"quoted \\"id\\""', 'quoted "id"'],
  ])('percent-decodes %s once', async (sent, id) => {
    const answer = await sendData({ quantity: 1 }, headersOf({ 'ce-id': sent }));
    expect(answer).toMatchObject({ status: 201, body: { event: { id } } });
    // The same event in another mode.
    expect(await sendEvent(scrip, anEvent(account.id, { id, data: { quantity: 1 } }))).toMatchObject({ status: 200 });
  });

  it.each<[header: string, value: string]>([
    ['ce-id', '%C0%A0'],
    ['ce-id', '100%'],
    ['ce-id', '%00'],
    ['ce-source', '%20'],
    ['ce-specversion', '0.3'],
    ['ce-subject', 'no%20account'],
    ['ce-datacontenttype', 'text/xml'],
    ['ce-time', 'yesterday'],
  ])('names the header %s: %s', async (header, value) => {
    const answer = await sendData({ quantity: 1 }, headersOf({ [header]: value }));
    expect(answer).toMatchObject({ status: 400, body: { type: '/problems/validation-failed' } });
    expect(answer.body.errors).toMatchObject([{ pointer: `/${header}`, in: 'header' }]);
  });

  it('refuses an attribute that is sent twice', async () => {
    const headers = Object.entries(headersOf({ authorization: `Bearer ${TEST_KEY}` }));
    const { status, body } = await new Promise<{ status?: number; body: string }>((resolve, reject) => {
      const sent = request(`${scrip.url}/v1/usage`, { method: 'POST' }, async (answer) => {
        resolve({ status: answer.statusCode, body: await text(answer) });
      });
      sent.on('error', reject);
      for (const [name, value] of headers) sent.setHeader(name, name === 'ce-id' ? [value, 'another'] : value);
      sent.setHeader('content-type', 'application/json');
      sent.end('{"quantity":1}');
    });
    expect(status).toBe(400);
    expect(JSON.parse(body).errors).toMatchObject([{ pointer: '/ce-id', in: 'header' }]);
  });

  it('names what is missing, in headers and body', async () => {
    const { 'ce-source': _, ...headers } = headersOf();
    const answer = await sendData({ quantity: -1 }, headers);
    expect(answer.body.errors).toMatchObject([
      { pointer: '/ce-source', in: 'header' },
      { pointer: '/quantity', detail: expect.any(String) },
    ]);
    expect((await sendData([], headersOf())).body.errors).toMatchObject([{ pointer: '' }]);
  });

  it('takes structured mode where the content type says so, whatever the headers', async () => {
    const event = anEvent(account.id);
    const answer = await sendData(event, headersOf({ 'content-type': STRUCTURED }));
    expect(answer).toMatchObject({ status: 201, body: { event: { id: event.id } } });
  });
});

it('takes the prefix off types, and others as they are', async () => {
  const types = ['com.example.pages', 'pages', 'com.example.com.example.pages', 'org.example.pages', 'Pages'];
  const answers = await Promise.all(types.map((type) => sendEvent(scrip, anEvent(account.id, { type }))));
  expect(answers.map(outcomeOf)).toEqual([
    ...['accepted', 'accepted', 'meter-not-found', 'meter-not-found', 'validation-failed'],
  ]);
});

it('with lines prices several meters as one spend, and the type is any name of the sender', async () => {
  const lines = [
    { meter: 'pages', quantity: 1 },
    { meter: 'pages', quantity: 0.2, dimensions: { size: 'a4' } },
  ];
  const event: TestEvent = anEvent(account.id, { type: 'Render Job/Done', data: { lines } });
  const first = await sendEvent(scrip, event);
  expect(first).toMatchObject({ status: 201, body: { amount: 2, event: { type: 'Render Job/Done' } } });
  expect(first.body.lines).toHaveLength(2);
  expect(await sendEvent(scrip, { ...event, data: { lines: lines.toReversed() } })).toMatchObject({ status: 422 });
});

it('reads no event elsewhere, and nothing but JSON here', async () => {
  const spends = await scrip.call('POST', '/v1/spends', {}, { headers: { 'content-type': STRUCTURED } });
  const avro = await sendEvent(scrip, '{}', 'application/cloudevents+avro');
  const latin = await sendEvent(scrip, '{}', `${STRUCTURED}; charset=latin1`);
  const zipped = await scrip.call('POST', '/v1/usage', '[]', {
    headers: { 'content-type': BATCHED, 'content-encoding': 'gzip' },
  });
  for (const answer of [spends, avro, latin, zipped]) expect(outcomeOf(answer)).toBe('unsupported-media-type');
});

it('needs a key that may spend', async () => {
  const { body } = await scrip.call('POST', '/v1/api-keys', { name: 'reads', scopes: ['read'] });
  for (const key of [body.key, null]) {
    const options = { key, headers: { 'content-type': BATCHED } };
    const refused = await scrip.call('POST', '/v1/usage', [anEvent(account.id)], options);
    expect(outcomeOf(refused)).toBe(key === null ? 'unauthorized' : 'insufficient-scope');
  }
  expect(await sendEvents(scrip, [anEvent(account.id)])).toMatchObject({ status: 200 });
});
