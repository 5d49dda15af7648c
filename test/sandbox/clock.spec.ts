import pg from 'pg';
import { eventually } from '../support/eventually.js';
import { cards, givenSandbox, givenSession, pay } from './given.js';

const dayMs = 24 * 60 * 60 * 1000;

/** Moves the sandbox's time while it does not run. */
async function moveClock(databaseUrl: string, byMs: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`update sandbox.settings set value = $1 where name = 'clock_offset_ms'`, [byMs]);
  await client.end();
}

it('a session expires when its day is over, with the intent of its declined attempt', async () => {
  const before = await givenSandbox();
  const { databaseUrl } = before;
  const session = await givenSession(before.stripe);
  await pay(session, { cardNumber: cards.declined });
  const paid = await givenSession(before.stripe);
  await pay(paid);
  await before.sandbox.close();
  await moveClock(databaseUrl, dayMs + 60_000);

  const after = await givenSandbox({ databaseUrl });
  await eventually(
    () => after.stripe.checkout.sessions.retrieve(session.id),
    ({ status }) => status === 'expired',
  );
  const types = (await after.stripe.events.list({ limit: 2 })).data;
  expect(types.map((event) => event.type)).toEqual(['checkout.session.expired', 'payment_intent.canceled']);
  expect(types[0]?.created).toBeGreaterThan(session.created + dayMs / 1000);
  expect((await after.stripe.checkout.sessions.retrieve(paid.id)).status).toBe('complete');
  await after.end();
  await before.end().catch(() => undefined);
});
