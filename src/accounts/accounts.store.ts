import { IsNull, LessThanOrEqual } from 'typeorm';
import type { Tx } from '../database/database.js';
import { Account, type OffSessionStop } from './account.entity.js';

/** What a caller says of an account. A field that is undefined stays as it is; null clears it. */
export interface AccountFields {
  email?: string | null;
  name?: string | null;
  metadata?: Record<string, string> | null;
}

/** Inserts an account. False when there is one of that id, also one that was inserted a moment ago elsewhere. */
export async function insertAccount(
  tx: Tx,
  { accountId: id, email = null, name = null, metadata }: AccountFields & { accountId: string },
  now: Date,
): Promise<boolean> {
  const { raw } = await tx
    .createQueryBuilder()
    .insert()
    .into(Account)
    .values({
      id,
      email,
      emailChangedAt: email === null ? null : now,
      name,
      nameChangedAt: name === null ? null : now,
      metadata: metadata ?? {},
      createdAt: now,
      updatedAt: now,
    })
    .orIgnore()
    .updateEntity(false)
    .returning('id')
    .execute();
  return raw.length === 1;
}

/** Inserts accounts, ascending by id. Returns the ids of those that are new. */
export async function insertAccounts(
  tx: Tx,
  accounts: readonly { accountId: string; email: string | null }[],
  now: Date,
): Promise<Set<string>> {
  const rows: { id: string }[] = await tx.query(
    `insert into accounts (id, email, email_changed_at, created_at, updated_at)
     select id, email, case when email is not null then $3::timestamptz end, $3, $3
     from unnest($1::text[], $2::text[]) made (id, email)
     order by id
     on conflict do nothing
     returning id`,
    [accounts.map(({ accountId }) => accountId), accounts.map(({ email }) => email), now],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Sets the fields that are given. One statement, so that what has changed is said of the row as it is. Locks it. */
export async function changeAccount(
  tx: Tx,
  { accountId, email, name, metadata }: AccountFields & { accountId: string },
  now: Date,
): Promise<void> {
  await tx.query(
    `update accounts
     set email = case when $2::boolean then $3 else email end,
         email_changed_at = case when $2 and email is distinct from $3 then $8 else email_changed_at end,
         name = case when $4::boolean then $5 else name end,
         name_changed_at = case when $4 and name is distinct from $5 then $8 else name_changed_at end,
         contact_version = contact_version
           + case when $2 and email is distinct from $3 or $4 and name is distinct from $5 then 1 else 0 end,
         metadata = case when $6::boolean then $7::jsonb else metadata end,
         updated_at = $8
     where id = $1`,
    [
      accountId,
      email !== undefined,
      email ?? null,
      name !== undefined,
      name ?? null,
      metadata !== undefined,
      JSON.stringify(metadata ?? {}),
      now,
    ],
  );
}

/** Locks an account's row (`for no key update`) and reads it. For what no balance guards, such as its customer. */
export function lockAccountRow(tx: Tx, accountId: string): Promise<Account | null> {
  return tx.findOne(Account, { where: { id: accountId }, lock: { mode: 'for_no_key_update' } });
}

const nextContactVersion = () => 'contact_version + 1';

/** With a new customer an account has agreed on nothing, and nothing is known of what that one can pay with. */
const OF_NEW_CUSTOMER = {
  stripeEmail: null,
  stripeName: null,
  contactVersion: nextContactVersion,
  hasPaymentMethod: false,
};

/** Puts a new customer in the place of the one that is gone, or of none. False when the account has another by now. */
export async function replaceCustomer(
  tx: Tx,
  { accountId, stripeCustomerId, replaces }: { accountId: string; stripeCustomerId: string; replaces: string | null },
  now: Date,
): Promise<boolean> {
  const { affected } = await tx.update(
    Account,
    { id: accountId, stripeCustomerId: replaces ?? IsNull() },
    { ...OF_NEW_CUSTOMER, stripeCustomerId, updatedAt: now },
  );
  return affected === 1;
}

/** Gives an account a customer that Stripe had before, whichever customer it has. */
export async function storeAdoptedCustomer(
  tx: Tx,
  { accountId, stripeCustomerId }: { accountId: string; stripeCustomerId: string },
  now: Date,
): Promise<void> {
  await tx.update(
    Account,
    { id: accountId },
    { ...OF_NEW_CUSTOMER, stripeCustomerId, paymentMethodSeenAt: null, customerAdoptedAt: now, updatedAt: now },
  );
}

/**
 * Stores what an account and its customer have agreed to be called and reached by. Writes nothing, and returns false,
 * when the account or what was agreed has changed since `account` was read: then it has to be decided anew, unless
 * another process has come to the same.
 */
export async function agreeOnContact(
  tx: Tx,
  account: Account,
  { stripeCustomerId, email, name }: { stripeCustomerId: string } & Pick<Account, 'email' | 'name'>,
  now: Date,
): Promise<boolean> {
  const { id, contactVersion } = account;
  const isChange = email !== account.email || name !== account.name;
  const { affected } = await tx.update(
    Account,
    { id, stripeCustomerId, contactVersion },
    {
      email,
      name,
      stripeEmail: email,
      stripeName: name,
      contactVersion: nextContactVersion,
      ...(isChange && { updatedAt: now }),
    },
  );
  if (affected === 1) return true;
  return tx.existsBy(Account, {
    id,
    stripeCustomerId,
    stripeEmail: email ?? IsNull(),
    stripeName: name ?? IsNull(),
  });
}

/**
 * Stores whether Stripe keeps something for an account's customer to pay with. Of two answers that crossed on their way
 * the one to the later question counts; a customer that is no account's changes nothing.
 */
export async function storePaymentMethod(
  tx: Tx,
  {
    stripeCustomerId,
    hasPaymentMethod,
    askedAt,
  }: { stripeCustomerId: string; hasPaymentMethod: boolean; askedAt: Date },
): Promise<void> {
  await tx.update(
    Account,
    [
      { stripeCustomerId, paymentMethodSeenAt: IsNull() },
      { stripeCustomerId, paymentMethodSeenAt: LessThanOrEqual(askedAt) },
    ],
    { hasPaymentMethod, paymentMethodSeenAt: askedAt },
  );
}

/**
 * Stores why an account may not be charged while nobody is there; null lets it be charged again. A stop that goes on
 * for another reason keeps the instant since when it holds. The account's balance must be locked.
 */
export async function storeOffSessionStop(
  tx: Tx,
  { accountId, stop }: { accountId: string; stop: OffSessionStop | null },
  now: Date,
): Promise<void> {
  await tx.query(
    `update accounts
     set off_session_stop = $2,
         off_session_stopped_at = case when $2::text is not null then coalesce(off_session_stopped_at, $3) end,
         updated_at = $3
     where id = $1
       and off_session_stop is distinct from $2`,
    [accountId, stop, now],
  );
}
