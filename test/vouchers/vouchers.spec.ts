import { aKeyWith, aVoucher, disable, redeem } from '../support/make/vouchers.js';
import { useScrip } from '../support/service/scrip.js';
import { stopClock } from '../support/service/stopped-clock.js';
import { outcomeOf } from '../support/shop/account.js';
import { toldOf } from '../support/shop/feed.js';
import { aCheckout, anAccount, balanceOf, boughtPack, entriesOf, givenCredits, spendOf } from '../support/shop/shop.js';

const scrip = useScrip();
afterEach(async () => expect((await scrip.checkBooks()).findings).toEqual([]));

describe('a code that was sent to a customer', () => {
  it('gives its credits once, with a grant that names it, and is told by an event', async () => {
    const account = await anAccount(scrip);
    const voucher = await aVoucher(scrip, { credits: 25, validityDays: 30 });

    const { status, body } = await redeem(scrip, account, voucher.code.toLowerCase().replaceAll('-', ' '));

    expect(status).toBe(201);
    expect(body).toMatchObject({
      accountId: account,
      voucherId: voucher.id,
      credits: 25,
      grantId: body.grant.id,
      grant: { amount: 25, remaining: 25, category: 'promotional', status: 'active', costBasis: null },
    });
    expect(body.grant.source).toMatchObject({ type: 'voucher', id: voucher.id });
    expect(Date.parse(body.grant.expiresAt) - Date.parse(body.grant.createdAt)).toBe(30 * 86_400_000);
    expect(JSON.stringify(body)).not.toContain(voucher.code);
    expect(await balanceOf(scrip, account)).toBe(25);
    expect(await entriesOf(scrip, account)).toEqual(['grant +25']);
    const [event] = await toldOf(scrip, account, 1, 'voucher.*');
    const { grant, ...redemption } = body;
    expect(event).toMatchObject({ type: 'voucher.redeemed', accountId: account, data: redemption });
    expect(event?.data).not.toHaveProperty('code');

    expect(await redeem(scrip, account, voucher.code)).toMatchObject({
      status: 409,
      body: { type: '/problems/voucher-already-redeemed', perAccount: 1 },
    });
    expect(await balanceOf(scrip, account)).toBe(25);
  });

  it('is answered to the byte when the request is sent again, also once it is over', async () => {
    const account = await anAccount(scrip);
    const { id, code } = await aVoucher(scrip, { maxRedemptions: 1 });
    const first = await redeem(scrip, account, code, 'once');
    await spendOf(scrip, account, 2);
    await disable(scrip, id);
    const again = await redeem(scrip, account, code, 'once');
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect(JSON.stringify(again.body)).toBe(JSON.stringify(first.body));
    expect((await redeem(scrip, account, `${code}X`, 'once')).body.type).toBe('/problems/idempotency-key-reused');
    expect((await spendOf(scrip, account, 1, 'once')).body.type).toBe('/problems/idempotency-key-reused');
  });

  it('can be paid for elsewhere, repays debt first, and is taken back by voiding its grant', async () => {
    const account = await anAccount(scrip);
    const adjust = { amount: -2, reason: 'a test' };
    await scrip.call('POST', `/v1/accounts/${account}/adjustments`, adjust, { idempotencyKey: 'a' });
    const { code } = await aVoucher(scrip, { category: 'paid' });
    const { grant } = (await redeem(scrip, account, code)).body;
    expect(grant).toMatchObject({ category: 'paid', amount: 5, remaining: 3 });
    const voided = await scrip.call(
      'POST',
      `/v1/accounts/${account}/grants/${grant.id}/void`,
      {},
      { idempotencyKey: 'v' },
    );
    expect([voided.status, voided.body.status]).toEqual([200, 'voided']);
    expect(await balanceOf(scrip, account)).toBe(0);
  });

  it('costs nothing, and is in no revenue', async () => {
    const account = await anAccount(scrip);
    for (const category of ['promotional', 'paid'])
      await redeem(scrip, account, (await aVoucher(scrip, { category })).code);
    const spend = (await spendOf(scrip, account, 10)).body;
    const receipt = (await scrip.call('GET', `/v1/accounts/${account}/spends/${spend.id}`)).body;
    expect(receipt.allocations.map(({ cost }: { cost: unknown }) => cost)).toEqual([null, null]);
    const report = await scrip.call('GET', '/v1/reports/revenue');
    expect([report.status, report.body.data]).toEqual([200, []]);
  });
});

