import { Injectable } from '@nestjs/common';
import { AccountsQueries } from '../accounts/accounts.queries.js';
import { storePaymentMethod } from '../accounts/accounts.store.js';
import { attributePayments } from '../checkout/payment-links/parked-payments.store.js';
import { AdoptCustomer } from '../customers/adopt-customer.js';
import { KeepContact } from '../customers/keep-contact.js';
import { Database } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { OrdersQueries } from '../orders/orders.queries.js';
import { SettleParkedPayments } from '../settlement/settle-parked-payments.js';
import { StripeCustomers } from '../stripe/customers/customers.gateway.js';
import { SubscriptionsQueries } from '../subscriptions/subscriptions.queries.js';
import { type AdoptedSubscriptions, AdoptSubscriptions } from './adopt-subscriptions.js';
import { StripeCustomerInUse, StripeCustomerNotFound } from './adoption.problems.js';

export interface AdoptStripeCustomerCommand {
  accountId: string;
  stripeCustomerId: string;
  /** Whether only what the customer has paid on payment links is to be the account's. */
  paymentsOnly: boolean;
  /** Whether its subscriptions are to be mirrored at once, and not when Stripe next tells of them. */
  adoptsSubscriptions: boolean;
  /** Which plans products of Stripe's stand for, for every customer. */
  plans: Readonly<Record<string, string>>;
}

export interface Adoption extends AdoptedSubscriptions {
  /** Orders that were made of what was parked. */
  creditedOrderIds: string[];
}

/**
 * Makes a customer that Stripe has already an account's: what it is called and reached by, what it can pay with, and
 * what it has paid on payment links while no account was known for it. Stripe is asked before and after the
 * transaction, never inside it. Done again, it goes on where it was cut off and changes nothing that was done. Must not
 * be called in a transaction.
 * @throws AccountNotFound, StripeCustomerNotFound, StripeCustomerTaken, StripeCustomerInUse, StripeUnavailable,
 * StripeRefused
 */
@Injectable()
export class AdoptStripeCustomer {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly accounts: AccountsQueries,
    private readonly subscriptions: SubscriptionsQueries,
    private readonly stripe: StripeCustomers,
    private readonly adoptCustomer: AdoptCustomer,
    private readonly keepContact: KeepContact,
    private readonly settleParked: SettleParkedPayments,
    private readonly orders: OrdersQueries,
    private readonly adoptSubscriptions: AdoptSubscriptions,
  ) {}

  async run(command: AdoptStripeCustomerCommand): Promise<Adoption> {
    const { accountId, stripeCustomerId, paymentsOnly, adoptsSubscriptions } = command;
    await this.assertPossible(command);
    const sessions = paymentsOnly ? await this.adoptPayments(command) : await this.adopt(command);
    if (!paymentsOnly) await this.bringInStep(accountId, stripeCustomerId);
    for (const session of sessions) await this.settleParked.settle(session);
    const creditedOrderIds = await this.orders.idsOfCheckouts(sessions);
    if (paymentsOnly || !adoptsSubscriptions) return { creditedOrderIds, mirrored: [], left: [] };
    return { creditedOrderIds, ...(await this.adoptSubscriptions.run(stripeCustomerId)) };
  }

  /** Returns the sessions of what the customer has paid while no account was known for it. */
  private adoptPayments(command: AdoptStripeCustomerCommand): Promise<string[]> {
    return this.database.transaction(async (tx) => {
      await this.adoptCustomer.assertFree(tx, command);
      return attributePayments(tx, command.stripeCustomerId, command.accountId);
    });
  }

  /**
   * What the customer was subscribed to before is stored with it, once: what it begins later is the account's own, also
   * while the account has another customer. So is what its products stand for, before anything can be heard of them.
   */
  private async adopt(command: AdoptStripeCustomerCommand): Promise<string[]> {
    const { accountId, stripeCustomerId, plans } = command;
    const isKnown = (await this.accounts.require(accountId)).stripeCustomerId === stripeCustomerId;
    const earlier = isKnown ? [] : await this.adoptSubscriptions.earlierOf(stripeCustomerId);
    return this.database.transaction(async (tx) => {
      if (await this.adoptCustomer.run(tx, command)) await this.adoptSubscriptions.storeEarlier(tx, earlier);
      await this.adoptSubscriptions.storePlans(tx, plans);
      return attributePayments(tx, stripeCustomerId, accountId);
    });
  }

  private async assertPossible({ accountId, stripeCustomerId, paymentsOnly, plans }: AdoptStripeCustomerCommand) {
    await this.adoptSubscriptions.assertPlans(plans);
    const { stripeCustomerId: current } = await this.accounts.require(accountId);
    if ((await this.stripe.fetchContact(stripeCustomerId)) === undefined)
      throw new StripeCustomerNotFound({ stripeCustomerId });
    if (paymentsOnly || current === null || current === stripeCustomerId) return;
    const plan = await this.subscriptions.planThatGoesOn(accountId, current);
    if (plan !== undefined) throw new StripeCustomerInUse({ accountId, stripeCustomerId: current, plan });
  }

  /** From then on each change at Stripe comes with its event. */
  private async bringInStep(accountId: string, stripeCustomerId: string): Promise<void> {
    const state = await this.stripe.fetch(stripeCustomerId, this.clock.now());
    await this.database.transaction((tx) => storePaymentMethod(tx, state));
    await this.keepContact.keep(accountId);
  }
}
