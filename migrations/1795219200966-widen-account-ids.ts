import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Identity providers make ids such as `auth0|64f…`, and a plus sign is common in e-mail addresses. */
export class WidenAccountIds1795219200966 implements MigrationInterface {
  readonly name = 'WidenAccountIds1795219200966';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table accounts
        drop constraint ck_accounts_id,
        add constraint ck_accounts_id check (id ~ '^[A-Za-z0-9_.:@|+-]{1,128}$')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table accounts
        drop constraint ck_accounts_id,
        add constraint ck_accounts_id check (id ~ '^[A-Za-z0-9_.:@-]{1,128}$')`);
  }
}
