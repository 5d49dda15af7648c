import { problems } from '../../src/app/problems.js';
import { aVoucher } from '../support/make/vouchers.js';
import { CPU_BOUND_MS, leastCpuMsOf } from '../support/service/cpu-time.js';
import { useScrip } from '../support/service/scrip.js';
import { boughtPack, givenCredits, refundOf, spendOf } from '../support/shop/shop.js';
import { Description, type Operation } from './described-operations.js';
import { Dice } from './dice.js';
import { HOSTILE_BODIES, HOSTILE_TEXTS, hostileValue, spoilt } from './hostile.js';
import { toJson } from './raw-json.js';
import { type Answered, connections, type Sent, send } from './send.js';

const REQUESTS = process.env.SCRIP_SOAK === undefined ? 2_000 : 20_000;
const LIMIT_MS = process.env.SCRIP_SOAK === undefined ? 120_000 : 900_000;
const SEED = Number(process.env.SCRIP_FUZZ_SEED ?? 20_261_129);
/** How many are on their way at once: their CPU together is measured, and of each alone when that is too much. */
const AT_ONCE = 4;

const KNOWN_TYPES = new Set(problems.map(({ type }) => `/problems/${type}`));
/** A browser gets its problem as a page. */
const KNOWN_PAGES = new Set(problems.map(({ title }) => `${title} · Scrip`));

