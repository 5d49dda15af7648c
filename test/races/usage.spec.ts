import type { HttpAnswer, TestScrip } from '../support/service/scrip.js';
import { outcomeOf } from '../support/shop/account.js';
import { useTwoProcesses } from '../support/shop/two-processes.js';
import { CARRIED, MONTHLY, usageOf } from '../support/shop/usage.js';
import { anEvent, sendEvent, sendEvents } from '../support/shop/usage-events.js';

describe('usage at the same time', () => {
  const { scrip, other, account } = useTwoProcesses({ minutes: MONTHLY, calls: CARRIED }, { credits: 1_000 });
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

  describe('by holds', () => {
    it('each has a place of its own in the tiers, whichever of two processes takes which', async () => {
      const holds = await together(20, (_, at) => usageOf(at, account.id).hold({ meter: 'minutes', quantity: 1 }));
      const amounts = holds.map(({ body }) => body.amount as number);
      expect(amounts.sort()).toEqual([...new Array(10).fill(1), ...new Array(10).fill(3)]);
      const captures = await together(20, (index, at) =>
        usageOf(at, account.id).capture(holds[index]?.body.id, { quantity: 1 }),
      );
      expect(captures.map(({ body }) => body.amount).sort()).toEqual(amounts);
      expect(await usageOf(scrip, account.id).counters()).toEqual(['minutes {}: 20']);
      expect(await account.standing()).toEqual({ balance: 960, held: 0, available: 960 });
    });

    it('is captured once, and in parts as far as it goes', async () => {
      const { body: hold } = await usageOf(scrip, account.id).hold({ meter: 'minutes', quantity: 6 });
      const answers = await together(12, (_, at) =>
        usageOf(at, account.id).capture(hold.id, { quantity: 1, final: false }),
      );
      const taken = answers.filter(({ status }) => status === 201);
      expect(taken.map(({ body }) => body.amount)).toEqual(new Array(6).fill(3));
      expect(new Set(answers.filter(({ status }) => status !== 201).map(outcomeOf))).toEqual(
        new Set(['capture-exceeds-hold']),
      );
      const ends = await together(6, (_, at) => usageOf(at, account.id).capture(hold.id, { quantity: 0 }));
      expect(ends.map(outcomeOf).sort()).toEqual(['accepted', ...new Array(5).fill('hold-already-captured')]);
      expect(await usageOf(scrip, account.id).counters()).toEqual(['minutes {}: 6']);
    });

    it('with one key is held once, and captured once', async () => {
      const placed = await together(10, (_, at) =>
        usageOf(at, account.id).hold({ meter: 'calls', quantity: 1_500 }, { key: 'job' }),
      );
      expect(new Set(placed.map(({ body }) => body.id)).size).toBe(1);
      const taken = await together(10, (_, at) =>
        usageOf(at, account.id).capture(placed[0]?.body.id, { quantity: 1_500 }, 'done'),
      );
      expect(new Set(taken.map(({ body }) => body.id)).size).toBe(1);
      expect(await usageOf(scrip, account.id).counters()).toEqual(['calls {}: 1500', 'calls {} carries -1/2']);
    });

    it('is captured in time, or has expired and given back what it had reserved', async () => {
      const placed = await together(10, (_, at) =>
        usageOf(at, account.id).hold({ meter: 'minutes', quantity: 1 }, { expiresInSeconds: 1 }),
      );
      const deadline = Math.max(...placed.map(({ body }) => Date.parse(body.expiresAt)));
      const answers: HttpAnswer[] = [];
      // Captures go on until all are over, one behind the other from both processes.
      for (let round = 0; Date.now() < deadline + 100; round += 1)
        answers.push(
          ...(await together(2, (index, at) =>
            usageOf(at, account.id).capture(placed[(2 * round + index) % 10]?.body.id, { quantity: 0.1, final: false }),
          )),
        );
      const taken = answers.filter(({ status }) => status === 201);
      expect(taken.length).toBeGreaterThan(0);
      expect(answers.some((answer) => outcomeOf(answer) === 'hold-already-expired')).toBe(true);
      await usageOf(other, account.id).use({ meter: 'pages', quantity: 1 });
      const used = Math.round(taken.length) / 10;
      expect(await usageOf(scrip, account.id).counters()).toEqual([`minutes {}: ${used}`, 'pages {}: 1']);
      expect((await account.standing()).held).toBe(0);
    });
  });
});
