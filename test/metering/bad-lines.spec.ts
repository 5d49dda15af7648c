import { randomUUID } from 'node:crypto';
import { type HttpAnswer, useScrip } from '../support/service/scrip.js';
import { openAccount, outcomeOf, type TestAccount } from '../support/shop/account.js';
import { haveMeters, MONTHLY, type UsageOf, usageOf } from '../support/shop/usage.js';

const scrip = useScrip();
let account: TestAccount;
let usage: UsageOf;
let holdId: string;
let spendId: string;
/** What the account had before any of this, and has after all of it. */
let before: unknown;

const standing = async () => ({
  entries: await account.entries(),
  standing: await account.standing(),
  counters: await usage.counters(),
  hold: (await account.holdNow(holdId)).body,
});

beforeAll(async () => {
  await haveMeters(scrip, {
    minutes: MONTHLY,
    constructor: { prices: [{ match: {}, credits: 1 }] },
    models: { prices: [{ match: { model: 'large' }, credits: 1 }] },
  });
  account = await openAccount(scrip);
  usage = usageOf(scrip, account.id);
  await account.grant(1_000);
  holdId = (await usage.hold({ meter: 'minutes', quantity: 6 })).body.id;
  spendId = (await usage.use({ meter: 'minutes', quantity: 1 })).body.id;
  before = await standing();
});

/** Wherever usage is told: a path, and the body around the members of a line, or around a list of lines, as JSON. */
const PLACES: [where: string, path: () => string, body: (line: string) => string][] = [
  ['a quote', () => '/v1/quotes', (line) => `{"accountId": "${account.id}", ${line}}`],
  ['a quote of nobody', () => '/v1/quotes', (line) => `{"lines": [{${line}}]}`],
  ['a spend', () => '/v1/spends', (line) => `{"accountId": "${account.id}", ${line}}`],
  ['a spend with a text', () => '/v1/spends', (line) => `{"accountId": "${account.id}", ${line}, "description": "x"}`],
  [
    'the second line of a spend',
    () => '/v1/spends',
    (line) => `{"accountId": "${account.id}", "lines": [{"meter": "pages", "quantity": 1}, {${line}}]}`,
  ],
  ['a hold', () => '/v1/holds', (line) => `{"accountId": "${account.id}", ${line}}`],
  [
    'the second line of a hold',
    () => '/v1/holds',
    (line) => `{"accountId": "${account.id}", "lines": [{"meter": "pages", "quantity": 1}, {${line}}]}`,
  ],
  [
    'a capture',
    () => `/v1/accounts/${account.id}/holds/${holdId}/captures`,
    (line) => `{"lines": [{"meter": "minutes", "quantity": 1}, {${line}}], "final": false}`,
  ],
  [
    'a correction',
    () => `/v1/accounts/${account.id}/spends/${spendId}/corrections`,
    (line) => `{"reason": "r", "lines": [{"meter": "minutes", "quantity": 1}, {${line}}]}`,
  ],
];

const dimensions = (count: number) => `{${Array.from({ length: count }, (_, index) => `"d${index}": "x"`).join(', ')}}`;
const nested = (depth: number) => `${'{"a": '.repeat(depth)}"x"${'}'.repeat(depth)}`;
const of = (quantity: string) => `"meter": "pages", "quantity": ${quantity}`;
const withDimensions = (text: string) => `"meter": "pages", "quantity": 1, "dimensions": ${text}`;

const BAD: [problem: string, line: string][] = [
  ...[
    ...['-1', '"-1"', '-0.5', '0.0000000001', '"0.0000000001"', '"1e3"', '"1E-3"', '1e300', '1e400', '"NaN"', '""'],
    ...['"Infinity"', '1000000000000', '"1000000000000"', `"1${'0'.repeat(300)}"`, `1${'0'.repeat(300)}`, 'null'],
    ...['"٣"', '" 1"', '"+1"', '"1."', '"0x10"', '"1_000"', 'true', '[1]', '{"valueOf": 1}', '0.10000000000000000001'],
  ].map((quantity): [string, string] => ['validation-failed', of(quantity)]),
  ...['NaN', '-', '01', '.5', '0x10', '1_000'].map((quantity): [string, string] => ['malformed-json', of(quantity)]),
  ...[
    ...[dimensions(21), dimensions(10_000), nested(3), nested(40), '[]', '"x"', '5', 'null', '{"a": 1}', '{"a": null}'],
    ...['{"a": ""}', '{"": "x"}', '{"a b": "x"}', '{"ä": "x"}', '{"1": "x"}', '{"a\\u0000": "x"}', '{"a": "\\u0000"}'],
    ...['{"a": "\\ud800"}', `{"a": "${'x'.repeat(201)}"}`, `{"${'a'.repeat(65)}": "x"}`],
    ...['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty'].map((name) => `{"${name}": "x"}`),
  ].map((text): [string, string] => ['validation-failed', withDimensions(text)]),
  ...['__proto__', 'Pages', '', ' pages', 'pages\\u0000', 'päges', 'x'.repeat(65)].map((meter): [string, string] => [
    'validation-failed',
    `"meter": "${meter}", "quantity": 1`,
  ]),
  ...['null', '5', '[]', '{}'].map((meter): [string, string] => [
    'validation-failed',
    `"meter": ${meter}, "quantity": 1`,
  ]),
  ['validation-failed', '"meter": "pages"'],
  ['validation-failed', '"quantity": 1'],
  ['validation-failed', `${of('1')}, "price": 0`],
  ['meter-not-found', '"meter": "steps", "quantity": 1'],
  ['meter-not-found', '"meter": "valueof", "quantity": 0'],
  ['usage-not-priced', '"meter": "models", "quantity": 1'],
  ['usage-not-priced', '"meter": "models", "quantity": 0, "dimensions": {"model": "Large"}'],
  ['usage-not-priced', '"meter": "models", "quantity": 1, "dimensions": {"model": "large\\u200b", "kind": "x"}'],
  ['price-out-of-range', of('"999999999999.999999999"')],
];

