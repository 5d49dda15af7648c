import { startTestScrip, type TestScrip, useScrip } from '../service/scrip.js';
import { openAccount, type TestAccount } from './account.js';
import { haveMeters, type UsageOf, usageOf } from './usage.js';

/** A service, and what each test of a file finds there. What is read of it before it is there is an error. */
export interface TwoProcesses {
  scrip: TestScrip;
  /** One more process over the same books, which remembers nothing of what the first has done. */
  other: TestScrip;
  /** An account of its own for each test. */
  account: TestAccount;
  /** Usage of it, asked for through the first process. */
  usage: UsageOf;
}

/** For the tests of a file or a `describe`: meters with a card each, and so many credits for each account. */
export function useTwoProcesses(cards: Record<string, object>, { credits = 100 } = {}): TwoProcesses {
  const scrip = useScrip();
  const there: Partial<TwoProcesses> = {};
  beforeAll(async () => {
    await haveMeters(scrip, cards);
    there.other = await startTestScrip({ DATABASE_URL: scrip.running.runtime.databaseUrl, ROLE: 'api' });
  });
  afterAll(() => there.other?.close());
  beforeEach(async () => {
    there.account = await openAccount(scrip);
    if (credits > 0) await there.account.grant(credits);
    there.usage = usageOf(scrip, there.account.id);
  });
  return { scrip, other: late(there, 'other'), account: late(there, 'account'), usage: late(there, 'usage') };
}

/** Stands for what is there by the time that it is used. */
function late<Name extends keyof TwoProcesses>(there: Partial<TwoProcesses>, name: Name): TwoProcesses[Name] {
  return new Proxy({} as TwoProcesses[Name], {
    get: (_, member) => {
      const found = there[name];
      if (found === undefined) throw new Error(`${name} is not there yet, and ${String(member)} is read of it`);
      return Reflect.get(found, member);
    },
    set: (_, member, value) => Reflect.set(there[name] ?? {}, member, value),
  });
}
