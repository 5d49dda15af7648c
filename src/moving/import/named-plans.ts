import { Injectable } from '@nestjs/common';
import { CatalogQueries } from '../../catalog/catalog.queries.js';
import { type CustomerSubscription, StripeBilling } from '../../stripe/billing/billing.gateway.js';
import { productKeyOf } from '../../stripe/client/product-ids.js';
import { AdoptedPlans } from '../../subscriptions/mirror/adopted-plans.js';
import { CannotImport } from './cannot-import.js';
import type { StripeThere } from './import-line.js';

/** Which plans the products of a line's subscription stand for, by the file where nobody has said it before. */
@Injectable()
export class NamedPlans {
  constructor(
    private readonly stripe: StripeBilling,
    private readonly catalog: CatalogQueries,
    private readonly adoptedPlans: AdoptedPlans,
  ) {}

  /** What is to be said of its products. @throws CannotImport, StripeUnavailable, StripeRefused */
  async of({ customerId, subscriptionId, plan }: StripeThere): Promise<Record<string, string>> {
    if (subscriptionId === null) return {};
    const { stripeProductIds } = await this.subscription(customerId, subscriptionId);
    const plans = await this.plansOf(stripeProductIds);
    if (plan === null) {
      if (plans.size > 0) return {};
      throw new CannotImport(
        `${subscriptionId} is to ${stripeProductIds.join(', ')}, which is no plan here: name one in the column plan`,
      );
    }
    if ((await this.catalog.find(plan))?.kind !== 'plan')
      throw new CannotImport(`there is no plan ${plan} in the catalogue`);
    const others = [...plans].filter(([, known]) => known !== plan);
    if (others.length > 0)
      throw new CannotImport(others.map(([product, known]) => `${product} stands for ${known} already`).join(', '));
    const [product, ...more] = stripeProductIds.filter((id) => !plans.has(id));
    if (more.length > 0)
      throw new CannotImport(`${subscriptionId} is to several products, and it is not known which one is ${plan}`);
    return product === undefined || plans.size > 0 ? {} : { [product]: plan };
  }

  /** The one of the line, where nothing else of the customer goes on. */
  private async subscription(customerId: string, subscriptionId: string): Promise<CustomerSubscription> {
    const goingOn = (await this.stripe.listSubscriptionsOf(customerId)).filter(({ isOver }) => !isOver);
    const named = goingOn.find(({ stripeSubscriptionId }) => stripeSubscriptionId === subscriptionId);
    if (named === undefined) throw new CannotImport(`${customerId} has no subscription ${subscriptionId} that goes on`);
    const others = goingOn.filter((one) => one !== named).map((one) => one.stripeSubscriptionId);
    if (others.length > 0)
      throw new CannotImport(`${customerId} has a second subscription that goes on: ${others.join(', ')}`);
    return named;
  }

  /** The plans of the catalogue by product, of those that stand for one. */
  private async plansOf(stripeProductIds: readonly string[]): Promise<Map<string, string>> {
    const plans = new Map(await this.adoptedPlans.among(stripeProductIds));
    for (const id of stripeProductIds) {
      const key = productKeyOf(id);
      if (key !== undefined && (await this.catalog.find(key))?.kind === 'plan') plans.set(id, key);
    }
    return plans;
  }
}
