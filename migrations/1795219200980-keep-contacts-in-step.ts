import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What an account and its customer at Stripe last agreed to be called and reached by. Whichever side differs from that
 * has changed since, and the other follows; where both have, the times say which is later.
 *
 * A customer that was told what the account still says agrees with it. Of all others nothing is known, as of a new one.
 * `stripe_customer_told` is no longer read; it stays for a process of the version before, which may still run.
 */
export class KeepContactsInStep1795219200980 implements MigrationInterface {
  readonly name = 'KeepContactsInStep1795219200980';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table accounts
        add column stripe_email text,
        add column stripe_name text,
        add column email_changed_at timestamptz(3),
        add column name_changed_at timestamptz(3),
        add column contact_version bigint not null default 0`);
    await runner.query(`
      update accounts
      set email_changed_at = case when email is not null then updated_at end,
          name_changed_at = case when name is not null then updated_at end`);
    await runner.query(`
      update accounts
      set stripe_email = email,
          stripe_name = name
      where stripe_customer_told = sha256(convert_to(
        '[' || coalesce(to_json(email)::text, 'null') || ',' || coalesce(to_json(name)::text, 'null') || ']', 'UTF8'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table accounts
        drop column stripe_email,
        drop column stripe_name,
        drop column email_changed_at,
        drop column name_changed_at,
        drop column contact_version`);
  }
}
