import { Inject, Injectable } from '@nestjs/common';
import { ProductNotForSale } from '../catalog/catalog.problems.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import type { Tx } from '../database/database.js';
import { ValidationFailed } from '../http/problems/http.problems.js';
import { addSeconds, Clock } from '../kernel/clock.js';
import { credits } from '../kernel/credits.js';
import { quoteSale } from '../orders/sale.js';
import { type AutoTopUp, settingsOf } from './auto-top-up.entity.js';
import { ChangeTopUps } from './change-top-ups.js';
import { leastTopUpMinor } from './decisions/decide-top-up.js';
import { AutoTopUpOff } from './top-ups.problems.js';
import { changeTopUp, insertTopUp } from './top-ups.store.js';

export interface PutAutoTopUpCommand {
  accountId: string;
  enabled: boolean;
  belowCredits: number;
  product: string;
  quantity?: number;
  toCredits?: number;
  currency?: string;
  maxPerMonth: { amountMinor: number; count?: number };
  minIntervalSeconds?: number;
  consent: { textVersion: string; acceptedAt: string };
}

export const DEFAULT_INTERVAL_SECONDS = 600;
/** How far the clock of whoever asked the customer may be ahead. */
const CLOCKS_DIFFER_SECONDS = 60;

/**
 * Sets how an account is topped up by itself, and switches that on or off. What was charged this month stays counted.
 * Locks the account's row of `auto_top_ups`. @throws ProductNotFound,
 * ProductNotForSale (also for what is no pack), CurrencyNotOffered, ValidationFailed
 */
@Injectable()
export class PutAutoTopUp {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly clock: Clock,
    private readonly changeTopUps: ChangeTopUps,
  ) {}

  async run(tx: Tx, command: PutAutoTopUpCommand): Promise<void> {
    const { accountId, enabled } = command;
    const settings = await this.settingsFor(tx, command);
    const now = this.clock.now();
    await insertTopUp(tx, {
      ...settings,
      accountId,
      state: 'off',
      pausedBecause: null,
      softDeclines: 0,
      nextTryAt: null,
      lookAt: null,
      waitsFor: null,
      updatedAt: now,
    });
    await this.changeTopUps.run(tx, accountId, enabled ? 'switched_on' : 'switched_off');
    await changeTopUp(tx, accountId, settings);
  }

  /** @throws AutoTopUpOff */
  async resume(tx: Tx, accountId: string): Promise<void> {
    if ((await this.changeTopUps.run(tx, accountId, 'resumed')) === undefined) throw new AutoTopUpOff({ accountId });
  }

  async switchOff(tx: Tx, accountId: string): Promise<void> {
    await this.changeTopUps.run(tx, accountId, 'switched_off');
  }

  private async settingsFor(tx: Tx, command: PutAutoTopUpCommand): Promise<TopUpTerms> {
    const { product, currency, maxPerMonth, toCredits, belowCredits, consent } = command;
    assertFitting(command);
    const acceptedAt = new Date(consent.acceptedAt);
    if (acceptedAt > addSeconds(this.clock.now(), CLOCKS_DIFFER_SECONDS))
      throw ValidationFailed.at('/consent/acceptedAt', 'must not be in the future');
    const sale = await quoteSale(tx, { product, channel: 'payment_intent', currency }, this.config.defaultCurrency);
    const { kind } = sale.product;
    if (kind !== 'pack') throw new ProductNotForSale({ product, kind, active: true });
    const terms: TopUpTerms = {
      belowCredits: credits(belowCredits),
      productKey: product,
      quantity: toCredits === undefined ? (command.quantity ?? 1) : null,
      toCredits: toCredits === undefined ? null : credits(toCredits),
      currency: sale.currency,
      maxAmountMinor: BigInt(maxPerMonth.amountMinor),
      maxCount: maxPerMonth.count ?? null,
      minIntervalSeconds: command.minIntervalSeconds ?? DEFAULT_INTERVAL_SECONDS,
      consentTextVersion: consent.textVersion,
      consentAcceptedAt: acceptedAt,
    };
    const pack = { credits: sale.credits, unitAmountMinor: sale.amountMinor, currency: sale.currency };
    const leastMinor = leastTopUpMinor(settingsOf(terms), pack);
    if (terms.maxAmountMinor < leastMinor)
      throw ValidationFailed.at('/maxPerMonth/amountMinor', `must be at least ${leastMinor}, which one top-up costs`);
    return terms;
  }
}

/** What somebody sets, without how far it is. */
export type TopUpTerms = Pick<
  AutoTopUp,
  | 'belowCredits'
  | 'productKey'
  | 'quantity'
  | 'toCredits'
  | 'currency'
  | 'maxAmountMinor'
  | 'maxCount'
  | 'minIntervalSeconds'
  | 'consentTextVersion'
  | 'consentAcceptedAt'
>;

function assertFitting({ quantity, toCredits, belowCredits }: PutAutoTopUpCommand): void {
  if (quantity !== undefined && toCredits !== undefined)
    throw ValidationFailed.at('/quantity', 'must be left out where toCredits is given');
  if (toCredits !== undefined && toCredits <= belowCredits)
    throw ValidationFailed.at('/toCredits', 'must be more than belowCredits');
}
