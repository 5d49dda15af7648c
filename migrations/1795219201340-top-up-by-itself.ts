import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How an account is topped up by itself, and every attempt at that. The unique index is what keeps two processes from
 * charging at once: an account has one attempt that is not over.
 */
export class TopUpByItself1795219201340 implements MigrationInterface {
  readonly name = 'TopUpByItself1795219201340';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table auto_top_ups (
        account_id text not null,
        state text not null,
        paused_because text,
        below_credits bigint not null,
        product_key text not null,
        quantity integer,
        to_credits bigint,
        currency char(3) not null,
        max_amount_minor bigint not null,
        max_count integer,
        min_interval_seconds integer not null,
        consent_text_version text not null,
        consent_accepted_at timestamptz(3) not null,
        soft_declines integer not null default 0,
        next_try_at timestamptz(3),
        look_at timestamptz(3),
        waits_for text,
        updated_at timestamptz(3) not null,
        constraint pk_auto_top_ups primary key (account_id),
        constraint fk_auto_top_ups_account foreign key (account_id) references accounts (id),
        constraint ck_auto_top_ups_state check (state in ('off', 'ready', 'charging', 'action_required', 'paused')),
        constraint ck_auto_top_ups_paused check ((state = 'paused') = (paused_because is not null)),
        constraint ck_auto_top_ups_buys check ((quantity is null) <> (to_credits is null)),
        constraint ck_auto_top_ups_cap check (max_amount_minor > 0 and (max_count is null or max_count > 0))
      )`);
    await runner.query(`
      create index ix_auto_top_ups_look_at on auto_top_ups (look_at) where look_at is not null`);
    await runner.query(`
      create table top_up_attempts (
        id text not null,
        account_id text not null,
        order_id text not null,
        amount_minor bigint not null,
        currency char(3) not null,
        stripe_customer_id text not null,
        stripe_payment_method_id text not null,
        stripe_payment_intent_id text,
        doing text not null,
        is_to_cancel boolean not null default false,
        decline_code text,
        returned_minor bigint not null default 0,
        action_key text not null,
        action_expires_at timestamptz(3),
        tried_at timestamptz(3) not null,
        ended_at timestamptz(3),
        constraint pk_top_up_attempts primary key (id),
        constraint uq_top_up_attempts_order unique (order_id),
        constraint fk_top_up_attempts_account foreign key (account_id) references accounts (id),
        constraint fk_top_up_attempts_order foreign key (order_id) references orders (id),
        constraint ck_top_up_attempts_doing
          check (doing in ('charging', 'action_required', 'paid', 'declined', 'canceled')),
        constraint ck_top_up_attempts_ended
          check ((ended_at is null) = (doing in ('charging', 'action_required')))
      )`);
    await runner.query(`
      create unique index ux_top_up_attempts_open on top_up_attempts (account_id) where ended_at is null`);
    await runner.query(`
      create index ix_top_up_attempts_tried_at on top_up_attempts (account_id, tried_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table top_up_attempts');
    await runner.query('drop table auto_top_ups');
  }
}
