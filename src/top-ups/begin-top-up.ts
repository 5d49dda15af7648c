import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { findAccount } from '../accounts/accounts.queries.js';
import type { Config } from '../config/config.js';
import { CONFIG, RUNTIME, type Runtime } from '../config/config.module.js';
import type { PaymentMethod } from '../customers/payment-methods/payment-methods.js';
import type { Tx } from '../database/database.js';
import { addDays, addSeconds, Clock } from '../kernel/clock.js';
import { newId } from '../kernel/ids.js';
import { invariant } from '../kernel/invariant.js';
import { Ledger } from '../ledger/ledger.js';
import { insertOrder } from '../orders/orders.store.js';
import { optionsOf } from '../orders/payment-options.js';
import { newReturnAddresses } from '../orders/return-addresses.js';
import { quoteSale } from '../orders/sale.js';
import { isLiveKey } from '../stripe/client/stripe-client.js';
import { type AutoTopUp, settingsOf } from './auto-top-up.entity.js';
import { ChangeTopUps } from './change-top-ups.js';
import { decideTopUp, LOOK_BACK_DAYS, type TopUpDecision } from './decisions/decide-top-up.js';
import { findPack } from './find-pack.js';
import { pastOf, type TopUpAttempt } from './top-up-attempt.entity.js';
import { attemptsSince, changeTopUp, insertAttempt, lockTopUp } from './top-ups.store.js';

/** When an attempt whose end is not heard of is asked about. */
const ASK_AFTER_SECONDS = 600;
const KEY_BYTES = 16;

interface Begun {
  topUp: AutoTopUp;
  method: PaymentMethod;
  receiptEmail: string | null;
  quantity: number;
  amountMinor: bigint;
}

/**
 * Looks whether an account is to be topped up now, and if so commits the order and the attempt, before anything is
 * asked of Stripe. What it waits or stops for is stored as well. Locks the account's balance, then its row of
 * `auto_top_ups`, so that nothing is spent between the look and the attempt.
 */
@Injectable()
export class BeginTopUp {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly clock: Clock,
    private readonly ledger: Ledger,
    private readonly changeTopUps: ChangeTopUps,
  ) {}

  /** `method` is what the account would be charged with; undefined where it has saved nothing. */
  async run(tx: Tx, accountId: string, method: PaymentMethod | undefined): Promise<TopUpAttempt | undefined> {
    const { available } = await this.ledger.open(tx, accountId);
    const topUp = await lockTopUp(tx, accountId);
    if (topUp?.state !== 'ready') return undefined;
    const account = await findAccount(tx, accountId);
    const now = this.clock.now();
    const pack = await findPack(tx, topUp);
    const decision = decideTopUp({
      now,
      available,
      settings: settingsOf(topUp),
      pack: pack ?? null,
      offSessionStop: account?.offSessionStop ?? null,
      hasPaymentMethod: method !== undefined,
      nextTryAt: topUp.nextTryAt,
      attempts: (await attemptsSince(tx, accountId, addDays(now, -LOOK_BACK_DAYS))).map(pastOf),
    });
    if (decision.kind !== 'charge') return this.leave(tx, topUp, decision);
    invariant(method !== undefined, 'what is charged is known');
    return this.begin(tx, { topUp, method, receiptEmail: account?.email ?? null, ...decision });
  }

  /** What recovers by itself forgets its declines: the next time credits run low is another time. */
  private async leave(
    tx: Tx,
    { accountId }: AutoTopUp,
    decision: Exclude<TopUpDecision, { kind: 'charge' }>,
  ): Promise<undefined> {
    if (decision.kind === 'pause') {
      await this.changeTopUps.run(tx, accountId, 'stopped', { because: decision.because });
      return;
    }
    const waits = decision.kind === 'wait';
    await changeTopUp(tx, accountId, {
      lookAt: waits ? decision.until : null,
      waitsFor: waits ? decision.because : null,
      ...(!waits && { softDeclines: 0, nextTryAt: null }),
    });
  }

  private async begin(tx: Tx, begun: Begun): Promise<TopUpAttempt> {
    const { topUp, method, receiptEmail, quantity, amountMinor } = begun;
    const { accountId, productKey: product, currency } = topUp;
    const now = this.clock.now();
    const orderId = newId('ord', now);
    const channel = 'payment_intent';
    await insertOrder(
      tx,
      {
        id: orderId,
        accountId,
        channel,
        sale: await quoteSale(tx, { product, channel, quantity, currency }, currency),
        options: optionsOf(this.config.checkout, { channel, receiptEmail }),
        livemode: isLiveKey(this.runtime.stripe.secretKey),
        ...newReturnAddresses(this.runtime.publicUrl, orderId),
      },
      now,
    );
    const attempt: TopUpAttempt = {
      id: newId('tup', now),
      accountId,
      orderId,
      amountMinor,
      currency,
      stripeCustomerId: method.stripeCustomerId,
      stripePaymentMethodId: method.stripePaymentMethodId,
      stripePaymentIntentId: null,
      doing: 'charging',
      isToCancel: false,
      declineCode: null,
      returnedMinor: 0n,
      actionKey: randomBytes(KEY_BYTES).toString('base64url'),
      actionExpiresAt: null,
      triedAt: now,
      endedAt: null,
    };
    await this.changeTopUps.run(tx, accountId, 'begun');
    await insertAttempt(tx, attempt);
    await changeTopUp(tx, accountId, { lookAt: addSeconds(now, ASK_AFTER_SECONDS) });
    return attempt;
  }
}
