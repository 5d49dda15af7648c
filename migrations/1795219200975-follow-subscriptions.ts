import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a subscription holds of ours, item by item, until when it is open while its payments are paused, and from when
 * on its payments give credits where it was adopted. Of those that are known already the plan was one item; how many
 * there are of it is learned when Stripe is asked next.
 */
export class FollowSubscriptions1795219200975 implements MigrationInterface {
  readonly name = 'FollowSubscriptions1795219200975';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table subscriptions
        add column items jsonb not null default '[]'::jsonb,
        add column collection_paused boolean not null default false,
        add column open_until timestamptz(3),
        add column credits_from timestamptz(3),
        add constraint ck_subscriptions_items_array check (jsonb_typeof(items) = 'array')`);
    await runner.query(`
      update subscriptions
      set items = jsonb_build_array(jsonb_build_object('stripeItemId', stripe_item_id, 'plan', plan, 'quantity', 1,
        'unitAmountMinor', null, 'interval', null, 'addedAt', started_at))`);
    await runner.query('alter table subscriptions alter column items drop default');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table subscriptions
        drop column items,
        drop column collection_paused,
        drop column open_until,
        drop column credits_from`);
  }
}
