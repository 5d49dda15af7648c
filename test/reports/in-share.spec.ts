import { setTimeout as pause } from 'node:timers/promises';
import { RecurringWork } from '../../src/jobs/recurring-work.js';
import { Follower } from '../../src/reports/following/follower.js';
import { inShare } from '../../src/reports/following/in-share.js';
import { useScrip } from '../support/service/scrip.js';
import { openAccount } from '../support/shop/account.js';

const STEP_MS = 200;

/** Takes the event loop to itself. */
function takeUp(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until; );
}

describe('work in the background', () => {
  /** How long it rests after a step that takes 200 ms, as a part of what that took. */
  async function restAfter(step: () => unknown): Promise<number> {
    const beganMs = performance.now();
    let endedMs = beganMs;
    await inShare(async () => {
      await step();
      endedMs = performance.now();
    });
    return (performance.now() - endedMs) / (endedMs - beganMs);
  }

  it('rests as long as a step took while callers keep the process busy, and not at all while they do not', async () => {
    expect(await restAfter(() => takeUp(STEP_MS))).toBeGreaterThan(0.9);
    // The least of a few: where others have the machine, the process may be kept from running, and is busy as well.
    const rests: number[] = [];
    for (let tries = 0; tries < 5; tries += 1) rests.push(await restAfter(() => pause(STEP_MS)));
    expect(Math.min(...rests)).toBeLessThan(0.5);
  });
});

describe('the follower in a process that is busy all the time', () => {
  const scrip = useScrip({ ROLE: 'api' });
  let isBusy = true;
  function keepBusy(): void {
    takeUp(5);
    if (isBusy) setImmediate(keepBusy);
  }
  afterEach(() => {
    isBusy = false;
  });

  it('follows all there is nevertheless, by and by', async () => {
    const account = await openAccount(scrip);
    await account.grant(10);
    await scrip.running.app.get(Follower).followAll({ withinMs: 60_000 });
    await account.spend(3);
    await account.spend(4);
    keepBusy();
    await scrip.running.app.get(RecurringWork).runAll();
    isBusy = false;
    const [row] = await scrip.sql('select seq from followed_accounts where account_id = $1', [account.id]);
    expect(row?.seq).toBe('3');
  });
});
