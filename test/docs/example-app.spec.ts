import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from '../support/eventually.js';
import { machineEnv } from '../support/service/machine-env.js';
import { freePort } from '../support/service/process.js';
import { TEST_KEY, useScrip } from '../support/service/scrip.js';
import { balanceOf, entriesOf, payAt } from '../support/shop/shop.js';

const ACCOUNT = 'reader';

/** The app of examples/, as somebody starts it who has read the README. */
describe('the example of an app that charges for each generation', () => {
  const scrip = useScrip();
  let app: ChildProcess;
  let url: string;
  beforeAll(async () => {
    const port = await freePort();
    url = `http://localhost:${port}`;
    app = spawn(process.execPath, ['examples/pay-per-generation.mjs'], {
      env: { ...machineEnv(), SCRIP: scrip.url, SCRIP_KEY: TEST_KEY, PORT: `${port}`, ACCOUNT },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (app.stdout !== null) await once(app.stdout, 'data');
  });
  afterAll(async () => {
    app.kill();
    await once(app, 'exit');
  });

  const send = (path: string, form: Record<string, string> = {}) =>
    fetch(`${url}${path}`, { method: 'POST', redirect: 'manual', body: new URLSearchParams(form) });
  const generate = async (job: string, prompt: string) => (await send('/generate', { job, prompt })).text();

  it('asks for credits before it works, and sells them', async () => {
    expect(await (await fetch(url)).text()).toContain('You have <b>0</b> credits.');
    expect(await generate('first', 'a b c')).toContain('You have 0 credits, and this may take 8.');
    const bought = await send('/buy');
    expect(bought.status).toBe(303);
    await payAt(String(bought.headers.get('location')));
    await eventually(
      () => balanceOf(scrip, ACCOUNT),
      (balance) => balance === 12,
    );
  });

  it('takes what a generation did cost, once, however often its form is sent', async () => {
    expect(await generate('second', 'one two three four')).toContain('four three two one (2 credits)');
    expect(await generate('second', 'one two three four')).toContain('You have <b>10</b> credits.');
    expect(await entriesOf(scrip, ACCOUNT)).toEqual(['grant +12', 'spend -2']);
  });

  it('takes nothing for one that fails', async () => {
    expect(await generate('third', 'fail')).toContain('That did not work, and cost nothing.');
    expect(await (await fetch(url)).text()).toContain('You have <b>10</b> credits.');
  });
});