describe('the limits of a voucher', () => {
  it('say how often each code, and how often each account', async () => {
    const [ada, bob, eve] = [await anAccount(scrip), await anAccount(scrip), await anAccount(scrip)];
    const { codes } = await aVoucher(scrip, { count: 2, maxRedemptions: 2, perAccount: 2 });
    const [one = '', other = ''] = codes;
    const outcomes = [];
    for (const [account, code] of [
      ...[
        [ada, one],
        [ada, one],
        [bob, one],
        [ada, other],
      ],
      ...[
        [bob, other],
        [eve, other],
        [eve, one],
        [bob, other],
      ],
    ] as [string, string][])
      outcomes.push(outcomeOf(await redeem(scrip, account, code)));
    expect(outcomes).toEqual([
      ...['accepted', 'accepted', 'voucher-used-up', 'voucher-already-redeemed'],
      ...['accepted', 'accepted', 'voucher-used-up', 'voucher-used-up'],
    ]);
  });

  it('hold for all its codes together, so that nobody collects a campaign', async () => {
    const account = await anAccount(scrip);
    const { codes } = await aVoucher(scrip, { count: 3, maxRedemptions: 1 });
    const outcomes = [];
    for (const code of codes) outcomes.push(outcomeOf(await redeem(scrip, account, code)));
    expect(outcomes).toEqual(['accepted', 'voucher-already-redeemed', 'voucher-already-redeemed']);
  });

  it('end by time and by hand, for one code or for all', async () => {
    const account = await anAccount(scrip);
    const clock = stopClock(scrip.clock);
    const until = new Date(clock.now().getTime() + 60_000).toISOString();
    const timed = await aVoucher(scrip, { redeemableUntil: until, perAccount: 2 });
    clock.advance(59.999);
    expect((await redeem(scrip, account, timed.code)).status).toBe(201);
    clock.advance(0.001);
    expect((await redeem(scrip, account, timed.code)).body).toMatchObject({
      type: '/problems/voucher-expired',
      because: 'time',
      endedAt: until,
    });
    const { id, codes } = await aVoucher(scrip, { count: 2 });
    const [leaked = '', kept = ''] = codes;
    expect((await disable(scrip, id, leaked.toLowerCase())).body.status).toBe('active');
    expect((await redeem(scrip, account, leaked)).body).toMatchObject({
      type: '/problems/voucher-expired',
      because: 'disabled',
    });
    const off = (await disable(scrip, id)).body;
    expect(off).toMatchObject({ status: 'disabled', disabledAt: clock.now().toISOString() });
    clock.advance(5);
    expect((await disable(scrip, id)).body).toEqual(off);
    expect((await redeem(scrip, account, kept)).body).toMatchObject({
      type: '/problems/voucher-expired',
      endedAt: off.disabledAt,
    });
  });

  it('keep it for accounts that have neither ordered nor spent', async () => {
    const { code } = await aVoucher(scrip, { newAccountsOnly: true });
    const [fresh, looked, bought, spent, held] = await Promise.all(Array.from({ length: 5 }, () => anAccount(scrip)));
    await aCheckout(scrip, looked ?? '');
    await boughtPack(scrip, bought ?? '');
    for (const account of [fresh, spent, held]) await givenCredits(scrip, account ?? '', 10);
    const { id } = (await spendOf(scrip, spent ?? '', 1)).body;
    await scrip.call(
      'POST',
      `/v1/accounts/${spent}/spends/${id}/reversals`,
      { reason: 'a test' },
      { idempotencyKey: 'r' },
    );
    await scrip.call('POST', '/v1/holds', { accountId: held, amount: 3 }, { idempotencyKey: 'h' });
    const refusals = [];
    for (const account of [looked, bought, spent]) refusals.push((await redeem(scrip, account ?? '', code)).body);
    expect(refusals.map(({ type, because }) => `${type} ${because}`)).toEqual([
      '/problems/voucher-not-for-this-account order',
      '/problems/voucher-not-for-this-account order',
      '/problems/voucher-not-for-this-account spend',
    ]);
    for (const account of [fresh, held]) expect((await redeem(scrip, account ?? '', code)).status).toBe(201);
  });
});

