import { createTestDatabase, type TestDatabase } from '../../support/database/database.js';
import { checkBooksAt } from '../../support/service/own-postgres.js';
import { freePort, type ScripProcess, startProcess } from '../../support/service/process.js';
import { TEST_KEY } from '../../support/service/scrip.js';

type Ask = (method: string, path: string, body: unknown, key?: string) => Promise<Heard>;

interface Heard {
  status: number;
  replayed: string | null;
  retryAfter: string | null;
  type: string | null;
  text: string;
}

const LARGE = { model: 'large', kind: 'output' };
const ASKED = 'https://example.com/?q=ä"\\\n\u2028';

/** Asks for everything that can be asked of the ledger, what is refused among it. */
async function walk(ask: Ask, account: string): Promise<Heard[]> {
  const heard: Heard[] = [];
  const note: Ask = async (...request) => {
    const answer = await ask(...request);
    heard.push(answer);
    return answer;
  };
  const idOf = ({ text }: Heard): string => JSON.parse(text).id;
  const of = `/v1/accounts/${account}`;
  const spend = (amount: unknown) => ({
    accountId: account,
    amount,
    description: ASKED,
    metadata: { z: '1', a: ASKED },
  });

  await note('PUT', of, {});
  const gift = { amount: 40, category: 'promotional', reason: 'welcome', expiresAt: '2999-01-01T00:00:00Z' };
  const given = await note('POST', `${of}/grants`, gift, 'gift');
  await note(
    'POST',
    `${of}/grants`,
    { ...gift, effectiveAt: '2998-01-01T00:00:00Z', expiresAt: '2997-01-01T00:00:00Z' },
    'x',
  );
  await note('POST', `${of}/grants`, { amount: 100, category: 'paid', reason: 'bought' }, 'paid');

  const spent = await note('POST', '/v1/spends', spend(7), 'spend');
  await note('POST', '/v1/spends', spend(7), 'spend');
  await note('POST', '/v1/spends', spend(8), 'spend');
  await note('POST', '/v1/spends', spend(900), 'too much');
  await note('POST', '/v1/spends', spend('7'), 'no number');
  await note('POST', '/v1/spends', { accountId: 'nobody', amount: 1 }, 'nobody');
  await note('POST', `${of}/spends/${idOf(spent)}/reversals`, { amount: 2, reason: 'bad' }, 'back');
  await note('POST', `${of}/spends/${idOf(spent)}/reversals`, { amount: 6, reason: 'bad' }, 'too far back');

  const pages = (quantity: unknown) => ({ meter: 'pages', quantity, dimensions: { size: ASKED } });
  const used = await note('POST', '/v1/spends', { accountId: account, lines: [pages('2.5'), pages(1)] }, 'use');
  await note('POST', '/v1/spends', { accountId: account, lines: [pages(2.5), pages('1.0')] }, 'use');
  await note('POST', '/v1/spends', { accountId: account, meter: 'steps', quantity: 1 }, 'use what nobody counts');
  const unpriced = { accountId: account, meter: 'tokens', quantity: 1, dimensions: { kind: ASKED } };
  await note('POST', '/v1/spends', unpriced, 'use without a price');
  await note('POST', `${of}/spends/${idOf(used)}/reversals`, { lines: [1], reason: 'bad' }, 'undo');
  const right = { lines: [pages(1)], reason: ASKED };
  await note('POST', `${of}/spends/${idOf(used)}/corrections`, right, 'correct');
  await note('POST', `${of}/spends/${idOf(used)}/corrections`, right, 'correct');
  await note('POST', `${of}/spends/${idOf(used)}/corrections`, right, 'correct twice');
  await note('POST', `${of}/spends/${idOf(spent)}/corrections`, right, 'correct an amount');
  await note('GET', `${of}/spends/${idOf(used)}`, undefined);

  const held = await note('POST', '/v1/holds', { accountId: account, amount: 9 }, 'hold');
  const hold = `${of}/holds/${idOf(held)}`;
  await note('POST', `${hold}/extend`, { expiresInSeconds: 60 });
  await note('POST', `${hold}/extend`, { expiresInSeconds: 3_600 }, 'extend');
  await note('POST', `${hold}/captures`, { amount: 4, final: false }, 'capture');
  await note('POST', `${hold}/captures`, { amount: 40 }, 'capture too much');
  await note('POST', `${hold}/release`, {});
  await note('POST', `${hold}/release`, {}, 'release twice');

  const estimated = await note('POST', '/v1/holds', { accountId: account, lines: [pages(2), pages(1)] }, 'estimate');
  await note('POST', '/v1/holds', { accountId: account, lines: [pages('2'), pages(1)] }, 'estimate');
  const job = `${of}/holds/${idOf(estimated)}/captures`;
  await note('POST', job, { quantity: 1 }, 'capture a quantity');
  await note('POST', job, { lines: [pages(1)], final: false }, 'capture lines');
  await note('POST', job, { lines: [pages(1)], final: false }, 'capture lines');
  await note('POST', job, { lines: [pages(3)] }, 'capture more');
  await note('POST', job, { lines: [pages(9_999)], overage: 'available' }, 'capture more');
  await note('POST', job, { lines: [pages(3)], overage: 'available' }, 'capture more');
  await note('POST', job, { lines: [pages(3)], overage: 'available' }, 'capture more');
  await note('POST', job, { lines: [pages(1)] }, 'capture once more');
  const one = await note('POST', '/v1/holds', { accountId: account, ...pages(2) }, 'one line');
  await note('POST', `${of}/holds/${idOf(one)}/captures`, { quantity: '1.5' }, 'of one line');
  await note('POST', `${of}/holds/${idOf(one)}/captures`, { quantity: 1.5 }, 'of one line');
  await note('GET', `${of}/holds/${idOf(one)}`, undefined);

  await note('POST', `${of}/grants/${idOf(given)}/void`, {}, 'void');
  await note('POST', `${of}/grants/${idOf(given)}/void`, { reason: 'again' }, 'void again');
  await note('POST', `${of}/adjustments`, { amount: -3, reason: 'a count' }, 'adjust');
  const items = [
    { idempotencyKey: 'in a batch', ...spend(1) },
    { idempotencyKey: 'spend', ...spend(7) },
    { idempotencyKey: 'poor', ...spend(10_000) },
    { idempotencyKey: 'used', accountId: account, meter: 'tokens', quantity: 7, dimensions: LARGE },
  ];
  await note('POST', '/v1/spends/batch', {
    items: items.map((item) => ({ ...item, idempotencyKey: item.idempotencyKey.replaceAll(' ', '-') })),
  });
  return heard;
}