describe(`${REQUESTS} hostile requests, made from the description of the API with the seed ${SEED}`, () => {
  const scrip = useScrip();
  let keys: string[];
  let description: Description;
  const lost: unknown[] = [];
  const notice = (reason: unknown) => lost.push(reason);
  beforeAll(async () => {
    process.on('unhandledRejection', notice);
    keys = await Promise.all([['read'], ['spend'], ['sell'], ['admin'], ['read', 'spend', 'sell']].map(aKey));
    const { body: document } = await scrip.call('GET', '/openapi.json');
    description = new Description(document, await theBooks());
  });
  afterAll(async () => {
    process.off('unhandledRejection', notice);
    connections.destroy();
  });

  async function aKey(scopes: string[]): Promise<string> {
    return (await scrip.call('POST', '/v1/api-keys', { name: `with ${scopes}`, scopes })).body.key;
  }

  /** An account that has bought, been given, spent, held and been paid back, and the ids of all that. */
  async function theBooks(): Promise<Record<string, unknown[]>> {
    for (const id of ['ada', 'auth0|bob']) await scrip.call('PUT', `/v1/accounts/${encodeURIComponent(id)}`, {});
    const order = await boughtPack(scrip, 'ada');
    const grantId = await givenCredits(scrip, 'ada', 1_000_000);
    const spend = await spendOf(scrip, 'ada', 5, 'a-key');
    const hold = await scrip.call('POST', '/v1/holds', { accountId: 'ada', amount: 5 }, { idempotencyKey: 'a-hold' });
    const refund = await refundOf(scrip, { orderId: order.id, amountMinor: 1 });
    const products = (await scrip.call('GET', '/v1/products')).body.data.map(({ key }: { key: string }) => key);
    const spare = await scrip.call('POST', '/v1/api-keys', { name: 'spare', scopes: ['read'] });
    const events = (await scrip.call('GET', '/v1/stripe-events')).body.data.map(({ id }: { id: string }) => id);
    const voucher = await aVoucher(scrip, { code: 'FUZZED' });
    return {
      voucherId: [voucher.id],
      code: ['FUZZED', 'fuzz-ed', 'WELCOME-2026'],
      accountId: ['ada', 'ada', 'auth0|bob', 'nobody'],
      orderId: [order.id],
      grantId: [grantId],
      spendId: [spend.body.id],
      holdId: [hold.body.id],
      refundId: [refund.body.id],
      eventId: events,
      keyId: [spare.body.id],
      product: products,
      key: [...products, 'pages', 'tokens', 'fuzzed'],
      meter: ['pages', 'tokens', 'nothing'],
      version: [1, 2],
      seconds: [0, 1, 60],
      currency: ['usd', 'eur'],
      'Idempotency-Key': ['a-key', 'a-hold', ...Array.from({ length: 50 }, (_, index) => `fuzz-${index}`)],
    };
  }

  function requestOf(dice: Dice, operation: Operation): Sent {
    // About half of all requests have one hostile part, others several; a few are as they should be.
    const isHostile = () => dice.happens(0.15);
    const headers: Record<string, string> = { authorization: `Bearer ${dice.happens(0.3) ? keyOf(dice) : keys[3]}` };
    let path = operation.path;
    const query: string[] = [];
    for (const { name, in: part, required = false, schema, example } of operation.parameters) {
      if (!required && part !== 'path' && dice.happens(0.6)) continue;
      const value = isHostile() ? hostileValue(dice) : (fitting(dice, schema, name) ?? example ?? 'x');
      const text = typeof value === 'string' ? value : toJson(value).slice(0, 4_000);
      if (part === 'path') path = path.replace(`{${name}}`, inAddress(dice, text));
      else if (part === 'query') query.push(`${encodeURIComponent(name)}=${inAddress(dice, text)}`);
      else if (!/[^\t\x20-\xff]/.test(text)) headers[name.toLowerCase()] = text;
    }
    if (isHostile())
      query.push(`${inAddress(dice, dice.oneOf(HOSTILE_TEXTS))}=${inAddress(dice, dice.oneOf(HOSTILE_TEXTS))}`);
    if (dice.happens(0.02)) query.push(...Array.from({ length: 2_000 }, (_, index) => `n${index}`));
    if (dice.happens(0.1)) headers.accept = dice.oneOf(['text/csv', 'text/html', 'x', '*/*;q=NaN', ',']);
    if (dice.happens(0.1)) headers['x-request-id'] = dice.oneOf(['req_1', 'x'.repeat(65), '=1', "'"]);
    if (dice.happens(0.1)) headers['x-forwarded-for'] = dice.oneOf(['1.2.3.4', 'unknown', '::1, x', 'x'.repeat(2_000)]);
    const body = bodyOf(dice, operation);
    if (body !== undefined) {
      headers['content-type'] = dice.happens(0.95)
        ? 'application/json'
        : dice.oneOf(['text/plain', 'x', 'application/json; charset=x']);
      headers['content-length'] = `${Buffer.byteLength(body)}`;
    }
    return { method: operation.method, path: query.length === 0 ? path : `${path}?${query.join('&')}`, headers, body };
  }

  function bodyOf(dice: Dice, { body: schema }: Operation): string | undefined {
    if (schema === undefined) return dice.happens(0.1) ? dice.oneOf(['{}', '{"a":1}', 'x']) : undefined;
    if (dice.happens(0.05)) return dice.oneOf(HOSTILE_BODIES);
    let value = fitting(dice, schema, '');
    for (let left = dice.below(3); left > 0; left -= 1) value = spoilt(dice, value);
    return toJson(value);
  }

  const fitting: Description['valueOf'] = (...given) => description.valueOf(...given);

  function keyOf(dice: Dice): string {
    return dice.oneOf([...keys, 'sk_of_nobody_at_all_0123456789', 'x']);
  }

  it(
    'each get what they ask for or a problem with a name, soon, and leave the service and its books whole',
    async () => {
      const dice = new Dice(SEED);
      const operations = description.operations();
      expect(operations.length).toBeGreaterThan(40);
      const statuses = new Map<number, number>();
      for (let sent = 0; sent < REQUESTS; sent += AT_ONCE) {
        const requests = Array.from({ length: AT_ONCE }, (_, index) =>
          requestOf(dice, operations[(sent + index) % operations.length] as Operation),
        );
        const before = process.cpuUsage();
        const answers = await Promise.all(requests.map((request) => send(scrip.url, request)));
        const { user, system } = process.cpuUsage(before);
        for (const [index, answer] of answers.entries()) {
          judge(requests[index] as Sent, answer);
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        }
        if ((user + system) / 1_000 > CPU_BOUND_MS) for (const request of requests) await measure(request);
      }
      expect(lost).toEqual([]);
      expect((await scrip.checkBooks()).findings).toEqual([]);
      expect((await scrip.call('GET', '/health/ready')).status).toBe(200);
      // Whatever became of the credits that there were.
      await scrip.call('PUT', '/v1/accounts/somebody-new', {});
      await givenCredits(scrip, 'somebody-new', 1);
      expect((await spendOf(scrip, 'somebody-new', 1)).status).toBe(201);
      // Otherwise it would not have got beyond the first gate.
      for (const status of [200, 201, 400, 403, 404, 429])
        expect(statuses.get(status) ?? 0).toBeGreaterThan(REQUESTS / 200);
    },
    LIMIT_MS,
  );

  async function measure(request: Sent): Promise<void> {
    const cpuMs = await leastCpuMsOf(() => send(scrip.url, request));
    expect(cpuMs < CPU_BOUND_MS ? 'soon' : `${cpuMs} ms: ${shown(request)}`).toBe('soon');
  }
});

/** Encoded as an address must be, or nearly so. */
function inAddress(dice: Dice, text: string): string {
  if (dice.happens(0.05)) return dice.oneOf(['%', '%zz', '%c3%28', '%ED%A0%80', '%00', '%2F..%2F']);
  return encodeURIComponent(text.toWellFormed())
    .slice(0, 6_000)
    .replace(/%[0-9A-F]?$/, '');
}

function judge(request: Sent, { status, headers, text }: Answered): void {
  if (status < 400) return;
  const type = String(headers['content-type']);
  const isKnown = type.startsWith('application/problem+json')
    ? KNOWN_TYPES.has(JSON.parse(text).type)
    : request.headers.accept === 'text/html' && KNOWN_PAGES.has(/<title>(.*?)<\/title>/.exec(text)?.[1] ?? '');
  const isNamed = isKnown && (status < 500 || (status === 503 && headers['retry-after'] !== undefined));
  expect(isNamed ? 'named' : `${status} ${text.slice(0, 300)} for ${shown(request)}`).toBe('named');
}

function shown({ method, path, headers, body = '' }: Sent): string {
  return (
    `${method} ${path.slice(0, 300)} ${JSON.stringify(headers).slice(0, 400)} ${body.slice(0, 600)} (${body.length} ` +
    'characters)'
  );
}
