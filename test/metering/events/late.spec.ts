import { type TestScrip, useScrip } from '../../support/service/scrip.js';
import { openAccount, outcomeOf, type TestAccount } from '../../support/shop/account.js';
import { haveMeters, MONTHLY, pricesOf, usageOf } from '../../support/shop/usage.js';
import { anEvent, resultsOf, sendEvent, sendEvents } from '../../support/shop/usage-events.js';

const DAY_MS = 86_400_000;

describe('events of other times', () => {
  const scrip: TestScrip = useScrip();
  let account: TestAccount;
  beforeEach(async () => {
    account = await openAccount(scrip);
    await account.grant(1_000);
  });
  const ago = (ms: number) => new Date(scrip.clock.now().getTime() - ms).toISOString();

  it('are priced by the card of their time, and by the first before it', async () => {
    await haveMeters(scrip, { aged: { prices: [{ match: {}, credits: 1 }] } });
    scrip.clock.advance(10 * DAY_MS);
    await scrip.call('POST', '/v1/meters/aged/rates', { prices: [{ match: {}, credits: 5 }] });
    scrip.clock.advance(10 * DAY_MS);
    const events = [0, 9, 11, 19, 21, 34].map((days) =>
      anEvent(account.id, { type: 'aged', time: ago(days * DAY_MS), data: { quantity: 1 } }),
    );
    const answer = await sendEvents(scrip, events);
    expect(resultsOf(answer)).toEqual([
      ...['accepted 5', 'accepted 5', 'accepted 1', 'accepted 1', 'accepted 1', 'accepted 1'],
    ]);
    expect(
      answer.body.results.map(
        ({ spend }: { spend: { lines: [{ rateVersion: number }] } }) => spend.lines[0].rateVersion,
      ),
    ).toEqual([2, 2, 1, 1, 1, 1]);
  });

  it('count in the tiers of their own month, and are undone there', async () => {
    await haveMeters(scrip, { minutes: MONTHLY });
    const monthAgo = ago(31 * DAY_MS);
    const use = (quantity: number, time?: string) =>
      sendEvent(scrip, anEvent(account.id, { type: 'minutes', data: { quantity }, ...(time && { time }) }));
    expect(pricesOf(await use(12))).toEqual(['32 -> 32']);
    const late = await use(6, monthAgo);
    expect(pricesOf(late)).toEqual(['18 -> 18']);
    expect(pricesOf(await use(6, monthAgo))).toEqual(['14 -> 14']);
    const { kept, undo } = usageOf(scrip, account.id);
    const past = `${monthAgo.slice(0, 7)} minutes {}`;
    const now = `${ago(0).slice(0, 7)} minutes {}`;
    expect((await kept()).used).toEqual({ [past]: '12', [now]: '12' });
    await undo(late.body.id);
    expect((await kept()).used).toEqual({ [past]: '6', [now]: '12' });
  });

  it('are refused beyond 35 days, and beyond five minutes ahead', async () => {
    const outcome = async (ms: number) => {
      const answer = await sendEvent(scrip, anEvent(account.id, { time: ago(ms) }));
      return answer.status < 300 ? 'accepted' : `${answer.status} ${outcomeOf(answer)}`;
    };
    expect(await outcome(35 * DAY_MS - 60_000)).toBe('accepted');
    expect(await outcome(35 * DAY_MS + 60_000)).toBe('422 event-too-old');
    expect(await outcome(-290_000)).toBe('accepted');
    expect(await outcome(-310_000)).toBe('422 event-in-future');
    for (const time of ['0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z'])
      expect((await sendEvent(scrip, anEvent(account.id, { time }))).status).toBe(422);
  });

  it('are told again however old they are by then, and others of their name are not taken for late', async () => {
    const event = anEvent(account.id, { time: ago(34 * DAY_MS) });
    const first = await sendEvent(scrip, event);
    scrip.clock.advance(30 * DAY_MS);
    expect(await sendEvent(scrip, event)).toMatchObject({ status: 200, body: first.body });
    expect(outcomeOf(await sendEvent(scrip, { ...event, data: { quantity: 3 } }))).toBe('event-reused');
    expect(outcomeOf(await sendEvent(scrip, { ...event, id: 'another' }))).toBe('event-too-old');
  });

  it.each<[sent: string, kept: (day: string) => string]>([
    ['T09:30:00Z', (day) => `${day}T09:30:00.000Z`],
    ['t09:30:00.1z', (day) => `${day}T09:30:00.100Z`],
    ['T09:30:00.123456789012+05:45', (day) => `${day}T03:45:00.123Z`],
    ['T08:30:60-01:00', (day) => `${day}T09:31:00.000Z`],
  ])('are of the instant that %s is', async (sent, kept) => {
    const day = ago(2 * DAY_MS).slice(0, 10);
    const { status, body } = await sendEvent(scrip, anEvent(account.id, { time: `${day}${sent}` }));
    expect([status, body.event.time]).toEqual([201, kept(day)]);
  });
});

describe('with USAGE_LATE_DAYS', () => {
  const scrip = useScrip({ USAGE_LATE_DAYS: '1' });

  it('of 1 an event may be a day late', async () => {
    const account = await openAccount(scrip);
    await account.grant(10);
    const late = (ms: number) => anEvent(account.id, { time: new Date(Date.now() - DAY_MS + ms).toISOString() });
    expect(outcomeOf(await sendEvent(scrip, late(-60_000)))).toBe('event-too-old');
    expect(outcomeOf(await sendEvent(scrip, late(60_000)))).toBe('accepted');
    expect(outcomeOf(await sendEvent(scrip, anEvent(account.id)))).toBe('accepted');
  });
});
