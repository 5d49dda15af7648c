import { randomUUID } from 'node:crypto';
import type { EntryForm } from '../../src/config/environment.js';
import { rulesBrokenBy } from '../support/database/damage.js';
import { useScrip } from '../support/service/scrip.js';
import { openAccount } from '../support/shop/account.js';
import { anAccount, boughtPack, givenCredits, refundOf, spendOf } from '../support/shop/shop.js';

/** What is done behind the ledger's back, and the rule that finds it, where entries and spends are rows of one form. */
const DAMAGE: Record<EntryForm, [what: string, damage: string, rule: string][]> = {
  'one-row': [
    [
      'an amount that was changed',
      `update entry_rows set amount = -4, balance_after = balance_after + 1 where kind = 's'`,
      'chain',
    ],
    [
      'an amount that was changed',
      `update entry_rows set amount = -6, debt = -1 where kind = 's'`,
      'balance-is-remaining-less-debt',
    ],
    ['a debt that was invented', `update entry_rows set debt = 1 where kind = 's'`, 'entry-is-allocated'],
    [
      'an instant that was changed',
      `update entry_rows set recorded_at = recorded_at + interval '1 hour' where seq = 2`,
      'chain',
    ],
    [
      'another grant',
      `update entry_rows set grant_ids = array[grant_ids[2], grant_ids[1]] where kind = 's'`,
      'grant-is-accounted-for',
    ],
    ['a last entry that was deleted', 'delete from entry_rows where seq = 4', 'balance-is-sum-of-entries'],
    ['a first entry that was deleted', 'delete from entry_rows where seq = 1', 'chain'],
    ['a spend that was deleted', `delete from entry_rows where kind = 's'`, 'chain'],
    ['another spend in its place', `update entry_rows set salt = salt # 1 where kind = 's'`, 'chain'],
    ['a key that was changed', `update entry_rows set idempotency_key = 'x' where kind = 's'`, 'spend-keeps-its-key'],
    [
      'a key that was changed',
      `update entry_rows set key_digest = gen_random_uuid() where kind = 's'`,
      'spend-keeps-its-key',
    ],
    [
      'a key that two requests have',
      `insert into idempotency_keys select uuid_send(key_digest), account_id, hash, 201, '{}', recorded_at
       from entry_rows where kind = 's'`,
      'key-is-used-once',
    ],
    [
      'a reversal of what was never spent',
      `update entry_rows set kind = 'r', source_type = 'spend', source_id = 'spd_of_nobody' where seq = 2`,
      'reversal-has-its-spend',
    ],
  ],
  'three-rows': [
    [
      'an amount that was changed',
      `update entries_v1 set amount = -4, balance_after = balance_before - 4 where kind = 'spend'`,
      'chain',
    ],
    [
      'an amount that was changed',
      `update entries_v1 set amount = -4, balance_after = balance_before - 4 where kind = 'spend'`,
      'entry-is-allocated',
    ],
    [
      'an instant that was changed',
      `update entries_v1 set recorded_at = recorded_at + interval '1 hour' where seq = 2`,
      'chain',
    ],
    ['a last entry that was deleted', 'delete from entries_v1 where seq = 4', 'balance-is-sum-of-entries'],
    ['a first entry that was deleted', 'delete from entries_v1 where seq = 1', 'chain'],
    ['a spend that was deleted', 'delete from spends_v1', 'spend-entry-has-its-spend'],
    ['a spend that was changed', 'update spends_v1 set amount = amount + 1', 'spend-has-its-entries'],
  ],
};

