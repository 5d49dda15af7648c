import { useScrip } from '../../support/service/scrip.js';
import { openAccount, outcomeOf, type TestAccount } from '../../support/shop/account.js';
import {
  anEvent,
  resultsOf,
  STRUCTURED,
  sendEvent,
  sendEvents,
  type TestEvent,
} from '../../support/shop/usage-events.js';

const scrip = useScrip({}, { atEnd: async () => expect(await account.entries()).toEqual(['grant +100']) });
let account: TestAccount;
beforeAll(async () => {
  account = await openAccount(scrip);
  await account.grant(100);
});

const dimensions = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`d${n}`, 'x']));

/** What is wrong, where it is said to be, and the event in JSON. */
const BAD: [pointer: string, more: TestEvent | string][] = [
  ...[undefined, null, '', 7, 'x'.repeat(256), 'a\nb', 'nul\0', '\ud800'].map(
    (id) => ['/id', { id }] as [string, TestEvent],
  ),
  ...[undefined, '', 'two words', 'x'.repeat(256), ['/a']].map(
    (source) => ['/source', { source }] as [string, TestEvent],
  ),
  ...[undefined, '', 'Pages', 'x'.repeat(300), {}].map((type) => ['/type', { type }] as [string, TestEvent]),
  ...[undefined, '', 'no such', 5].map((subject) => ['/subject', { subject }] as [string, TestEvent]),
  ...[undefined, '0.3', 1, 1.0, '1.0.2'].map((specversion) => ['/specversion', { specversion }] as [string, TestEvent]),
  ...['yesterday', '2026-11-29', '2026-11-29T09:30:00', '2026-02-30T00:00:00Z', '2026-11-29T24:00:00Z', 5, ''].map(
    (time) => ['/time', { time }] as [string, TestEvent],
  ),
  ...['text/xml', 'application/jsonp', '', 5].map(
    (type) => ['/datacontenttype', { datacontenttype: type }] as [string, TestEvent],
  ),
  ['/data_base64', { data_base64: 'eyJxdWFudGl0eSI6MX0=' }],
  ...[undefined, null, 'text', 5, [{ quantity: 1 }]].map((data) => ['/data', { data }] as [string, TestEvent]),
  ['/data', { data: {} }],
  ['/data/meter', { data: { quantity: 1, meter: 'pages' } }],
  ['/data/accountId', { data: { quantity: 1, accountId: 'another' } }],
  ...[-1, -0.5, '-1', '1e3', 'NaN', '', ' 1', '0x1', '1'.repeat(13), '0.0123456789', true, [], null].map(
    (quantity) => ['/data/quantity', { data: { quantity } }] as [string, TestEvent],
  ),
  // What JSON holds, and a text of this language does not write.
  ['/data/quantity', '{"quantity": 1e300}'],
  ['/data/quantity', '{"quantity": 1e309}'],
  ['/data/quantity', '{"quantity": 0.10000000000000000001}'],
  ['/data/quantity', `{"quantity": ${'9'.repeat(300)}}`],
  ['/data/dimensions', { data: { quantity: 1, dimensions: dimensions(21) } }],
  ['/data/dimensions', { data: { quantity: 1, dimensions: dimensions(5_000) } }],
  ['/data/dimensions', { data: { quantity: 1, dimensions: { a: 1 } } }],
  ['/data/dimensions/__proto__', '{"quantity": 1, "dimensions": {"__proto__": "x"}}'],
  ['/data/quantity', { data: { quantity: 1, lines: [{ meter: 'pages', quantity: 1 }] } }],
  ['/data/lines', { data: { lines: [] } }],
  ['/data/lines', { data: { lines: new Array(21).fill({ meter: 'pages', quantity: 1 }) } }],
  ['/data/lines/0/quantity', { data: { lines: [{ meter: 'pages' }] } }],
];

const textOf = (more: TestEvent | string) =>
  typeof more === 'object'
    ? JSON.stringify(anEvent(account.id, more))
    : JSON.stringify(anEvent(account.id, { data: 'here' })).replace('"here"', more);

