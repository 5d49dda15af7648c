import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Stripe from 'stripe';
import { createTestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { givenReceiver, pay, stripeAt } from '../support/given.js';

interface Started {
  output: string;
  stripe: Stripe;
  url: string;
  webhookSecret: string;
  /** Ends it as Ctrl-C does, and returns its exit code. */
  interrupt(): Promise<number | null>;
}

let dataDir: string;
const running = new Set<ChildProcess>();
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sandbox-alone-'));
  // As root its Postgres runs as another user, who must be able to enter.
  await chmod(dataDir, 0o755);
});
afterAll(async () => {
  for (const child of running) child.kill('SIGTERM');
  await Promise.all([...running].map((child) => once(child, 'exit')));
  await rm(dataDir, { recursive: true, force: true });
});

/** What a process is given of this one's environment: where programs are, and the date that it is to live in. */
const machine = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => /^(PATH|HOME|LD_PRELOAD|FAKETIME.*)$/.test(name)),
);

function run(file: string, args: string[], env: Record<string, string> = {}) {
  const child = spawn(file, args, { env: { ...machine, SCRIP_DATA_DIR: dataDir, ...env }, detached: true });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const ended = once(child, 'close').then(([exitCode]) => {
    running.delete(child);
    return exitCode as number | null;
  });
  return { child, ended, output: () => output };
}

async function start(file: string, args: string[], env: Record<string, string> = {}): Promise<Started> {
  const { child, ended, output } = run(file, args, env);
  await eventually(
    async () => ({ isReady: /Ctrl-C stops it/.test(output()), exitCode: child.exitCode, output: output() }),
    ({ isReady, exitCode }) => isReady || exitCode !== null,
    60_000,
  );
  if (child.exitCode !== null) throw new Error(`it ended: ${output()}`);
  const url = /address +(\S+)/.exec(output())?.[1] ?? '';
  return {
    output: output(),
    stripe: stripeAt(url, /secret key +(\w+)/.exec(output())?.[1]),
    url,
    webhookSecret: /webhook secret +(\w+)/.exec(output())?.[1] ?? '',
    interrupt: () => {
      // To the whole group, as a terminal does.
      process.kill(-(child.pid ?? 0), 'SIGINT');
      return ended;
    },
  };
}

const command = ['sandbox/dist/main.js', '--port', '0'];

describe('the sandbox by itself', () => {
  it('says all that one needs in a dozen lines, serves the SDK, tells of it by webhook, and ends cleanly', async () => {
    const { promise: sold, resolve } = Promise.withResolvers<Stripe.Event>();
    const started = await start('npm', ['run', '--silent', 'sandbox', '--', '--port', '0']);
    expect(started.output.trim().split('\n').length).toBeLessThanOrEqual(12);
    expect(started.webhookSecret).toMatch(/^whsec_/);

    const { stripe, url } = started;
    // Its secret is known once it is made, and is what the receiver needs.
    const endpoint = await stripe.webhookEndpoints.create({ url: 'http://127.0.0.1:9/hooks', enabled_events: ['*'] });
    const receiver = await givenReceiver(endpoint.secret ?? '', (event) => {
      if (event.type === 'checkout.session.completed') resolve(event);
      return 200;
    });
    await stripe.webhookEndpoints.update(endpoint.id, { url: receiver.url });

    const product = await stripe.products.create({ name: 'Pack' });
    const price = await stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: 1000 });
    const session = await stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [{ price: price.id, quantity: 1 }],
      success_url: 'http://127.0.0.1:9/thanks',
    });
    expect(session.url).toContain(url);
    expect((await pay(session)).status).toBe(303);
    expect((await sold).data.object).toMatchObject({ id: session.id, payment_status: 'paid' });

    await receiver.close();
    expect(await started.interrupt()).toBe(0);
  });

  it('remembers everything after a restart, and sends to the address that it is given', async () => {
    const first = await start(process.execPath, command);
    const { id } = await first.stripe.customers.create({ name: 'Ann' });
    const receiver = await givenReceiver(first.webhookSecret);
    expect(await first.interrupt()).toBe(0);

    const second = await start(process.execPath, [...command, '--webhooks', receiver.url]);
    expect(second.webhookSecret).toBe(first.webhookSecret);
    expect(await second.stripe.customers.retrieve(id)).toMatchObject({ id, name: 'Ann' });
    await second.stripe.customers.update(id, { name: 'Anne' });
    await eventually(
      async () => receiver.types(),
      (types) => types.includes('customer.updated'),
    );
    expect(await second.interrupt()).toBe(0);
    await receiver.close();
  });

  it('starts no Postgres of its own where it is given one', async () => {
    const database = await createTestDatabase();
    const started = await start(process.execPath, command, { DATABASE_URL: database.url });
    expect(started.output).toContain('DATABASE_URL');
    expect((await started.stripe.customers.create({})).object).toBe('customer');
    expect(await started.interrupt()).toBe(0);
    await database.drop();
  });

  it.each([
    { args: ['--port', 'many'], says: 'A port is a number' },
    { args: ['--webhooks', 'here'], says: '--webhooks takes an address' },
    { args: ['--colour'], says: 'colour' },
  ])('refuses $args with what it takes', async ({ args, says }) => {
    const { ended, output } = run(process.execPath, ['sandbox/dist/main.js', ...args]);
    expect(await ended).toBe(1);
    expect(output()).toContain(says);
    expect(output()).toContain('usage: npm run sandbox');
  });
});
