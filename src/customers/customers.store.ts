import { findAccount } from '../accounts/accounts.queries.js';
import { replaceCustomer } from '../accounts/accounts.store.js';
import type { Tx } from '../database/database.js';
import { invariant } from '../kernel/invariant.js';
import { FormerCustomer } from './former-customer.entity.js';
import { PortalConfiguration } from './portal-configuration.entity.js';

export interface LinkCustomerCommand {
  accountId: string;
  stripeCustomerId: string;
  /** The customer that was linked before and is no longer there. */
  replaces: string | null;
}

/**
 * Stores which customer of Stripe's an account is, and which it was, unless another process was quicker. Returns the
 * one that counts.
 */
export async function linkCustomer(tx: Tx, command: LinkCustomerCommand, now: Date): Promise<string> {
  const { accountId, replaces } = command;
  const isLinked = await replaceCustomer(tx, command, now);
  if (isLinked && replaces !== null) await keepFormerCustomer(tx, { accountId, stripeCustomerId: replaces }, now);
  const account = await findAccount(tx, accountId);
  invariant(account?.stripeCustomerId, `account ${accountId} has a customer`);
  return account.stripeCustomerId;
}

/** Keeps whose a customer was. One that is kept already stays as it is. */
export async function keepFormerCustomer(
  tx: Tx,
  { accountId, stripeCustomerId }: { accountId: string; stripeCustomerId: string },
  now: Date,
): Promise<void> {
  await tx
    .createQueryBuilder()
    .insert()
    .into(FormerCustomer)
    .values({ stripeCustomerId, accountId, replacedAt: now })
    .orIgnore()
    .updateEntity(false)
    .execute();
}

/** Takes a customer from the former ones. Returns whether it was one. */
export async function forgetFormerCustomer(tx: Tx, stripeCustomerId: string): Promise<boolean> {
  const { affected } = await tx.delete(FormerCustomer, { stripeCustomerId });
  return affected === 1;
}

/** Stores what the portal was last set up with. */
export async function storePortalConfiguration(
  tx: Tx,
  configuration: Omit<PortalConfiguration, 'updatedAt'>,
  now: Date,
): Promise<void> {
  await tx.upsert(PortalConfiguration, { ...configuration, updatedAt: now }, ['livemode']);
}
