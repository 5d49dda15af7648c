import { startTestScrip, type TestScrip, useScrip } from '../support/service/scrip.js';
import { openAccount, outcomeOf, type TestAccount } from '../support/shop/account.js';
import { CARRIED, haveMeters, MONTHLY, usageOf } from '../support/shop/usage.js';
import { anEvent, sendEvent, sendEvents } from '../support/shop/usage-events.js';

describe('usage at the same time', () => {
  const scrip = useScrip();
  let other: TestScrip;
  let account: TestAccount;
  beforeAll(async () => {
    await haveMeters(scrip, { minutes: MONTHLY, calls: CARRIED });
    other = await startTestScrip({ DATABASE_URL: scrip.running.runtime.databaseUrl, ROLE: 'api' });
  });
  afterAll(() => other?.close());
  beforeEach(async () => {
    account = await openAccount(scrip);
    await account.grant(1_000);
  });
  afterEach(async () => expect((await scrip.checkBooks()).findings).toEqual([]));

  const together = <T>(count: number, act: (index: number, scrip: TestScrip) => Promise<T>) =>
    Promise.all(Array.from({ length: count }, (_, index) => act(index, index % 2 === 0 ? scrip : other)));

  it('costs what all of it costs, whichever of two processes takes which', async () => {
    const spends = await together(100, (_, at) => usageOf(at, account.id).use({ meter: 'minutes', quantity: 0.5 }));
    expect(new Set(spends.map(({ status }) => status))).toEqual(new Set([201]));
    expect(await usageOf(scrip, account.id).counters()).toEqual(['minutes {}: 50']);
    // Ten units at 3 in halves, which are rounded up, and the rest at 1.
    expect((await account.standing()).balance).toBe(1_000 - 20 * 2 - 80);
  });

  it('carries every fraction once', async () => {
    await together(100, (_, at) =>
      usageOf(at, account.id).use([
        { meter: 'calls', quantity: 10 },
        { meter: 'calls', quantity: 1, dimensions: { kind: 'odd' } },
      ]),
    );
    const charged = 1 + Math.ceil((100 * 3) / 7);
    expect((await account.standing()).balance).toBe(1_000 - charged);
  });

  it('with one key is used once', async () => {
    const spends = await together(20, (_, at) => usageOf(at, account.id).use({ meter: 'minutes', quantity: 2 }, 'job'));
    expect(new Set(spends.map(({ body }) => body.id)).size).toBe(1);
    expect(await usageOf(scrip, account.id).counters()).toEqual(['minutes {}: 2']);
  });

  it('told by one event is used once, by itself or in a batch', async () => {
    const event = anEvent(account.id, { type: 'minutes' });
    const more = () => anEvent(account.id, { type: 'minutes' });
    const spends = await together(20, async (index, at) => {
      if (index % 4 < 2) return (await sendEvent(at, event)).body;
      return (await sendEvents(at, [more(), event, more()])).body.results[1].spend;
    });
    expect(new Set(spends.map(({ id }) => id)).size).toBe(1);
    expect(await usageOf(scrip, account.id).counters()).toEqual([`minutes {}: ${2 + 10 * 2 * 2}`]);
  });

  it('told by two events of one name is used by one of them', async () => {
    const event = anEvent(account.id, { type: 'minutes' });
    const answers = await together(20, (index, at) =>
      sendEvent(at, { ...event, data: { quantity: index % 3 === 0 ? 5 : 6 } }),
    );
    const taken = answers.filter(({ status }) => status < 300);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.filter(({ status }) => status >= 300).map(outcomeOf))).toEqual(new Set(['event-reused']));
    expect(new Set(taken.map(({ body }) => body.id)).size).toBe(1);
    expect([7, 13]).toContain(taken.length);
  });

  it('is undone once, while more is used', async () => {
    const { body: spend } = await usageOf(scrip, account.id).use([
      { meter: 'minutes', quantity: 4 },
      { meter: 'minutes', quantity: 4 },
    ]);
    const answers = await together(40, (index, at) => {
      const usage = usageOf(at, account.id);
      if (index % 4 < 2) return usage.use({ meter: 'minutes', quantity: 1 });
      return usage.undo(spend.id, index % 8 < 4 ? { lines: [0] } : {});
    });
    const undone = answers.filter(({ body }) => body.reversed !== undefined);
    expect(undone.length).toBeGreaterThan(0);
    expect(undone.reduce((sum, { body }) => sum + body.amount, 0)).toBe(24);
    expect(await usageOf(scrip, account.id).counters()).toEqual(['minutes {}: 20']);
  });

  it('is corrected once, by one of many, and the others are told by which', async () => {
    const usage = usageOf(scrip, account.id);
    const { body: wrong } = await usage.use({ meter: 'minutes', quantity: 8 });
    const answers = await together(40, (index, at) => {
      if (index % 4 === 3) return usageOf(at, account.id).use({ meter: 'minutes', quantity: 1 });
      // Two thirds of them are one request.
      const key = index % 4 === 0 ? `by ${index}` : 'by many';
      return usageOf(at, account.id).correct(wrong.id, { meter: 'minutes', quantity: 2 }, key.replace(' ', '-'));
    });
    const corrections = answers.filter((_, index) => index % 4 !== 3);
    const made = new Set(corrections.flatMap(({ status, body }) => (status === 201 ? [body.id] : [])));
    expect(made.size).toBe(1);
    for (const { status, body } of corrections)
      if (status !== 201) expect(body).toMatchObject({ status: 409, correctedBy: [...made][0] });
    expect(await usage.counters()).toEqual(['minutes {}: 12']);
  });

  it('is corrected or undone, whichever comes first', async () => {
    for (let round = 0; round < 10; round += 1) {
      const usage = usageOf(scrip, account.id);
      const { body: spend } = await usage.use({ meter: 'pages', quantity: 5 });
      const [corrected, undone] = await Promise.all([
        usage.correct(spend.id, { meter: 'pages', quantity: 2 }),
        usageOf(other, account.id).undo(spend.id),
      ]);
      expect([corrected.status, undone.status].toSorted()).toEqual([201, 409]);
      const { body: receipt } = await usage.receipt(spend.id);
      expect(receipt).toMatchObject({ reversed: 5, correctedBy: corrected.status === 201 ? corrected.body.id : null });
    }
  });
});
