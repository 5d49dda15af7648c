import pg from 'pg';
import { eventually } from '../../support/eventually.js';
import { startTestScrip, type TestScrip, useScrip } from '../../support/service/scrip.js';
import { openAccount } from '../../support/shop/account.js';
import { type AskedSimulation, beginSimulation, simulate } from '../../support/shop/simulate.js';
import { haveMeters, MONTHLY, usageOf } from '../../support/shop/usage.js';

const scrip = useScrip();
let other: TestScrip;
beforeAll(async () => {
  await haveMeters(scrip, { minutes: MONTHLY });
  other = await startTestScrip({ DATABASE_URL: scrip.running.runtime.databaseUrl, ROLE: 'api' });
  const account = await openAccount(scrip);
  await account.grant(1_000);
  await usageOf(scrip, account.id).use({ meter: 'minutes', quantity: 12 });
});
afterAll(() => other?.close());

const lately = () => {
  const now = scrip.clock.now();
  return { draft: MONTHLY, from: new Date(now.getTime() - 86_400_000), to: now };
};

it('a second one is refused by the same process alone, until the first has ended or nobody reads it', async () => {
  const asked = lately();
  const leaving = new AbortController();
  const release = await holdUpReading();
  try {
    const first = await beginSimulation(scrip, 'minutes', asked, { signal: leaving.signal });
    const reader = first.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toContain('"line":"begin"');
    const second = await simulate(scrip, 'minutes', asked);
    expect(second.problem).toMatchObject({ status: 503, type: '/problems/simulation-running' });
    expect(second.headers.get('retry-after')).toBe('10');
    const elsewhere = await beginSimulation(other, 'minutes', asked);
    expect(elsewhere.status).toBe(200);
    leaving.abort();
    const third = await untilBegun(asked);
    await release();
    for (const response of [elsewhere, third])
      expect((await response.text()).trimEnd().split('\n').at(-1)).toContain('"line":"total"');
  } finally {
    await release();
  }
});

it('tells of a service that ends, as its last line', async () => {
  const ending = await startTestScrip({ DATABASE_URL: scrip.running.runtime.databaseUrl, ROLE: 'api' });
  const release = await holdUpReading();
  const begun = await beginSimulation(ending, 'minutes', lately());
  const text = begun.text();
  const closed = ending.close();
  await release();
  const last = JSON.parse((await text).trimEnd().split('\n').at(-1) ?? '');
  expect(last).toMatchObject({ line: 'problem', problem: { type: '/problems/shutting-down', status: 503 } });
  await closed;
});

it('ends with a problem when the books cannot be read', async () => {
  const release = await holdUpReading();
  try {
    const { status, problem } = await simulate(scrip, 'minutes', lately());
    expect(status).toBe(200);
    expect(problem).toMatchObject({ type: '/problems/busy', status: 503 });
  } finally {
    await release();
  }
});

/** Nobody reads an entry until it is released. */
async function holdUpReading(): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: scrip.running.runtime.databaseUrl });
  await client.connect();
  await client.query('begin; lock table entry_rows in access exclusive mode');
  let isHeld = true;
  return async () => {
    if (!isHeld) return;
    isHeld = false;
    await client.query('rollback');
    await client.end();
  };
}

/** Who has gone is noticed soon after. */
function untilBegun(asked: AskedSimulation): Promise<Response> {
  return eventually(
    () => beginSimulation(scrip, 'minutes', asked),
    ({ status }) => status === 200,
  );
}
