import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database, type Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { AdoptedProduct } from './adopted-product.entity.js';

/** The plan of the catalogue that a product of Stripe's stands for, which was there before Scrip. */
export type PlansByProduct = ReadonlyMap<string, string>;

/** What was said when subscriptions were adopted. Of a product with an id that Scrip gave nothing need be said. */
@Injectable()
export class AdoptedPlans {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Those of these products that stand for a plan. */
  async among(stripeProductIds: readonly (string | null)[]): Promise<PlansByProduct> {
    const asked = [...new Set(stripeProductIds.filter((id) => id !== null))];
    if (asked.length === 0) return new Map();
    const adopted = await this.database.dataSource.manager.findBy(AdoptedProduct, { stripeProductId: In(asked) });
    return new Map(adopted.map(({ stripeProductId, productKey }) => [stripeProductId, productKey]));
  }

  /** What is said last of a product counts. */
  async store(tx: Tx, plans: Readonly<Record<string, string>>): Promise<void> {
    await tx.query(
      `insert into adopted_products (stripe_product_id, product_key, adopted_at)
       select id, plan, $3
       from unnest($1::text[], $2::text[]) adopted (id, plan)
       on conflict (stripe_product_id) do update
       set product_key = excluded.product_key,
           adopted_at = excluded.adopted_at
       where adopted_products.product_key <> excluded.product_key`,
      [Object.keys(plans), Object.values(plans), this.clock.now()],
    );
  }
}

/** Names the plan of everything whose product stands for one by adoption alone. */
export function withPlans<T extends { plan: string | null; stripeProductId: string | null }>(
  things: readonly T[],
  plans: PlansByProduct,
): T[] {
  return things.map((thing) => ({
    ...thing,
    plan: thing.plan ?? (thing.stripeProductId === null ? null : (plans.get(thing.stripeProductId) ?? null)),
  }));
}