it.each(BAD)('names %s of a bad event, by itself and in a batch: %j', async (pointer, more) => {
  const alone = await sendEvent(scrip, textOf(more));
  const { body: batch } = await sendEvents(scrip, `[${textOf(more)}]`);
  const plain = await sendEvent(scrip, textOf(more), 'application/json');
  for (const problem of [alone.body, plain.body, batch.results[0].problem]) {
    expect(problem).toMatchObject({ status: 400, type: '/problems/validation-failed' });
    expect(problem.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  }
});

it('refuses ten thousand dimensions, and an event larger than 64 KiB', async () => {
  const many = anEvent(account.id, { data: { quantity: 1, dimensions: dimensions(10_000) } });
  expect(resultsOf(await sendEvents(scrip, [many]))).toEqual(['payload-too-large']);
  expect(await sendEvent(scrip, many)).toMatchObject({ status: 413, body: { maxBytes: 65_536 } });
  expect(await sendEvent(scrip, many, 'application/json')).toMatchObject({ status: 400 });
});

it.each(['7', '"text"', 'null', '[]', '[{}]'])('refuses %s where an event is due', async (text) => {
  const { body } = await sendEvent(scrip, text);
  expect(body.errors).toMatchObject([{ pointer: '', detail: 'must be a JSON object' }]);
});

it.each<[what: string, text: string, detail: RegExp]>([
  ['an object', '{"events": []}', /is not a list of events/],
  ['nothing', '', /ends before/],
  ['blanks', ' \n ', /ends before/],
  ['what ends in an event', '[{"id": "a"', /ends before/],
  ['what ends behind an event', '[{"id": "a"}', /ends before/],
  ['what ends in a text', '[{"id": "a]', /ends before/],
  ['two lists', '[][]', /goes on behind/],
])('refuses %s as a batch', async (_what, text, detail) => {
  const answer = await sendEvents(scrip, text);
  expect(answer).toMatchObject({ status: 400, body: { type: '/problems/malformed-json' } });
  expect(answer.body.detail).toMatch(detail);
});

it('refuses 1,001 events as a whole, and as little of what was sent with them is taken', async () => {
  const events = Array.from({ length: 1_001 }, () => anEvent(account.id, { data: { quantity: 0 } }));
  for (const type of ['application/json', 'application/cloudevents-batch+json']) {
    const answer = await sendEvent(scrip, events, type);
    expect(answer).toMatchObject({ status: 400, body: { type: '/problems/validation-failed' } });
    expect(answer.body.detail).toContain('must not hold more than 1000');
  }
});

it('judges what is no JSON by itself in a batch', async () => {
  const good = JSON.stringify(anEvent('nobody'));
  const answer = await sendEvents(scrip, `[${good}, {"id": nope}, {"a": 1} {"b": 2}, , "\\", ]", ${good},]`);
  expect(resultsOf(answer)).toEqual([
    ...['account-not-found', 'malformed-json', 'malformed-json', 'malformed-json'],
    ...['validation-failed', 'account-not-found', 'validation-failed'],
  ]);
});

it('refuses by name what it cannot price or place, and leaves the name of the event free', async () => {
  const event = anEvent(account.id, { type: 'steps' });
  const tokens = { ...event, type: 'tokens', data: { quantity: 1, dimensions: { model: 'none' } } };
  const answers = [
    await sendEvent(scrip, event),
    await sendEvent(scrip, tokens),
    await sendEvent(scrip, { ...event, type: 'pages', data: { quantity: '999999999999' } }),
    await sendEvent(scrip, { ...event, type: 'pages', data: { quantity: 101 } }),
    await sendEvent(scrip, { ...event, type: 'pages', subject: 'nobody' }),
  ];
  expect(answers.map(outcomeOf)).toEqual([
    ...['meter-not-found', 'usage-not-priced', 'price-out-of-range', 'insufficient-credits', 'account-not-found'],
  ]);
  expect(answers.map(({ status }) => status)).toEqual([404, 422, 422, 402, 404]);
});

it('a refusal of many faults is short', async () => {
  const wrong = Object.fromEntries(Array.from({ length: 90 }, (_, n) => [`wrong${n}`, 'x']));
  const answer = await sendEvents(scrip, [anEvent(account.id, { data: wrong })]);
  expect(answer.body.results[0].problem.errors.length).toBeLessThanOrEqual(10);
  expect(outcomeOf(await sendEvent(scrip, '{', STRUCTURED))).toBe('malformed-json');
});
