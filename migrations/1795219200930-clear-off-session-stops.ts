import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who allowed charging an account off-session again, and which disputes and warnings no longer stand against it. */
export class ClearOffSessionStops1795219200930 implements MigrationInterface {
  readonly name = 'ClearOffSessionStops1795219200930';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table off_session_clearances (
        ordinal    bigint generated always as identity,
        account_id text collate "C" not null,
        stop       text not null,
        reason     text not null,
        actor      text not null,
        cleared_at timestamptz(3) not null,
        constraint pk_off_session_clearances primary key (account_id, ordinal),
        constraint fk_off_session_clearances_account foreign key (account_id) references accounts (id),
        constraint ck_off_session_clearances_stop check (stop in ('dispute', 'fraud_warning'))
      )`);
    await runner.query('alter table disputes add column stop_cleared_at timestamptz(3)');
    await runner.query('alter table fraud_warnings add column stop_cleared_at timestamptz(3)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table fraud_warnings drop column stop_cleared_at');
    await runner.query('alter table disputes drop column stop_cleared_at');
    await runner.query('drop table off_session_clearances');
  }
}
