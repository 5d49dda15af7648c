import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tables of sums that have dimensions in their keys, and what stands before and behind them there. */
const KEYED = [
  { table: 'usage_quarters', before: 'account_id, quarter, meter_key', behind: 'currency' },
  { table: 'usage_totals', before: 'quarter, meter_key', behind: 'currency' },
];

/**
 * Dimensions of usage may be longer than an index can hold: then nothing more was followed. So their digest is in the key
 * in their place. Postgres makes it, and the keys have the names that they had, so that a process of the version before
 * goes on writing sums. The tables are written anew.
 */
export class KeyUsageByDigest1795219201200 implements MigrationInterface {
  readonly name = 'KeyUsageByDigest1795219201200';

  async up(runner: QueryRunner): Promise<void> {
    // Always the same of the same text, which `convert_to` alone does not say of itself.
    await runner.query(`
      create function digest_of_dimensions(dimensions text) returns bytea
      language plpgsql immutable strict parallel safe as $$
      begin
        return sha256(convert_to(dimensions, 'UTF8'));
      end $$`);
    for (const { table, before, behind } of KEYED)
      await runner.query(`
        alter table ${table}
          add column dimensions_digest bytea not null generated always as (digest_of_dimensions(dimensions)) stored,
          drop constraint pk_${table},
          add constraint pk_${table} primary key (${before}, dimensions_digest, ${behind})`);
  }

  /** Only while no dimensions are longer than an index can hold. */
  async down(runner: QueryRunner): Promise<void> {
    for (const { table, before, behind } of KEYED)
      await runner.query(`
        alter table ${table}
          drop constraint pk_${table},
          drop column dimensions_digest,
          add constraint pk_${table} primary key (${before}, dimensions, ${behind})`);
    await runner.query('drop function digest_of_dimensions');
  }
}
