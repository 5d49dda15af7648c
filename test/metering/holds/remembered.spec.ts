import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../src/kernel/clock.js';
import { LedgerQueries } from '../../../src/ledger/api/ledger.queries.js';
import { HoldAlreadyCaptured, HoldNotFound } from '../../../src/ledger/ledger.problems.js';
import { Posting } from '../../../src/ledger/posting.js';
import { HoldPosting } from '../../../src/ledger/usage/holds/hold-posting.js';
import type { UsageCapture } from '../../../src/ledger/usage/holds/hold-requests.js';
import { RateCards } from '../../../src/rating/rates/rate-cards.js';
import { useScrip } from '../../support/service/scrip.js';
import { openAccount, type TestAccount } from '../../support/shop/account.js';
import { haveMeters, MONTHLY, PER_UNIT, type UsageOf, usageOf } from '../../support/shop/usage.js';

const scrip = useScrip();
let account: TestAccount;
let usage: UsageOf;
/** How often a hold was read before its capture was queued. */
let reads: number;

beforeAll(() => haveMeters(scrip, { minutes: MONTHLY, seats: PER_UNIT }));
beforeEach(async () => {
  account = await openAccount(scrip);
  await account.grant(200);
  usage = usageOf(scrip, account.id);
  reads = 0;
});
afterEach(async () => expect((await scrip.checkBooks()).findings).toEqual([]));

/** As a process makes it when it starts. */
function holdPosting(clock: Pick<Clock, 'now'> = scrip.clock): HoldPosting {
  const { app } = scrip.running;
  const ledger = app.get(LedgerQueries);
  const counting: Pick<LedgerQueries, 'holdAsKept'> = {
    holdAsKept: (accountId, holdId) => {
      reads += 1;
      return ledger.holdAsKept(accountId, holdId);
    },
  };
  return new HoldPosting(app.get(Posting), app.get(RateCards), clock as Clock, counting as LedgerQueries);
}

const minutes = (quantity: string) => ({ meter: 'minutes', quantity, dimensions: {} });

async function place(holds: HoldPosting, ...lines: ReturnType<typeof minutes>[]) {
  const answer = await holds.place(randomUUID(), { accountId: account.id, lines });
  return JSON.parse(answer.body);
}

async function capture(holds: HoldPosting, holdId: string, request: UsageCapture) {
  const answer = await holds.capture(randomUUID(), { accountId: account.id, holdId }, request);
  return JSON.parse(answer.body);
}

it('is not read for its captures where it was placed, and elsewhere for the first of them', async () => {
  const [here, elsewhere] = [holdPosting(), holdPosting()];
  const hold = await place(here, minutes('8'));
  await usage.use({ meter: 'minutes', quantity: 6 });
  const parts = [
    await capture(here, hold.id, { quantity: '1', final: false }),
    await capture(here, hold.id, { lines: [minutes('1'), { ...minutes('2'), meter: 'seats' }], final: false }),
  ];
  expect(reads).toBe(0);
  parts.push(await capture(elsewhere, hold.id, { quantity: '1', final: false }));
  expect(reads).toBe(1);
  parts.push(
    await capture(elsewhere, hold.id, { quantity: '1', final: false }),
    await capture(here, hold.id, { quantity: '1' }),
  );
  expect(reads).toBe(1);
  expect(parts.map(({ amount }) => amount)).toEqual([3, 5, 3, 3, 3]);
  for (const part of parts)
    expect((await usage.receipt(part.id)).body).toMatchObject({ usedAt: hold.createdAt, holdId: hold.id });
});

it('is of one line or of several, whether it is read or not', async () => {
  const [here, elsewhere] = [holdPosting(), holdPosting()];
  const two = await place(here, minutes('1'), minutes('2'));
  const { body: amount } = await account.hold(5);
  for (const holds of [here, elsewhere])
    for (const [id, is] of [
      [two.id, '2 lines'],
      [amount.id, 'an amount'],
    ])
      await expect(capture(holds, id, { quantity: '1' })).rejects.toMatchObject({
        facts: { errors: [{ pointer: '/quantity', detail: expect.stringContaining(is) }] },
      });
});

it('is counted in the month of its usage, though it was decided in the next', async () => {
  const before = new Date(Date.UTC(scrip.clock.now().getUTCFullYear(), scrip.clock.now().getUTCMonth()) - 1);
  const here = holdPosting({ now: () => before });
  const holds = [await place(here, minutes('4')), await place(here, minutes('4'))];
  const lastMonth = before.toISOString().slice(0, 7);
  await capture(here, holds[0].id, { quantity: '4' });
  await capture(holdPosting(), holds[1].id, { quantity: '4' });
  expect((await usage.kept()).used).toEqual({ [`${lastMonth} minutes {}`]: '8' });
});

it('that is not there is refused as if it had never been remembered', async () => {
  const here = holdPosting();
  const hold = await place(here, minutes('4'));
  const other = await openAccount(scrip);
  const taken = here.capture(randomUUID(), { accountId: other.id, holdId: hold.id }, { quantity: '4' });
  await expect(taken).rejects.toThrow(HoldNotFound);
  await capture(here, hold.id, { quantity: '4' });
  await expect(capture(here, hold.id, { quantity: '4' })).rejects.toThrow(HoldAlreadyCaptured);
  // What has ended is not remembered any longer.
  expect(reads).toBe(2);
});
