import { randomUUID } from 'node:crypto';
import { eventually } from '../../support/eventually.js';
import { useScrip } from '../../support/service/scrip.js';
import { aCheckout, anAccount } from '../../support/shop/shop.js';
import { fault, flush, inboxIsDrained, stripeOf, webhooks } from '../../support/shop/stripe-side.js';
import { advance } from '../../support/shop/subscribe.js';

const scrip = useScrip();
afterEach(() => webhooks(scrip, 'deliver'));

interface Contact {
  email: string | null;
  name: string | null;
}

/** An account with a customer at Stripe. */
async function aCustomer(contact: Partial<Contact>) {
  const accountId = await anAccount(scrip);
  await put(accountId, contact);
  await aCheckout(scrip, accountId);
  const [row] = await scrip.sql('select stripe_customer_id as id from accounts where id = $1', [accountId]);
  return { accountId, customer: String(row?.id) };
}

const put = (accountId: string, contact: Partial<Contact>) => scrip.call('PUT', `/v1/accounts/${accountId}`, contact);

async function here(accountId: string): Promise<Contact> {
  const { email, name } = (await scrip.call('GET', `/v1/accounts/${accountId}`)).body;
  return { email, name };
}

async function atStripe(customer: string): Promise<Contact> {
  const found = await stripeOf(scrip).customers.retrieve(customer);
  if (found.deleted) throw new Error('the customer is gone');
  return { email: found.email, name: found.name ?? null };
}

/** Both sides come to say this, by themselves. */
async function bothSay({ accountId, customer }: { accountId: string; customer: string }, contact: Contact) {
  await eventually(
    async () => [await here(accountId), await atStripe(customer)],
    (sides) => sides.every((side) => JSON.stringify(side) === JSON.stringify(contact)),
  );
}

/** What the customer does in Stripe's portal. */
async function changeInPortal(accountId: string, { email, name }: { email: string; name: string }) {
  const { url } = (await scrip.call('POST', '/v1/portal-sessions', { accountId })).body;
  const form = new URLSearchParams({ email, name, phone: '' });
  const answer = await fetch(`${url}/details`, { method: 'POST', redirect: 'manual', body: form });
  expect(answer.status).toBe(303);
}

describe('an e-mail that was changed at Stripe', () => {
  it('in the portal is the account’s too, and no later call of ours undoes it', async () => {
    const ada = await aCustomer({ email: 'old@example.com', name: 'Ada' });
    const changed = { email: 'new@example.com', name: 'Ada Lovelace' };
    await changeInPortal(ada.accountId, changed);
    await bothSay(ada, changed);
    await aCheckout(scrip, ada.accountId);
    await scrip.call('POST', '/v1/payment-intents', { accountId: ada.accountId, product: 'basic' });
    await scrip.call('POST', '/v1/portal-sessions', { accountId: ada.accountId });
    await put(ada.accountId, { metadata: { seen: 'yes' } } as object);
    await inboxIsDrained(scrip);
    await bothSay(ada, changed);
  });

  it('in the dashboard is the account’s too, also when it was taken away', async () => {
    const ada = await aCustomer({ email: 'old@example.com', name: 'Ada' });
    await stripeOf(scrip).customers.update(ada.customer, { email: '', name: 'Countess' });
    await bothSay(ada, { email: null, name: 'Countess' });
  });

  it('is not undone by a call that has not heard of it, nor by one that changes something else', async () => {
    const ada = await aCustomer({ email: 'old@example.com', name: 'Ada' });
    await webhooks(scrip, 'drop');
    await changeInPortal(ada.accountId, { email: 'new@example.com', name: 'Ada' });
    await aCheckout(scrip, ada.accountId);
    expect((await atStripe(ada.customer)).email).toBe('new@example.com');
    await put(ada.accountId, { name: 'Countess' });
    await bothSay(ada, { email: 'new@example.com', name: 'Countess' });
  });
});

describe('an e-mail that was changed by a call', () => {
  it('is told to Stripe without anybody buying something', async () => {
    const ada = await aCustomer({ email: 'old@example.com' });
    await put(ada.accountId, { email: 'new@example.com' });
    await bothSay(ada, { email: 'new@example.com', name: null });
    await put(ada.accountId, { email: null });
    await bothSay(ada, { email: null, name: null });
  });

  it('after it was changed in the portal is the one that counts, whenever that is heard of', async () => {
    const ada = await aCustomer({ email: 'old@example.com', name: 'Ada' });
    await webhooks(scrip, 'hold');
    await changeInPortal(ada.accountId, { email: 'portal@example.com', name: 'Ada' });
    await advance(scrip, { seconds: 2 });
    await put(ada.accountId, { email: 'call@example.com' });
    await bothSay(ada, { email: 'call@example.com', name: 'Ada' });
    await flush(scrip, 'shuffled', 2);
    await inboxIsDrained(scrip);
    await bothSay(ada, { email: 'call@example.com', name: 'Ada' });
  });

  it('before it was changed in the portal counts no more, though Stripe was not told of it in between', async () => {
    const ada = await aCustomer({ email: 'old@example.com', name: 'Ada' });
    // One attempt of a job, with the calls that the SDK repeats by itself.
    await fault(scrip, { method: 'GET', path: `/v1/customers/${ada.customer}`, times: 3, status: 500 });
    await put(ada.accountId, { email: 'call@example.com', name: 'Countess' });
    await advance(scrip, { seconds: 2 });
    await stripeOf(scrip).customers.update(ada.customer, { email: 'later@example.com' });
    await bothSay(ada, { email: 'later@example.com', name: 'Countess' });
  });
});

it('a customer that was deleted takes no e-mail from the account, and its follower is told it', async () => {
  const ada = await aCustomer({ email: 'stays@example.com', name: 'Ada' });
  await stripeOf(scrip).customers.del(ada.customer);
  await inboxIsDrained(scrip);
  expect(await here(ada.accountId)).toEqual({ email: 'stays@example.com', name: 'Ada' });
  await aCheckout(scrip, ada.accountId);
  const [row] = await scrip.sql('select stripe_customer_id as id from accounts where id = $1', [ada.accountId]);
  expect(row?.id).not.toBe(ada.customer);
  await bothSay({ ...ada, customer: String(row?.id) }, { email: 'stays@example.com', name: 'Ada' });
});

it('calls and changes at Stripe that cross end with both sides saying the same', async () => {
  const ada = await aCustomer({ email: 'old@example.com' });
  const anEmail = () => `${randomUUID()}@example.com`;
  const changes = Array.from({ length: 12 }, (_, index) =>
    index % 3 === 0
      ? stripeOf(scrip).customers.update(ada.customer, { email: anEmail() })
      : index % 3 === 1
        ? put(ada.accountId, { email: anEmail() })
        : aCheckout(scrip, ada.accountId),
  );
  await Promise.all(changes);
  await eventually(
    async () => [await here(ada.accountId), await atStripe(ada.customer)],
    ([account, stripe]) => account?.email === stripe?.email,
  );
  await inboxIsDrained(scrip);
  expect((await here(ada.accountId)).email).toBe((await atStripe(ada.customer)).email);
});
