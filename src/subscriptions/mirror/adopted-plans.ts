import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';

/** Which plan a product of Stripe's stands for, that was there before ours. */
export type PlansByProduct = ReadonlyMap<string, string>;

/** What was said when subscriptions were adopted. A product that carries our own id needs nothing said. */
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
    const rows = await this.database.query<{ id: string; plan: string }>(
      'select stripe_product_id as id, product_key as plan from adopted_products where stripe_product_id = ' +
        'any($1::text[])',
      [asked],
    );
    return new Map(rows.map(({ id, plan }) => [id, plan]));
  }

  /** What is said last of a product counts. */
  async note(tx: Tx, plans: Readonly<Record<string, string>>): Promise<void> {
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

/** Names the plan of everything that is of a product of ours by adoption alone. */
export function withPlans<T extends { plan: string | null; stripeProductId: string | null }>(
  things: readonly T[],
  plans: PlansByProduct,
): T[] {
  return things.map((thing) => ({
    ...thing,
    plan: thing.plan ?? (thing.stripeProductId === null ? null : (plans.get(thing.stripeProductId) ?? null)),
  }));
}
