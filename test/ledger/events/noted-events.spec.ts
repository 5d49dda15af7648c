import { addDays } from '../../../src/kernel/clock.js';
import { FirstReach } from '../../../src/ledger/book/extent.js';
import { LedgerSweep } from '../../../src/ledger/sweep.js';
import { eventually } from '../../support/eventually.js';
import { type NotedRow, notedOf, typesNotedOf } from '../../support/ledger/noted-events.js';
import { useScrip } from '../../support/service/scrip.js';
import { openAccount } from '../../support/shop/account.js';
import { purchasesOf } from '../../support/shop/purchases.js';
import { haveMeters, PER_UNIT } from '../../support/shop/usage.js';

const DAY_MS = 86_400_000;

describe.each(['one-row', 'three-rows'])('what happens to credits, written in the form of %s', (form) => {
  const scrip = useScrip({ ENTRY_FORM: form });
  const sweep = () => scrip.running.app.get(LedgerSweep).run();

  it('is told as the API shows it, in the order in which it happened', async () => {
    const ada = await openAccount(scrip);
    const given = await ada.grant(10, { expiresAt: addDays(scrip.clock.now(), 1).toISOString() });
    const spend = await ada.spend(4);
    const back = await ada.reverse(spend.body.id, 1);
    const hold = await ada.hold(3, 60);
    scrip.clock.advance(61_000);
    const gift = await ada.grant(5);
    const voided = await ada.voidGrant(gift.body.id);
    scrip.clock.advance(DAY_MS);
    await sweep();

    const { body: held } = await ada.holdNow(hold.body.id);
    const none = { accountId: ada.id, balance: 0, held: 0, available: 0 };
    expect((await notedOf(scrip, ada.id)).map(({ type, data }) => [type, data])).toEqual([
      ['grant.created', given.body],
      ['spend.reversed', back.body],
      ['hold.expired', held],
      ['grant.created', gift.body],
      ['grant.voided', { ...voided.body, lapsedCredits: 5 }],
      ['grant.expired', { ...given.body, remaining: 0, status: 'expired', lapsedCredits: 7 }],
      ['balance.depleted', none],
    ]);
    expect(held.status).toBe('expired');
  });

  it('is told for each part of a grant that ends, when no hold covers it any more', async () => {
    const ada = await openAccount(scrip);
    await ada.grant(10, { expiresAt: addDays(scrip.clock.now(), 1).toISOString() });
    const hold = await ada.hold(4, 3 * 86_400);
    scrip.clock.advance(DAY_MS);
    await sweep();
    await ada.release(hold.body.id);
    const noted = await notedOf(scrip, ada.id);
    expect(noted.map(({ type, data }) => [type, data.lapsedCredits, data.remaining])).toEqual([
      ['grant.created', undefined, 10],
      ['grant.expired', 6, 4],
      ['balance.depleted', undefined, undefined],
      ['grant.expired', 4, 0],
    ]);
  });

  it('is nothing where credits are only spent, where something is refused, and where it is told again', async () => {
    const ada = await openAccount(scrip);
    await ada.grant(10, {}, 'a-gift');
    await ada.grant(10, {}, 'a-gift');
    await ada.spend(4);
    expect((await ada.spend(100)).status).toBe(402);
    const hold = await ada.hold(2);
    await ada.capture(hold.body.id, 2);
    const { body } = await ada.spend(1, 'once');
    await ada.reverse(body.id, 1, 'back');
    await ada.reverse(body.id, 1, 'back');
    expect((await ada.reverse(body.id, 1)).status).toBe(409);
    expect(await typesNotedOf(scrip, ada.id)).toEqual(['grant.created', 'spend.reversed']);
  });

  it('is told of grants to come, of adjustments, and of what a purchase gives', async () => {
    const ada = await openAccount(scrip);
    const coming = await ada.grant(3, { effectiveAt: addDays(scrip.clock.now(), 1).toISOString() });
    await ada.voidGrant(coming.body.id);
    await ada.adjust(5);
    await (await purchasesOf(scrip)).credit(ada.id, `pi_${ada.id}`, 7);
    await ada.adjust(-20);
    await ada.adjust(9);
    const noted = await notedOf(scrip, ada.id);
    expect(noted.map(({ type, data }) => [type, data.amount ?? data.available])).toEqual([
      ['grant.created', 3],
      ['grant.voided', 3],
      ['grant.created', 5],
      ['grant.created', 7],
      ['balance.depleted', -8],
      ['grant.created', 1],
      ['balance.recovered', 1],
    ]);
  });

  it('is all told where more falls due on an account than is read of it at once', async () => {
    const ada = await openAccount(scrip);
    for (let days = 1; days <= 6; days += 1)
      await ada.grant(days, { expiresAt: addDays(scrip.clock.now(), days).toISOString() });
    await ada.spend(1);
    scrip.clock.advance(7 * DAY_MS);
    const reach = scrip.running.app.get(FirstReach);
    const before = { ...reach };
    Object.assign(reach, { grants: 2, dues: 2 });
    await ada.grant(1);
    Object.assign(reach, before);
    const noted = (await notedOf(scrip, ada.id)).slice(6);
    expect(noted.map(({ type, data }) => [type, data.amount ?? data.available])).toEqual([
      ...[2, 3, 4, 5, 6].map((amount) => ['grant.expired', amount]),
      ['balance.depleted', 0],
      ['grant.created', 1],
      ['balance.recovered', 1],
    ]);
  });
});

describe('the feed', () => {
  const scrip = useScrip();

  it('has what happened to credits, in its order', async () => {
    const ada = await openAccount(scrip);
    const given = await ada.grant(5);
    await ada.spend(5);
    const gift = await ada.grant(1);
    const read = async () => (await scrip.call('GET', `/v1/events?accountId=${ada.id}`)).body.data;
    const events = await eventually(read, (found) => found.length === 4);
    expect(events.map(({ type, data }: NotedRow) => [type, data.id ?? data.available])).toEqual([
      ['grant.created', given.body.id],
      ['balance.depleted', 0],
      ['grant.created', gift.body.id],
      ['balance.recovered', 1],
    ]);
    expect(await scrip.sql('select from ledger_events where account_id = $1', [ada.id])).toEqual([]);
  });
});

describe('a correction', () => {
  const scrip = useScrip();

  it('is told as the reversal of the spend, with what there is once both is done', async () => {
    await haveMeters(scrip, { pages: PER_UNIT });
    const pages = (quantity: number) => [{ meter: 'pages', quantity }];
    const ada = await openAccount(scrip);
    await ada.grant(10);
    const { body: spend } = await ada.spend(0, 'job', { amount: undefined, lines: pages(4) });
    const path = `/v1/accounts/${ada.id}/spends/${spend.id}/corrections`;
    const asked = { lines: pages(6), reason: 'a test' };
    const corrected = await scrip.call('POST', path, asked, { idempotencyKey: 'correct' });
    expect(corrected.status).toBe(201);
    const [, told] = await notedOf(scrip, ada.id);
    expect(told).toMatchObject({
      type: 'spend.reversed',
      data: { spendId: spend.id, amount: 4, reversed: 4, balance: 4, available: 4 },
    });
  });
});