it.each(PLACES)('bad usage in %s is refused by its name, and nothing of it is done', async (_where, path, body) => {
  const outcomes: [string, string][] = [];
  for (const [, line] of BAD) {
    const answer: HttpAnswer = await scrip.call('POST', path(), body(line), { idempotencyKey: randomUUID() });
    outcomes.push([outcomeOf(answer), line]);
  }
  expect(outcomes).toEqual(BAD);
  expect(await standing()).toEqual(before);
});

it('bad usage in a batch has a verdict of its own, and the items around it are done', async () => {
  const customer = await openAccount(scrip);
  await customer.grant(1_000);
  // What is no JSON fails the whole of it.
  const own = BAD.filter(([problem]) => problem !== 'malformed-json');
  const item = (line: string, key: number) => `{"idempotencyKey": "${key}", "accountId": "${customer.id}", ${line}}`;
  const items = own.flatMap(([, line], place) => [item(line, 2 * place), item(of('1'), 2 * place + 1)]);
  const answer = await scrip.call('POST', '/v1/spends/batch', `{"items": [${items.join(', ')}]}`);
  const verdicts = answer.body.results.map(({ status, problem }: { status: string; problem?: { type: string } }) =>
    problem === undefined ? status : problem.type.replace('/problems/', ''),
  );
  expect(verdicts).toEqual(own.flatMap(([problem]) => [problem, 'accepted']));
  expect((await customer.standing()).balance).toBe(1_000 - own.length);
});

it.each([21, 1_000, 1_001, 20_000])('%i lines are refused wherever they are sent', async (count) => {
  const lines = `[${new Array(count).fill('{"meter": "pages", "quantity": 1}').join(', ')}]`;
  const [capture, correction] = PLACES.slice(-2).map(([, path]) => path());
  for (const [path, body] of [
    ['/v1/quotes', `{"lines": ${lines}}`],
    ['/v1/spends', `{"accountId": "${account.id}", "lines": ${lines}}`],
    ['/v1/holds', `{"accountId": "${account.id}", "lines": ${lines}}`],
    [capture ?? '', `{"lines": ${lines}}`],
    [correction ?? '', `{"reason": "r", "lines": ${lines}}`],
  ] as const) {
    const answer = await scrip.call('POST', path, body, { idempotencyKey: randomUUID() });
    expect(answer).toMatchObject({ status: 400, body: { type: '/problems/validation-failed' } });
    expect(answer.body.errors[0].pointer).toBe('/lines');
  }
  expect(await standing()).toEqual(before);
});

it('usage is taken as it is told: nothing at all, the same meter twenty times, and names of any language', async () => {
  const customer = await openAccount(scrip);
  await customer.grant(100);
  const app = usageOf(scrip, customer.id);
  expect((await app.use({ meter: 'minutes', quantity: '0.000000000' })).body).toMatchObject({
    amount: 0,
    balance: 100,
  });
  const twenty = await app.use(new Array(20).fill({ meter: 'minutes', quantity: 1 }));
  expect(twenty.body).toMatchObject({ amount: 10 * 3 + 10, balance: 60 });
  const named = { kind: '__proto__', model: '大きい 🦜', 'a.b-c_D': ' "\\\u2028' };
  const { body } = await app.use({ meter: 'constructor', quantity: 1, dimensions: named });
  expect(body.lines).toMatchObject([{ meter: 'constructor', dimensions: named, credits: 1 }]);
  expect((await app.receipt(body.id)).body.lines).toMatchObject(body.lines);
  expect((await app.undo(body.id)).body.amount).toBe(1);
  expect(await app.counters()).toEqual(['constructor {}: 0', 'minutes {}: 20']);
  expect((await scrip.checkBooks()).findings).toEqual([]);
});