function asker(scrip: ScripProcess): Ask {
  return async (method, path, body, key) => {
    const headers: Record<string, string> = { authorization: `Bearer ${TEST_KEY}`, 'content-type': 'application/json' };
    if (key !== undefined) headers['idempotency-key'] = key.replaceAll(' ', '-');
    const response = await fetch(`${scrip.url}${path}`, { method, headers, body: JSON.stringify(body) });
    const { headers: told } = response;
    return {
      status: response.status,
      replayed: told.get('idempotency-replayed'),
      retryAfter: told.get('retry-after'),
      type: told.get('content-type'),
      text: await response.text(),
    };
  };
}

/** Without what no two requests have in common: whose it is, ids, instants and hashes. */
function comparable(heard: readonly Heard[], account: string): Heard[] {
  return heard.map((one) => ({
    ...one,
    text: one.text
      .replaceAll(account, 'account')
      .replaceAll(/\b(spd|grt|hld|adj|req|key)_[0-9a-z]+/g, '$1')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'an instant')
      .replaceAll(/\b[0-9a-f]{64}\b/g, 'a hash'),
  }));
}

describe('what is handed over to the process that posts', () => {
  let database: TestDatabase;
  const started: ScripProcess[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    started.push(await startProcess(database.url, { ROLE: 'api', HTTP_PROCESSES: '1' }));
    const ports = { PORT: `${await freePort()}`, SANDBOX_PORT: `${await freePort()}` };
    started.push(await startProcess(database.url, { ROLE: 'api', ...ports }));
  });
  afterAll(async () => {
    for (const scrip of started) await scrip.end('SIGTERM');
    await database.drop();
  });

  it('is answered as what is not, refusals and replays among it', async () => {
    const [handed = [], own = []] = await Promise.all(
      started.map(async (scrip, place) => comparable(await walk(asker(scrip), `walker-${place}`), `walker-${place}`)),
    );
    expect(handed).toEqual(own);
    expect(own.map(({ status }) => status)).toEqual([
      ...[201, 201, 400, 201, 201, 201, 422, 402, 400, 404, 201, 409],
      ...[201, 201, 404, 422, 201, 201, 201, 409, 409, 200],
      ...[201, 200, 200, 201, 409, 200, 409],
      ...[201, 201, 400, 201, 201, 409, 402, 201, 201, 409, 201, 201, 201, 200],
      ...[200, 409, 201, 200],
    ]);
    expect(own[5]?.replayed).toBe('true');
    expect((await checkBooksAt(database.url)).findings).toEqual([]);
  });
});
