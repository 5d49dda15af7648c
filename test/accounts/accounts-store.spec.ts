import type { Account } from '../../src/accounts/account.entity.js';
import { findAccount } from '../../src/accounts/accounts.queries.js';
import {
  agreeOnContact,
  changeAccount,
  insertAccount,
  lockAccountRow,
  replaceCustomer,
  storeAdoptedCustomer,
  storeOffSessionStop,
  storePaymentMethod,
} from '../../src/accounts/accounts.store.js';
import { entities } from '../../src/app/entities.js';
import { linkCustomer, storePortalConfiguration } from '../../src/customers/customers.store.js';
import { Database, type Tx } from '../../src/database/database.js';
import { createTestDatabase, type TestDatabase } from '../support/database/database.js';

const NOW = new Date('2026-11-21T09:30:00.000Z');
const LATER = new Date('2026-11-22T09:30:00.000Z');
const LAST = new Date('2026-11-23T09:30:00.000Z');

let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = await Database.connect({ url: testDatabase.url, poolSize: 4, entities });
});
afterAll(async () => {
  await database.onApplicationShutdown();
  await testDatabase.drop();
});

let count = 0;

/** An account of its own, with a customer of Stripe's when one is named. */
async function anAccount(fields: { email?: string; customer?: string } = {}): Promise<string> {
  count += 1;
  const accountId = `account-${count}`;
  await write((tx) => insertAccount(tx, { accountId, email: fields.email }, NOW));
  const { customer } = fields;
  if (customer !== undefined)
    await write((tx) => replaceCustomer(tx, { accountId, stripeCustomerId: customer, replaces: null }, NOW));
  return accountId;
}

function write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  return database.transaction(work);
}

async function read(accountId: string): Promise<Account> {
  const account = await findAccount(database.dataSource.manager, accountId);
  if (account === null) throw new Error(`account ${accountId} is there`);
  return account;
}

it('an account is inserted once, and what is there stays as it is', async () => {
  const accountId = await anAccount({ email: 'ada@example.com' });
  expect(await write((tx) => insertAccount(tx, { accountId, email: 'eve@example.com' }, LATER))).toBe(false);
  expect(await read(accountId)).toMatchObject({
    email: 'ada@example.com',
    emailChangedAt: NOW,
    name: null,
    nameChangedAt: null,
    metadata: {},
    stripeCustomerId: null,
    hasPaymentMethod: false,
    contactVersion: '0',
    createdAt: NOW,
    updatedAt: NOW,
  });
});

it('only what is given is changed, and only what is another is said to have changed', async () => {
  const accountId = await anAccount({ email: 'ada@example.com' });
  await write((tx) => changeAccount(tx, { accountId, email: 'ada@example.com', name: 'Ada' }, LATER));
  expect(await read(accountId)).toMatchObject({
    email: 'ada@example.com',
    emailChangedAt: NOW,
    name: 'Ada',
    nameChangedAt: LATER,
    contactVersion: '1',
  });
});

it('the row is locked against other changes, and not against rows that refer to it', async () => {
  const accountId = await anAccount();
  const tryLock = (strength: string) => database.query(`select from accounts where id = $1 ${strength}`, [accountId]);
  await write(async (tx) => {
    expect(await lockAccountRow(tx, accountId)).toMatchObject({ id: accountId });
    await expect(tryLock('for no key update nowait')).rejects.toMatchObject({ code: '55P03' });
    expect(await tryLock('for key share nowait')).toHaveLength(1);
  });
});

