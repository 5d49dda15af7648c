import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Counters and remainders that are moved stand in the row of the balance, which is written anyway; their tables become
 * the archive of those that are not. Null for an account that has used nothing.
 */
export class KeepCountersWithBalances1795219201060 implements MigrationInterface {
  readonly name = 'KeepCountersWithBalances1795219201060';

  async up(runner: QueryRunner): Promise<void> {
    // As it was written: jsonb would order counters in its own way, and they stand in the order of their last move.
    await runner.query('alter table balances add column usage json');
  }

  /** All of it goes back into the tables. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      insert into usage_counters (account_id, month, meter_key, match, used)
      select account_id, left(name, 7), split_part(name, ' ', 2),
        substr(name, 10 + length(split_part(name, ' ', 2))), used::numeric
      from balances cross join lateral json_each_text(usage->'used') as kept (name, used)
      on conflict (account_id, meter_key, month, match) do update set used = excluded.used`);
    await runner.query(`
      insert into usage_remainders (account_id, meter_key, match, numerator, denominator)
      select account_id, split_part(key, ' ', 1), substr(key, 2 + length(split_part(key, ' ', 1))),
        split_part(remainder, '/', 1)::numeric, coalesce(nullif(split_part(remainder, '/', 2), ''), '1')::numeric
      from balances cross join lateral json_each_text(usage->'remainders') as kept (key, remainder)
      on conflict (account_id, meter_key, match)
        do update set numerator = excluded.numerator, denominator = excluded.denominator`);
    await runner.query('alter table balances drop column usage');
  }
}