describe.each(['one-row', 'three-rows'] as const)('the proof of the books, with spends of the form %s', (form) => {
  const scrip = useScrip({ ENTRY_FORM: form });
  let account: string;
  beforeAll(async () => {
    account = await anAccount(scrip);
    const order = await boughtPack(scrip, account);
    await givenCredits(scrip, account, 4);
    await spendOf(scrip, account, 5);
    const hold = { accountId: account, amount: 2 };
    await scrip.call('POST', '/v1/holds', hold, { idempotencyKey: randomUUID() });
    await refundOf(scrip, { orderId: order.id, amountMinor: 500 });
  });

  it('finds nothing in good books, and says how much it has read', async () => {
    expect(await scrip.checkBooks()).toEqual({ accounts: 1, entries: 4, findings: [], findingCount: 0 });
  });

  it.each<[what: string, damage: string, rule: string]>([
    ['a balance that was raised', 'update balances set balance = balance + 1', 'balance-is-sum-of-entries'],
    [
      'a head hash that was changed',
      `update balances set head_hash = decode(repeat('11', 32), 'hex')`,
      'balance-is-sum-of-entries',
    ],
    ['held credits without a hold', 'update balances set held = held + 1', 'held-is-what-active-holds-hold'],
    ['a grant that was filled up', 'update grants set remaining = amount', 'balance-is-remaining-less-debt'],
    ['a grant that was filled up', 'update grants set remaining = amount', 'grant-is-accounted-for'],
    ...DAMAGE[form],
    ['an order that forgets what it gave back', 'update orders set reversed_credits = 0', 'order-is-settled'],
    ['a refund that was not counted', 'update refunds set counted = false', 'refund-is-counted-once'],
    [
      'an order that was fulfilled without a grant',
      `update orders set grant_id = 'grt_of_another'`,
      'fulfilled-order-has-its-grant',
    ],
  ])('finds %s', async (_what, damage, rule) => {
    expect(await rulesBrokenBy(scrip, damage)).toContain(rule);
  });

  const table = form === 'one-row' ? 'entry_rows' : 'entries_v1';
  it.each([
    'update entries set reason = null',
    'delete from entries',
    `update ${table} set reason = null`,
    `delete from ${table}`,
    `truncate ${table}`,
    `truncate ${table} cascade`,
  ])('is not needed for this, because it is refused: %s', async (damage) => {
    await expect(scrip.sql(damage)).rejects.toThrow('entries are append-only');
  });
});

describe('the proof of the books, with holds and captures that keep their keys', () => {
  const scrip = useScrip();
  beforeAll(async () => {
    const account = await openAccount(scrip);
    await account.grant(20);
    const [first, second] = [await account.hold(2), await account.hold(3)];
    await account.capture(first.body.id, 1);
    await account.capture(second.body.id, 3, { final: false });
    await account.capture((await account.hold(4)).body.id, 1, { final: false });
    await account.spend(1);
  });

  it('finds nothing in good books', async () => {
    expect((await scrip.checkBooks()).findings).toEqual([]);
    expect(
      await scrip.sql('select answer_form, amount from entry_rows where hold_id is not null order by seq'),
    ).toEqual([
      { answer_form: 1, amount: '-1' },
      { answer_form: 3, amount: '-3' },
      { answer_form: null, amount: '-1' },
    ]);
  });

  const storeKeyOf = (table: string) =>
    `insert into idempotency_keys
     select uuid_send(key_digest), account_id, sha256('x'), 201, '{}', now()
     from ${table} where key_digest is not null`;
  it.each<[what: string, damage: string, rule: string]>([
    ['a key of a hold that was changed', `update holds set idempotency_key = 'x'`, 'hold-keeps-its-key'],
    ['a digest that was changed', 'update holds set key_digest = gen_random_uuid()', 'hold-keeps-its-key'],
    ['a key of a hold that another request has', storeKeyOf('holds'), 'key-is-used-once'],
    ['a key of an entry that another request has', storeKeyOf('entry_rows'), 'key-is-used-once'],
    [
      'a key that a hold and a spend have',
      `update holds set key_digest = (select key_digest from entry_rows where kind = 's' and hold_id is null)
       where amount = 4`,
      'key-is-used-once',
    ],
    ['a hold that forgets what it captured', 'update holds set captured = 0', 'hold-captured-what-was-spent'],
    [
      'a hold that is open behind its last capture',
      `update holds set status = 'active', ended_at = null where amount = 2`,
      'capture-with-a-key-ended-its-hold',
    ],
    [
      'a capture whose hold is another',
      `update entry_rows set hold_id = (select id from holds where amount = 4) where answer_form = 1`,
      'capture-with-a-key-ended-its-hold',
    ],
    [
      'a capture of some that says it was not final',
      'update entry_rows set answer_form = 3 where answer_form = 1',
      'capture-with-a-key-ended-its-hold',
    ],
    [
      'a capture that keeps no key',
      'update entry_rows set key_digest = null where answer_form = 1',
      'capture-with-a-key-ended-its-hold',
    ],
  ])('finds %s', async (_what, damage, rule) => {
    expect(await rulesBrokenBy(scrip, damage)).toContain(rule);
  });
});
