import { credits } from '../../src/kernel/credits.js';
import { PretendBuyer } from './pretend-buyer.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What buyers of other systems have complained of. Each happened in public, and is told here as it was there. */
describe('automatic top-ups', () => {
  let buyer: PretendBuyer;
  beforeEach(() => {
    buyer = new PretendBuyer();
    buyer.change('switched_on');
  });

  it('do not charge 29 times, nor six times within ten minutes (claude-code 68773)', () => {
    for (let job = 0; job < 29; job += 1) {
      buyer.spend(12);
      buyer.pass(100);
    }
    expect(buyer.chargedMinor).toBe(2_000n);
    expect([buyer.state, buyer.pausedBecause]).toEqual(['paused', 'too_many_top_ups']);
  });

  it('do not charge 2,196 dollars in three charges, whatever it takes to fill the account (claude-code 66493)', () => {
    buyer.settings.buys = { toCredits: credits(900) };
    buyer.settings.maxPerMonth = { amountMinor: 100_000n, count: null };
    for (let job = 0; job < 3; job += 1) {
      buyer.spend(900);
      buyer.pass(2 * HOUR);
    }
    expect(buyer.chargedMinor).toBeLessThanOrEqual(100_000n);
    expect([buyer.state, buyer.waitsFor]).toEqual(['ready', 'monthly_cap']);
  });

  it('do not charge once they are switched off, not even what was queued (claude-code 14857)', () => {
    buyer.bank = { declineCode: 'insufficient_funds' };
    buyer.spend(12);
    buyer.change('switched_off');
    buyer.bank = 'pays';
    buyer.spend(30);
    buyer.pass(5 * DAY);
    expect([buyer.chargedMinor, buyer.state]).toEqual([0n, 'off']);
  });

  it('do not switch themselves on again, whatever comes in late (codex 31987)', () => {
    buyer.bank = 'silence';
    buyer.spend(12);
    buyer.change('switched_off');
    buyer.end('paid');
    buyer.spend(30);
    buyer.pass(40 * DAY);
    expect([buyer.attempts.length, buyer.state]).toEqual([1, 'off']);
  });

  it('charge where they should: a crossing is seen, and so is an account that was below before (codex 19872)', () => {
    buyer.spend(12);
    expect(buyer.chargedMinor).toBe(1_000n);
    const below = new PretendBuyer();
    below.spend(15);
    below.change('switched_on');
    expect(below.chargedMinor).toBe(1_000n);
  });

  it('go on where one pack does not lift the account above the mark (codex 19872)', () => {
    buyer.spend(20 + 13);
    expect([buyer.chargedMinor, buyer.waitsFor]).toEqual([1_000n, 'interval']);
    buyer.pass(10 * MINUTE);
    expect([buyer.chargedMinor, buyer.available]).toEqual([2_000n, 11n]);
  });

  it('go on when a month begins that has room again (codex 19872)', () => {
    buyer.settings.maxPerMonth = { amountMinor: 1_500n, count: null };
    buyer.spend(12);
    buyer.pass(DAY);
    buyer.spend(12);
    expect([buyer.chargedMinor, buyer.waitsFor]).toEqual([1_000n, 'monthly_cap']);
    buyer.pass(30 * DAY);
    expect(buyer.chargedMinor).toBe(2_000n);
  });

  it('do not try a declined card every five minutes (lago-api PR 1962)', () => {
    buyer.bank = { declineCode: 'insufficient_funds' };
    buyer.spend(12);
    buyer.pass(30 * DAY);
    expect(buyer.attempts.map(({ triedAt }) => triedAt.toISOString())).toEqual([
      '2026-11-02T08:00:00.000Z',
      '2026-11-02T09:00:00.000Z',
      '2026-11-03T09:00:00.000Z',
      '2026-11-06T09:00:00.000Z',
    ]);
    expect([buyer.state, buyer.pausedBecause]).toEqual(['paused', 'declined_too_often']);
  });

  it('do not only report three within ten minutes (Lago): the second waits', () => {
    for (let job = 0; job < 3; job += 1) {
      buyer.spend(12);
      buyer.pass(3 * MINUTE);
    }
    expect([buyer.chargedMinor, buyer.waitsFor]).toEqual([1_000n, 'interval']);
  });

  it('are capped by money, not by their number alone (Autumn)', () => {
    buyer.settings.maxPerMonth = { amountMinor: 3_000n, count: 100 };
    for (let day = 0; day < 10; day += 1) {
      buyer.spend(12);
      buyer.pass(DAY);
    }
    expect([buyer.chargedMinor, buyer.waitsFor]).toEqual([3_000n, 'monthly_cap']);
  });

  it('do not begin another attempt while the end of one is unknown (flexprice PR 2155)', () => {
    buyer.bank = 'silence';
    buyer.spend(12);
    buyer.pass(HOUR);
    buyer.spend(5);
    expect([buyer.attempts.length, buyer.state]).toEqual([1, 'charging']);
    buyer.end('paid');
    expect(buyer.state).not.toBe('charging');
  });

  it('have a way back from a challenge of the bank, and ask only once (chipotle PR 448)', () => {
    buyer.bank = { code: 'authentication_required', declineCode: 'authentication_required' };
    buyer.spend(12);
    buyer.pass(3 * DAY);
    expect([buyer.attempts.length, buyer.state]).toEqual([1, 'action_required']);
    buyer.end('paid');
    expect([buyer.chargedMinor, buyer.state, buyer.available]).toEqual([1_000n, 'ready', 20n]);
  });

  it('try no card again that was lost or stolen, until somebody resumes them', () => {
    buyer.bank = { declineCode: 'stolen_card' };
    buyer.spend(12);
    buyer.change('method_changed');
    buyer.bank = 'pays';
    buyer.pass(10 * DAY);
    expect([buyer.attempts.length, buyer.pausedBecause]).toEqual([1, 'declined_for_good']);
    buyer.change('resumed');
    expect(buyer.chargedMinor).toBe(1_000n);
  });

  it('try another card at once, in the place of one that waits for its next try', () => {
    buyer.bank = { declineCode: 'insufficient_funds' };
    buyer.spend(12);
    buyer.bank = 'pays';
    buyer.change('method_changed');
    expect(buyer.chargedMinor).toBe(1_000n);
  });

  it('ask a person for nothing any more once another card is chosen', () => {
    buyer.bank = { code: 'authentication_required' };
    buyer.spend(12);
    buyer.bank = 'pays';
    buyer.change('method_changed');
    expect([buyer.attempts.map(({ end }) => end), buyer.chargedMinor]).toEqual([['canceled', 'paid'], 1_000n]);
  });

  it('stop for a dispute, and charge nothing while it stands, though somebody resumes them', () => {
    buyer.spend(12);
    buyer.offSessionStop = 'dispute';
    buyer.change('stopped', 'dispute');
    buyer.spend(12);
    buyer.pass(DAY);
    buyer.change('resumed');
    expect([buyer.chargedMinor, buyer.state, buyer.pausedBecause]).toEqual([1_000n, 'paused', 'dispute']);
    buyer.offSessionStop = null;
    buyer.change('resumed');
    expect(buyer.chargedMinor).toBe(2_000n);
  });

  it('charge once for one crossing though the clock is set back', () => {
    buyer.spend(12);
    buyer.spend(11);
    buyer.now = new Date(buyer.now.getTime() - 5 * HOUR * 1000);
    buyer.pass(5 * HOUR);
    expect(buyer.chargedMinor).toBe(1_000n);
    buyer.pass(10 * MINUTE);
    expect(buyer.chargedMinor).toBe(2_000n);
  });
});