describe('the customer of an account', () => {
  it('is replaced only while it is the one that is gone', async () => {
    const accountId = await anAccount({ customer: 'cus_first' });
    const replaced = (replaces: string | null) =>
      write((tx) => replaceCustomer(tx, { accountId, stripeCustomerId: 'cus_second', replaces }, LATER));
    expect(await replaced(null)).toBe(false);
    expect(await replaced('cus_other')).toBe(false);
    expect(await read(accountId)).toMatchObject({ stripeCustomerId: 'cus_first', updatedAt: NOW });
    expect(await replaced('cus_first')).toBe(true);
    expect(await read(accountId)).toMatchObject({ stripeCustomerId: 'cus_second', updatedAt: LATER });
  });

  it('is the one that was linked first, and the one before it is kept', async () => {
    const accountId = await anAccount({ customer: 'cus_gone' });
    const link = (stripeCustomerId: string) =>
      write((tx) => linkCustomer(tx, { accountId, stripeCustomerId, replaces: 'cus_gone' }, LATER));
    expect(await link('cus_quick')).toBe('cus_quick');
    expect(await link('cus_slow')).toBe('cus_quick');
    expect(await database.query('select * from former_customers where account_id = $1', [accountId])).toEqual([
      { stripe_customer_id: 'cus_gone', account_id: accountId, replaced_at: LATER },
    ]);
  });

  it('has agreed on nothing when it is new, and nothing is known of what it can pay with', async () => {
    const accountId = await anAccount({ email: 'ada@example.com', customer: 'cus_before' });
    const account = await read(accountId);
    const contact = { stripeCustomerId: 'cus_before', email: 'ada@example.com', name: null };
    expect(await write((tx) => agreeOnContact(tx, account, contact, NOW))).toBe(true);
    const state = { stripeCustomerId: 'cus_before', hasPaymentMethod: true, askedAt: LAST };
    await write((tx) => storePaymentMethod(tx, state));
    expect(await read(accountId)).toMatchObject({ stripeEmail: 'ada@example.com', hasPaymentMethod: true });

    await write((tx) => storeAdoptedCustomer(tx, { accountId, stripeCustomerId: 'cus_adopted' }, LATER));
    expect(await read(accountId)).toMatchObject({
      stripeCustomerId: 'cus_adopted',
      customerAdoptedAt: LATER,
      stripeEmail: null,
      stripeName: null,
      hasPaymentMethod: false,
      paymentMethodSeenAt: null,
    });
  });

  it('has a means to pay as the answer to the latest question says', async () => {
    const accountId = await anAccount({ customer: 'cus_paying' });
    const hear = (hasPaymentMethod: boolean, askedAt: Date) =>
      write((tx) => storePaymentMethod(tx, { stripeCustomerId: 'cus_paying', hasPaymentMethod, askedAt }));
    await hear(true, LATER);
    await hear(false, NOW);
    expect(await read(accountId)).toMatchObject({ hasPaymentMethod: true, paymentMethodSeenAt: LATER });
    await hear(false, LATER);
    expect(await read(accountId)).toMatchObject({ hasPaymentMethod: false, paymentMethodSeenAt: LATER });
  });
});

describe('what account and customer agree on', () => {
  const stripeCustomerId = 'cus_agreeing';
  let accountId: string;
  beforeAll(async () => {
    accountId = await anAccount({ email: 'ada@example.com', customer: stripeCustomerId });
  });

  it('is not stored when the account has changed meanwhile, unless to just that', async () => {
    const before = await read(accountId);
    const agree = (email: string) =>
      write((tx) => agreeOnContact(tx, before, { stripeCustomerId, email, name: null }, LATER));
    expect(await agree('new@example.com')).toBe(true);
    expect(await agree('other@example.com')).toBe(false);
    expect(await agree('new@example.com')).toBe(true);
    expect(await read(accountId)).toMatchObject({ email: 'new@example.com', stripeEmail: 'new@example.com' });
  });

  it('is a change of the account only where the account says something else', async () => {
    const agree = async (name: string | null, now: Date) => {
      const account = await read(accountId);
      await write((tx) => agreeOnContact(tx, account, { stripeCustomerId, email: account.email, name }, now));
    };
    await agree(null, LAST);
    expect(await read(accountId)).toMatchObject({ updatedAt: LATER });
    await agree('Ada', LAST);
    expect(await read(accountId)).toMatchObject({ name: 'Ada', stripeName: 'Ada', updatedAt: LAST });
  });
});

it('a stop that goes on for another reason holds since it began', async () => {
  const accountId = await anAccount();
  const stop = (reason: Account['offSessionStop'], now: Date) =>
    write((tx) => storeOffSessionStop(tx, { accountId, stop: reason }, now));
  await stop('fraud_warning', NOW);
  await stop('dispute', LATER);
  expect(await read(accountId)).toMatchObject({ offSessionStop: 'dispute', offSessionStoppedAt: NOW });
  await stop(null, LAST);
  expect(await read(accountId)).toMatchObject({ offSessionStop: null, offSessionStoppedAt: null, updatedAt: LAST });
});

it('the portal of a mode has one configuration, the last one', async () => {
  const set = (livemode: boolean, id: string, now: Date) =>
    write((tx) => storePortalConfiguration(tx, { livemode, stripeConfigurationId: id, digest: Buffer.from(id) }, now));
  await set(false, 'bpc_1', NOW);
  await set(true, 'bpc_2', NOW);
  await set(false, 'bpc_3', LATER);
  const rows = await database.query('select * from portal_configurations order by livemode');
  expect(rows).toEqual([
    { livemode: false, stripe_configuration_id: 'bpc_3', digest: Buffer.from('bpc_3'), updated_at: LATER },
    { livemode: true, stripe_configuration_id: 'bpc_2', digest: Buffer.from('bpc_2'), updated_at: NOW },
  ]);
});
