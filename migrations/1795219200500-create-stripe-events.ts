import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The inbox: every event of Stripe as it arrived, and what became of it. */
export class CreateStripeEvents1795219200500 implements MigrationInterface {
  readonly name = 'CreateStripeEvents1795219200500';

  async up(runner: QueryRunner): Promise<void> {
    // The payload is json, not jsonb: it is kept as it was signed, and never searched.
    await runner.query(`
      create table stripe_events (
        id          text collate "C" not null,
        ordinal     bigint generated always as identity,
        type        text not null,
        api_version text,
        created     timestamptz(3) not null,
        livemode    boolean not null,
        payload     json not null,
        status      text not null,
        attempts    integer not null default 0,
        last_error  text,
        received_at timestamptz(3) not null,
        handled_at  timestamptz(3),
        constraint pk_stripe_events primary key (id),
        constraint uq_stripe_events_ordinal unique (ordinal),
        constraint ck_stripe_events_status check (status in ('received', 'handled', 'ignored', 'failed', 'dead')),
        constraint ck_stripe_events_attempts_non_negative check (attempts >= 0),
        constraint ck_stripe_events_handled_at check ((handled_at is not null) = (status in ('handled', 'ignored')))
      ) with (fillfactor = 80)`);
    await runner.query('create index ix_stripe_events_status on stripe_events (status, ordinal)');
    await runner.query('create index ix_stripe_events_type on stripe_events (type, ordinal)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table stripe_events');
  }
}
