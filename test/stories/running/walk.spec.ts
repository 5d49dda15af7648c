import { subscribeSteps, type WalkStep, walkSteps } from '../../../src/pages/walk.js';
import { eventually } from '../../support/eventually.js';
import { TEST_KEY, useScrip } from '../../support/service/scrip.js';
import { hasCurl, openTerminal, type Terminal } from '../../support/service/terminal.js';

/** The walks that the first page shows, typed as they stand. */
(hasCurl() ? describe : describe.skip)('a newcomer types the walks of the first page', () => {
  const scrip = useScrip();
  let terminal: Terminal;
  beforeAll(async () => {
    terminal = openTerminal();
  });
  afterAll(async () => {
    await terminal.close();
  });

  /** Whoever types is slower than a webhook: the next step finds what the one before has led to. */
  const untilBalance = (accountId: string, credits: number) =>
    eventually(
      () => scrip.call('GET', `/v1/accounts/${accountId}/balance`),
      ({ body }) => body.balance === credits,
    );

  async function walk(steps: WalkStep[], then: Record<string, () => Promise<unknown>>): Promise<Map<string, string>> {
    const printed = new Map<string, string>();
    for (const { title, command } of steps) {
      printed.set(title, await terminal.type(command));
      await then[title]?.();
    }
    return printed;
  }

  it('buys, spends and gets the money back', async () => {
    const steps = walkSteps({ baseUrl: scrip.url, key: TEST_KEY, sandbox: true });
    const printed = await walk(steps, {
      'Pay with a test card': () => untilBalance('ada', 12),
      'Give the money back': () => untilBalance('ada', -5),
    });
    expect(printed.get('Pay with a test card')).toBe('303\n');
    expect(printed.get('See her credits')).toContain('"balance":12');
    expect(printed.get('Ask what 4 pages would cost her')).toMatch(/"amount":4.*"affordable":true/);
    expect(printed.get('Put them aside for a job, and charge the 2 that there were')).toMatch(
      /"amount":2.*"balance":10,"available":10.*"status":"captured"/,
    );
    expect(printed.get('Read its receipt')).toMatch(/"balanceBefore":8,"balanceAfter":7.*"event":\{"source":"\/walk"/);
    expect(printed.get('Spend 2 pages, twice with the same key')).toMatch(
      /201 Created[\s\S]*idempotency-replayed: true/,
    );
    expect(printed.get('Try to spend 8 of the 7 that are left')).toContain('"availableCredits":7');
    expect(printed.get('Give the money back')).toContain('"amountMinor":1000');
    expect(printed.get('See what she owes')).toContain('"balance":-5');
    expect(printed.get('Read the books')).toMatch(/refund_reversal.*spend.*grant/);
  });

  it('subscribes, lets a month pass, and cancels', async () => {
    const printed = await walk(subscribeSteps(), { 'Pay with a test card': () => untilBalance('grace', 20) });
    expect(printed.get('See her credits, and what is open to her')).toMatch(/"balance":20[\s\S]*"active":true/);
    expect(printed.get('Let a month pass')).toMatch(/"now":[\s\S]*"grant","amount":20.*"expiry","amount":-20.*"grant"/);
    expect(printed.get('Cancel, and let the month that is paid come to its end')).toMatch(
      /"cancelAtPeriodEnd":true[\s\S]*"active":false[\s\S]*"upgradeUrl"/,
    );
    const entries = (await scrip.call('GET', '/v1/accounts/grace/entries')).body.data;
    expect(entries.map((entry: { kind: string }) => entry.kind)).toEqual(['expiry', 'grant', 'expiry', 'grant']);
  });
});
