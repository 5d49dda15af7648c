import { eventually } from '../support/eventually.js';
import { givenReceiver, givenSandbox, type Receiver, useSandbox } from '../support/given.js';

const given = useSandbox();

const rotate = async (expiresInSeconds: number): Promise<string> => {
  const { body } = await given.control('/_sandbox/webhooks/rotate-secret', { expiresInSeconds });
  return String(body.secret);
};

/** Which of the secrets the SDK takes the latest delivery with, when it is given this one alone. */
function taken({ bodies, signatures }: Receiver, secrets: Record<string, string>): string[] {
  const [body, signature] = [bodies.at(-1) ?? '', signatures.at(-1) ?? ''];
  return Object.entries(secrets)
    .filter(([, secret]) => {
      try {
        return given.stripe.webhooks.constructEvent(body, signature, secret).type === 'customer.created';
      } catch {
        return false;
      }
    })
    .map(([name]) => name);
}

async function delivered(receiver: Receiver): Promise<void> {
  const before = receiver.events.length;
  await given.sandbox.deliverTo(receiver.url);
  await given.stripe.customers.create({});
  await eventually(
    async () => receiver.events.length,
    (count) => count > before,
  );
}

it('a rotated secret goes on signing next to the new one until its time is over', async () => {
  const former = given.sandbox.webhookSecret;
  const early = await givenReceiver(former);
  await delivered(early);
  expect(early.signatures[0]?.match(/v1=/g)).toHaveLength(1);

  const fresh = await rotate(3600);
  expect(fresh).toMatch(/^whsec_/);
  await delivered(early);
  expect(early.signatures.at(-1)?.match(/v1=/g)).toHaveLength(2);
  expect(taken(early, { former, fresh })).toEqual(['former', 'fresh']);
  await early.close();

  await given.control('/_sandbox/clock', { advanceSeconds: 3601 });
  const late = await givenReceiver(fresh);
  await delivered(late);
  expect(taken(late, { former, fresh })).toEqual(['fresh']);
  await late.close();
});

it('a secret that is rotated at once is of no more use, and the new one outlives a restart', async () => {
  const fresh = await rotate(0);
  const receiver = await givenReceiver(fresh);
  await delivered(receiver);
  expect(receiver.signatures.at(-1)?.match(/v1=/g)).toHaveLength(1);
  await receiver.close();
  await given.control('/_sandbox/reset', {});
  const again = await givenSandbox({ databaseUrl: given.databaseUrl });
  expect(again.sandbox.webhookSecret).toBe(fresh);
  await again.sandbox.close();
});

it.each([{ expiresInSeconds: -1 }, { expiresInSeconds: 86_401 }, { expiresInSeconds: 1, endpoint: 'we_1' }])(
  '%j is refused',
  async (body) => {
    expect((await given.control('/_sandbox/webhooks/rotate-secret', body)).status).toBe(400);
  },
);
