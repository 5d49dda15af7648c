import { randomUUID } from 'node:crypto';
import { type BookFinding, checkBooks } from '../../src/book-checks/check-books.js';
import type { EntryForm } from '../../src/config/environment.js';
import { Database } from '../../src/database/database.js';
import { useScrip } from '../support/service/scrip.js';
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

  /** Changes rows behind the ledger's back, looks at the books, and takes the change back. */
  async function rulesBrokenBy(damage: string): Promise<string[]> {
    const findings: BookFinding[] = [];
    const takenBack = new Error('the damage is taken back');
    const damaged = scrip.running.app.get(Database).transaction(async (tx) => {
      await tx.query('alter table entries_v1 disable trigger user; alter table entry_rows disable trigger user');
      await tx.query(damage);
      findings.push(...(await checkBooks(tx)).findings);
      throw takenBack;
    });
    await expect(damaged).rejects.toBe(takenBack);
    return [...new Set(findings.map(({ rule }) => rule))];
  }

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
    expect(await rulesBrokenBy(damage)).toContain(rule);
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
