import pg from 'pg';
import { eventually } from '../support/eventually.js';
import { cards, type GivenSandbox, givenPayment, givenSandbox, givenSession, pay } from '../support/given.js';

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

let given: GivenSandbox;
afterAll(() => given.end());

it('a clock that is advanced does what falls due at its own time', async () => {
  given = await givenSandbox();
  const { stripe } = given;
  const session = await givenSession(stripe);
  const { intentId } = await givenPayment(stripe, cards.disputed);
  const inquiry = await givenPayment(stripe, cards.inquiry);
  const [dispute] = (await stripe.disputes.list({ payment_intent: intentId })).data;
  const dueBy = dispute?.evidence_details.due_by ?? 0;

  const advance = async (days: number) => {
    const { body } = await given.control('/_sandbox/clock', { advanceSeconds: days * 24 * 60 * 60 });
    return Math.floor(Date.parse(String(body.now)) / 1000);
  };
  const now = await advance(20);
  expect(now).toBeGreaterThanOrEqual(session.created + 20 * 24 * 60 * 60);
  expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe('expired');
  expect((await stripe.disputes.retrieve(String(dispute?.id))).status).toBe('lost');
  const { data } = await stripe.events.list({ types: ['checkout.session.expired', 'charge.dispute.closed'] });
  expect(data.map(({ type, created }) => ({ type, created }))).toEqual([
    { type: 'charge.dispute.closed', created: dueBy },
    { type: 'checkout.session.expired', created: session.expires_at },
  ]);

  await advance(101);
  const [asked] = (await stripe.disputes.list({ payment_intent: inquiry.intentId })).data;
  expect(asked?.status).toBe('warning_closed');
  expect((await stripe.customers.create({})).created).toBeGreaterThanOrEqual(now + 101 * 24 * 60 * 60);
  const shown = await stripe.events.list({ limit: 100 });
  expect(shown.data.map((event) => event.type)).toEqual(['customer.created', 'charge.dispute.closed']);
});