describe('a campaign', () => {
  it('of ten thousand codes is made at once, as a table as well, and told again without a second copy', async () => {
    const body = { count: 10_000, credits: 3, maxRedemptions: 1, metadata: { zone: 'north', a: 'launch' } };
    const made = await scrip.call('POST', '/v1/vouchers', body, { idempotencyKey: 'campaign' });
    expect([made.status, made.body.codeCount, new Set(made.body.codes).size]).toEqual([201, 10_000, 10_000]);
    expect(made.body).not.toHaveProperty('code');
    const account = await anAccount(scrip);
    await redeem(scrip, account, made.body.codes[7]);
    const csv = await scrip.call('GET', `/v1/vouchers/${made.body.id}/codes`, undefined, {
      headers: { accept: 'text/csv' },
    });
    const lines = (csv.body as string).split('\r\n');
    expect(lines.slice(0, 2)).toEqual(['code,redemptions,disabledAt', `${made.body.codes[0]},0,`]);
    expect([lines[8], lines.length]).toEqual([`${made.body.codes[7]},1,`, 10_002]);
    const again = await scrip.call('POST', '/v1/vouchers', body, { idempotencyKey: 'campaign' });
    expect(JSON.stringify(again.body)).toBe(JSON.stringify(made.body));
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const kept = await scrip.sql('select 1 from idempotency_keys where answer::text like $1', [
      `%${made.body.codes[0]}%`,
    ]);
    expect(kept).toEqual([]);
  });

  it('is paged through by its codes', async () => {
    const { id, codes } = await aVoucher(scrip, { count: 45 });
    const seen: string[] = [];
    let cursor = '';
    for (;;) {
      const { body } = await scrip.call('GET', `/v1/vouchers/${id}/codes?limit=20${cursor}`);
      seen.push(...body.data.map(({ code }: { code: string }) => code));
      if (body.nextCursor === null) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(seen).toEqual(codes);
  });
});

describe('what is shown', () => {
  it('names codes to keys with the scope admin alone', async () => {
    const account = await anAccount(scrip);
    const own = `OWN-${account.slice(-12)}`;
    const { id } = await aVoucher(scrip, { code: own });
    await redeem(scrip, account, own);
    const read = await aKeyWith(scrip, 'read');
    const paths = [
      'vouchers',
      `vouchers/${id}`,
      `vouchers/${id}/redemptions`,
      `accounts/${account}/voucher-redemptions`,
    ];
    for (const path of paths) {
      expect(JSON.stringify((await scrip.call('GET', `/v1/${path}`)).body)).toContain(own);
      const { status, body } = await scrip.call('GET', `/v1/${path}`, undefined, { key: read });
      expect([path, status, JSON.stringify(body).includes(own)]).toEqual([path, 200, false]);
    }
    expect((await scrip.call('GET', `/v1/vouchers/${id}/codes`, undefined, { key: read })).status).toBe(403);
    expect((await scrip.call('GET', `/v1/vouchers/${id}`)).body).toMatchObject({
      code: own,
      redemptions: 1,
      status: 'active',
    });
  });

  it('lists redemptions of a voucher and of an account, newest first', async () => {
    const [ada, bob] = [await anAccount(scrip), await anAccount(scrip)];
    const [first, second] = [await aVoucher(scrip), await aVoucher(scrip, { credits: 7 })];
    const ids: string[] = [];
    for (const [account, { code }] of [
      [ada, first],
      [bob, first],
      [ada, second],
    ] as const)
      ids.push((await redeem(scrip, account, code)).body.id);
    const listed = async (path: string) =>
      (await scrip.call('GET', path)).body.data.map(({ id }: { id: string }) => ids.indexOf(id));
    expect(await listed(`/v1/vouchers/${first.id}/redemptions`)).toEqual([1, 0]);
    expect(await listed(`/v1/accounts/${ada}/voucher-redemptions`)).toEqual([2, 0]);
    const page = (await scrip.call('GET', `/v1/accounts/${ada}/voucher-redemptions?limit=1`)).body;
    expect(await listed(`/v1/accounts/${ada}/voucher-redemptions?cursor=${page.nextCursor}`)).toEqual([0]);
    expect(page.data[0]).toMatchObject({ voucherId: second.id, credits: 7, code: second.code });
    const newest = (await scrip.call('GET', '/v1/vouchers?limit=2')).body.data;
    expect(newest.map(({ id }: { id: string }) => id)).toEqual([second.id, first.id]);
  });
});

it.each([
  ['POST', '/v1/vouchers', { credits: 1 }, ['read', 'spend', 'sell']],
  ['POST', '/v1/vouchers/vch_none/disable', {}, ['read', 'spend', 'sell']],
  ['POST', '/v1/accounts/nobody/voucher-redemptions', { code: 'ABC' }, ['read', 'spend']],
])('%s %s is refused to a key without the scope', async (method, path, body, scopes) => {
  const key = await aKeyWith(scrip, ...scopes);
  expect((await scrip.call(method, path, body, { key, idempotencyKey: 'k' })).status).toBe(403);
});
