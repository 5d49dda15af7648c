import { rulesBrokenBy } from '../support/database/damage.js';
import { useScrip } from '../support/service/scrip.js';
import { openAccount } from '../support/shop/account.js';
import { CARRIED, haveMeters, MONTHLY, usageOf } from '../support/shop/usage.js';

/** Puts counters into the archive from what balances keep, and leaves those as they are. */
const ARCHIVE = `
  insert into usage_counters (account_id, month, meter_key, match, used)
  select account_id, left(name, 7), split_part(name, ' ', 2), split_part(name, ' ', 3), used::numeric
  from balances cross join lateral json_each_text(usage->'used') as kept (name, used)`;

/** An account has something included, of which nothing is used. */
const INCLUDED = `
  insert into usage_inclusions (account_id, id, meter_key, match, granted, remaining, effective_at, expires_at,
    source_type, source_id, source_part)
  select account_id, 'inc_1', 'pages', '{}', 5, 5, now(), now() + interval '1 day', 'test', 'x', ''
  from balances limit 1;
  update balances set included_until = now() + interval '1 day'`;

describe('the proof of the books, with usage', () => {
  const scrip = useScrip();
  beforeAll(async () => {
    await haveMeters(scrip, { minutes: MONTHLY, calls: CARRIED });
    const account = await openAccount(scrip);
    await account.grant(200);
    const usage = usageOf(scrip, account.id);
    const odd = { meter: 'calls', quantity: 1, dimensions: { kind: 'odd' } };
    const { body: first } = await usage.use([{ meter: 'minutes', quantity: 6 }, { meter: 'calls', quantity: 1 }, odd]);
    await usage.use([{ meter: 'minutes', quantity: 6 }, odd]);
    await usage.undo(first.id, { amount: 2 });
    await usage.undo(first.id, { lines: [0, 2] });
    const { body: wrong } = await usage.use({ meter: 'pages', quantity: 2 });
    await usage.correct(wrong.id, { meter: 'pages', quantity: 1 });
    const { body: hold } = await usage.hold([{ meter: 'minutes', quantity: 3 }, odd]);
    await usage.capture(hold.id, { lines: [{ meter: 'minutes', quantity: 1 }], final: false });
    const { body: short } = await usage.hold({ meter: 'pages', quantity: 1 });
    await usage.capture(short.id, { quantity: 3, overage: 'available' });
  });

  it('finds nothing in good books', async () => {
    expect((await scrip.checkBooks()).findings).toEqual([]);
    expect((await scrip.sql('select count(*) from entry_rows where lines is not null'))[0]?.count).toBe('8');
  });

  it('finds nothing in what is included and not used', async () => {
    expect(await rulesBrokenBy(scrip, INCLUDED)).toEqual([]);
  });

  it('finds nothing in an archive that is behind what the balance keeps', async () => {
    expect(await rulesBrokenBy(scrip, `${ARCHIVE}; update usage_counters set used = used + 1`)).toEqual([]);
  });

  it.each<[what: string, damage: string, rule: string]>([
    [
      'a counter that was raised',
      `update balances set usage = replace(usage::text, ':"9"', ':"9.000000001"')::json`,
      'counter-is-sum-of-lines',
    ],
    [
      'an inclusion of which something is gone',
      `${INCLUDED}; update usage_inclusions set remaining = 4`,
      'inclusion-is-what-lines-took',
    ],
    [
      'an inclusion that nobody looks for',
      `${INCLUDED}; update balances set included_until = null`,
      'included-until-is-last',
    ],
    ['counters that were deleted', 'update balances set usage = null', 'counter-is-sum-of-lines'],
    ['fractions that were deleted', 'update balances set usage = null', 'remainder-is-sum-of-lines'],
    [
      'a counter of another month',
      `update balances set usage = regexp_replace(usage::text, '"[0-9-]+ minutes', '"2001-01 minutes')::json`,
      'counter-is-sum-of-lines',
    ],
    [
      'a counter of nobody',
      `update balances set usage = replace(usage::text, '"used":{', '"used":{"2026-11 tokens {}":"1",')::json`,
      'counter-is-sum-of-lines',
    ],
    [
      'a fraction that was changed',
      `update balances set usage = replace(usage::text, '-999/1000', '-998/1000')::json`,
      'remainder-is-sum-of-lines',
    ],
    [
      'a counter in the archive that nobody looks for there',
      `${ARCHIVE}; update balances set usage = null`,
      'counter-is-sum-of-lines',
    ],
    [
      'a counter in the archive that was changed',
      `${ARCHIVE}; update balances set usage = '{"archivedTo":"9999-12","areRemaindersArchived":true}';
       update usage_counters set used = used + 0.000000001`,
      'counter-is-sum-of-lines',
    ],
    [
      'a line that was made cheaper',
      `update entry_rows set lines = replace(lines::text, '"credits":18', '"credits":17')::json where seq = 2`,
      'spend-is-sum-of-its-lines',
    ],
    ['lines that were deleted', 'update entry_rows set lines = null where seq = 2', 'counter-is-sum-of-lines'],
    ['lines that were deleted', 'update entry_rows set lines = null where seq = 2', 'line-is-undone-once'],
    ['lines that were deleted', 'update entry_rows set lines = null where seq = 2', 'answer-has-a-form'],
    [
      'a line that is undone and was not',
      `update entry_rows set lines = '{"undone":[0,1,2]}' where kind = 'r' and lines->'undone'->1 is not null`,
      'counter-is-sum-of-lines',
    ],
    [
      'a line that is undone twice',
      `update entry_rows set lines = '{"undone":[0]}' where kind = 'r' and lines is null`,
      'line-is-undone-once',
    ],
    [
      'a line that is undone and is not there',
      `update entry_rows set lines = '{"undone":[0,2,3]}' where kind = 'r' and lines->'undone'->1 is not null`,
      'line-is-undone-once',
    ],
    [
      'a correction of which the spend knows nothing',
      `update entry_rows set lines = replace(lines::text, '"corrects"', '"c"')::json
       where lines->>'corrects' is not null`,
      'correction-is-two-entries',
    ],
    [
      'a correction of which the reversal knows nothing',
      `update entry_rows set lines = '{"undone":[0]}' where lines->>'correctedBy' is not null`,
      'correction-is-two-entries',
    ],
    [
      'a correction by another spend',
      `update entry_rows set lines = replace(lines::text, '"correctedBy":"spd_', '"correctedBy":"spd_0')::json
       where lines->>'correctedBy' is not null`,
      'correction-is-two-entries',
    ],
    [
      'a correction of another spend',
      `update entry_rows set lines = replace(lines::text, '"corrects":"spd_', '"corrects":"spd_0')::json
       where lines->>'corrects' is not null`,
      'correction-is-two-entries',
    ],
    [
      'a hold that keeps more than it has reserved',
      `update holds set reserved = replace(reserved::text, '"2"', '"3"')::json where reserved is not null`,
      'counter-is-sum-of-lines',
    ],
    [
      'what a hold has reserved, deleted',
      `update holds set reserved = '{}' where reserved is not null`,
      'counter-is-sum-of-lines',
    ],
    [
      'what a hold has reserved, deleted',
      `update holds set reserved = '{}' where reserved is not null`,
      'remainder-is-sum-of-lines',
    ],
    [
      'a hold that expected less',
      `update holds set lines = replace(lines::text, '"credits":', '"credits":1')::json where reserved is not null`,
      'hold-is-sum-of-its-lines',
    ],
    ['an overage that nobody knows of', 'update holds set overage = null', 'hold-captured-what-was-spent'],
    [
      'a capture of a quantity without one',
      'update entry_rows set lines = null where answer_form >= 29',
      'answer-has-a-form',
    ],
    [
      'an answer of lines that nobody can ask for',
      'update entry_rows set key_digest = null where answer_form = 4',
      'answer-has-a-form',
    ],
    ['an answer of a reversal', `update entry_rows set answer_form = 1 where kind = 'r'`, 'answer-has-a-form'],
    ['an answer of no form', 'update entry_rows set answer_form = 6 where seq = 2', 'answer-has-a-form'],
    ['an event of no name', 'update entry_rows set answer_form = 5 where seq = 2', 'answer-has-a-form'],
  ])('finds %s', async (_what, damage, rule) => {
    expect(await rulesBrokenBy(scrip, damage)).toContain(rule);
  });
});
