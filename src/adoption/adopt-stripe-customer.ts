import { Injectable } from '@nestjs/common';
import { BringInStep } from '../customers/bring-in-step.js';
import { type AdoptedSubscriptions, AdoptSubscriptions } from './adopt-subscriptions.js';
import { type AdoptStripeCustomerCommand, CheckAdoption } from './check-adoption.js';
import { CreditParked } from './credit-parked.js';
import { TakeOverCustomer } from './take-over-customer.js';

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
    private readonly checkAdoption: CheckAdoption,
    private readonly takeOver: TakeOverCustomer,
    private readonly bringInStep: BringInStep,
    private readonly creditParked: CreditParked,
    private readonly adoptSubscriptions: AdoptSubscriptions,
  ) {}

  async run(command: AdoptStripeCustomerCommand): Promise<Adoption> {
    const { accountId, stripeCustomerId, paymentsOnly, adoptsSubscriptions } = command;
    const account = await this.checkAdoption.run(command);
    if (paymentsOnly) {
      const creditedOrderIds = await this.creditParked.run(await this.takeOver.payments(command));
      return { creditedOrderIds, mirrored: [], left: [] };
    }
    const isKnown = account.stripeCustomerId === stripeCustomerId;
    const earlier = isKnown ? [] : await this.adoptSubscriptions.earlierOf(stripeCustomerId);
    const sessions = await this.takeOver.run(command, earlier);
    await this.bringInStep.run(accountId, stripeCustomerId);
    const creditedOrderIds = await this.creditParked.run(sessions);
    if (!adoptsSubscriptions) return { creditedOrderIds, mirrored: [], left: [] };
    return { creditedOrderIds, ...(await this.adoptSubscriptions.run(stripeCustomerId)) };
  }
}
