import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause, setImmediate } from 'node:timers/promises';
import pg from 'pg';
import { MeterUsage } from '../../../src/ledger/history/meter-usage.js';
import { SimulationLimits } from '../../../src/metering/simulation/simulation-limits.js';
import { eventually } from '../../support/eventually.js';
import { startTestScrip, TEST_KEY, type TestScrip, useScrip } from '../../support/service/scrip.js';
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

it('reads nothing more once its reader has gone', async () => {
  // The first account of all has the entries of several reads, before which there is nothing to tell.
  const account = await openAccount(scrip, '0-first');
  await account.grant(10_000);
  for (let batch = 0; batch < 8; batch += 1) {
    const items = Array.from({ length: 100 }, (_, at) => ({
      ...{ idempotencyKey: `${account.id}-${batch}-${at}`, accountId: account.id },
      ...{ meter: 'minutes', quantity: 1 },
    }));
    expect((await scrip.call('POST', '/v1/spends/batch', { items })).status).toBe(200);
  }
  const reading = watchReading();
  const leaving = new AbortController();
  const release = await holdUpReading();
  try {
    await beginSimulation(scrip, 'minutes', lately(), { signal: leaving.signal });
    leaving.abort();
    // The next one begins when the first is known to have no reader.
    const next = await untilBegun(lately());
    await release();
    expect(await next.text()).toContain('"line":"total"');
  } finally {
    await release();
    reading.end();
  }
  const [pages = 0, ...others] = reading.pages;
  expect(pages).toBeLessThanOrEqual(1);
  expect(others.at(-1)).toBeGreaterThan(3);
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

describe('a limit of time, which is shorter here', () => {
  let limits: SimulationLimits;
  const usual = new SimulationLimits();
  beforeEach(() => {
    limits = scrip.running.app.get(SimulationLimits, { strict: false });
    expect(limits).toEqual({ totalMs: 1_800_000, stallMs: 60_000, progressMs: 2_000 });
  });
  afterEach(() => Object.assign(limits, usual));

  it('ends a simulation that takes longer, with a problem as its last line', async () => {
    limits.totalMs = 0;
    const { status, lines, problem } = await simulate(scrip, 'minutes', lately());
    expect([status, lines.at(-1).line]).toEqual([200, 'problem']);
    expect(problem).toMatchObject({ type: '/problems/simulation-too-large', status: 422, limit: 'time' });
    limits.totalMs = usual.totalMs;
    expect((await simulate(scrip, 'minutes', lately())).total.line).toBe('total');
  });

  it('ends one whose reader stands still, and none whose reader goes on', async () => {
    limits.stallMs = 300;
    const reading = readForEver();
    const body = JSON.stringify(lately());
    const { port, hostname } = new URL(scrip.url);
    const socket = connect(Number(port), hostname);
    const head = [
      ...['POST /v1/meters/minutes/rates/simulate HTTP/1.1', 'Host: x', 'Content-Type: application/json'],
      ...[`Authorization: Bearer ${TEST_KEY}`, `Content-Length: ${body.length}`],
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
    await once(socket, 'data');
    reading.end();
    socket.on('data', () => undefined);
    await pause(3 * limits.stallMs);
    expect((await simulate(scrip, 'minutes', lately())).status).toBe(503);

    const read = reading.pages();
    socket.pause();
    expect(read).toBeGreaterThan(10);
    // The next one begins when the reader has been given up.
    const next = await untilBegun(lately());
    expect(await next.text()).toContain('"line":"total"');
    let rest = '';
    socket.on('data', (part) => {
      rest += part;
    });
    socket.on('error', () => undefined);
    socket.resume();
    await once(socket, 'close');
    expect(rest).not.toContain('"line":"total"');
    const pages = reading.pages();
    await pause(50);
    expect(reading.pages()).toBe(pages);
  });
});

/** Until it is ended, what begins to read finds the first account of all once more under other names, for ever. */
function readForEver(): { pages(): number; end(): void } {
  const usage = scrip.running.app.get(MeterUsage, { strict: false });
  const { pages: read } = usage;
  let pages = 0;
  usage.pages = async function* (meter, since, signal) {
    for await (const { entries } of read.call(usage, meter, since, signal)) {
      const [entry] = entries;
      while (entry !== undefined) {
        signal.throwIfAborted();
        pages += 1;
        const some = Array.from({ length: 250 }, (_, at) => ({ ...entry, accountId: `${pages}-${at}` }));
        yield { entries: some, withHolds: new Set<string>(), through: some.at(-1)?.accountId };
        await setImmediate();
      }
    }
  };
  return { pages: () => pages, end: () => Object.assign(usage, { pages: read }) };
}

/** How many pages each simulation reads from now on. */
function watchReading(): { pages: number[]; end(): void } {
  const usage = scrip.running.app.get(MeterUsage, { strict: false });
  const { pages: read } = usage;
  const pages: number[] = [];
  usage.pages = async function* (...asked) {
    const at = pages.push(0) - 1;
    for await (const page of read.apply(usage, asked)) {
      pages[at] = (pages[at] ?? 0) + 1;
      yield page;
    }
  };
  return { pages, end: () => Object.assign(usage, { pages: read }) };
}

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
