import { startTestScrip, useScrip } from '../../support/service/scrip.js';
import { type StoppedClock, stopClock } from '../../support/service/stopped-clock.js';
import { openAccount, outcomeOf, type TestAccount } from '../../support/shop/account.js';
import { haveMeters, type UsageOf, usageOf } from '../../support/shop/usage.js';

/**
 * A generator of texts: a call is input and output tokens of a model, and the first thousand of output in a month are
 * dearer. What a call will write nobody knows when it begins.
 */
const WORDS = {
  prices: [
    { match: { kind: 'input' }, credits: 1, per: 1_000 },
    {
      match: { kind: 'output' },
      tiers: [
        { upTo: 1_000, credits: 3, per: 1_000 },
        { upTo: null, credits: 2, per: 1_000 },
      ],
      by: 'month',
    },
  ],
  rounding: 'carry',
};
const input = (quantity: number) => ({ meter: 'words', quantity, dimensions: { kind: 'input' } });
const output = (quantity: number) => ({ meter: 'words', quantity, dimensions: { kind: 'output' } });

describe('a generator that streams', () => {
  const scrip = useScrip();
  let clock: StoppedClock;
  let account: TestAccount;
  let app: UsageOf;
  beforeAll(async () => {
    await haveMeters(scrip, { words: WORDS });
    clock = stopClock(scrip.clock);
  });
  beforeEach(async () => {
    account = await openAccount(scrip);
    await account.grant(20);
    app = usageOf(scrip, account.id);
  });
  afterEach(async () => expect((await scrip.checkBooks()).findings).toEqual([]));

  it('holds what a call may cost, streams, and pays for what was written', async () => {
    const { body: hold } = await app.hold([input(500), output(4_000)]);
    expect(hold).toMatchObject({ amount: 10, lines: [{ price: '0.5' }, { price: '9' }] });
    const done = await app.capture(hold.id, { lines: [input(480), output(1_500)] }, 'call-1');
    expect(done.body).toMatchObject({ amount: 5, available: 15, lines: [{ price: '0.48' }, { price: '4' }] });
    // The connection was lost, and the app asks again.
    const again = await app.capture(hold.id, { lines: [input(480), output(1_500)] }, 'call-1');
    expect([outcomeOf(again), again.body]).toEqual(['replayed', done.body]);
    expect((await app.receipt(done.body.id)).body).toMatchObject({ amount: 5, holdId: hold.id });
  });

  it('pays as it streams, and its customer has the rest at once', async () => {
    const { body: hold } = await app.hold([input(500), output(4_000)]);
    const parts = [
      await app.capture(hold.id, { lines: [input(480)], final: false }),
      await app.capture(hold.id, { lines: [output(1_000)], final: false }),
      await app.capture(hold.id, { lines: [output(250)], final: false }),
      await app.capture(hold.id, { lines: [output(250)] }),
    ];
    expect(parts.map(({ body }) => body.amount)).toEqual([1, 3, 1, 0]);
    expect(await account.standing()).toEqual({ balance: 15, held: 0, available: 15 });
  });

  it('whose caller goes away in the middle pays for what was streamed, and the same tiers are free again', async () => {
    const { body: hold } = await app.hold([input(500), output(4_000)]);
    const { body: other } = await app.hold(output(1_000));
    expect([hold.amount, other.amount]).toEqual([10, 2]);
    expect((await app.capture(hold.id, { lines: [input(500), output(200)] })).body.amount).toBe(2);
    await account.release(other.id);
    expect((await app.hold(output(1_000))).body.lines).toMatchObject([{ price: '2.8' }]);
  });

  it('that dies leaves a hold that ends by itself, and what it had captured stays paid', async () => {
    const { body: hold } = await app.hold([input(500), output(4_000)], { expiresInSeconds: 300 });
    await app.capture(hold.id, { lines: [input(500), output(1_000)], final: false });
    clock.advance(301);
    // It is started again, and so is the service.
    const anew = await startTestScrip({ DATABASE_URL: scrip.running.runtime.databaseUrl, ROLE: 'api' });
    anew.clock.now = () => clock.now();
    const again = usageOf(anew, account.id);
    expect(outcomeOf(await again.capture(hold.id, { lines: [output(10)] }))).toBe('hold-already-expired');
    expect(await account.standing()).toEqual({ balance: 16, held: 0, available: 16 });
    expect((await again.use(output(1_000))).body.lines).toMatchObject([{ price: '2', credits: 2 }]);
    await anew.close();
  });

  it('that runs longer than guessed takes the rest of what is available, or all of that', async () => {
    const { body: hold } = await app.hold([input(500), output(1_000)]);
    expect(hold.amount).toBe(4);
    const lines = [input(500), output(6_000)];
    expect(outcomeOf(await app.capture(hold.id, { lines }))).toBe('capture-exceeds-hold');
    expect((await app.capture(hold.id, { lines, overage: 'available' })).body).toMatchObject({
      amount: 14,
      available: 6,
      hold: { amount: 4, captured: 14, status: 'captured' },
    });
    const { body: next } = await app.hold(output(1_000));
    const short = await app.capture(next.id, { lines: [output(9_000)], overage: 'available' });
    expect(short).toMatchObject({ status: 402, body: { availableCredits: 4, requestedCredits: 16 } });
    const all = await app.capture(next.id, { amount: next.amount + short.body.availableCredits, overage: 'available' });
    expect(all.body).toMatchObject({ amount: 6, balance: 0 });
  });
});
