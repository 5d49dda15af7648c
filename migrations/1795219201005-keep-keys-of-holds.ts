import type { MigrationInterface, QueryRunner } from 'typeorm';
import { areBooksSharded } from './books/sharded.js';

/**
 * A hold keeps its own key, and what its first answer is made of; so does the entry of a capture that ends its hold
 * (`answer_form`). What happens to a hold must be cheap, since every change of its status writes all indexes anew: lists
 * over all accounts are found by time, as those of spends are, and only what was rarely is has an index of its own.
 */
export class KeepKeysOfHolds1795219201005 implements MigrationInterface {
  readonly name = 'KeepKeysOfHolds1795219201005';

  async up(runner: QueryRunner): Promise<void> {
    // Null where the key is stored with its answer. Seconds are null where the request has left them out.
    await runner.query('alter table holds add column key_digest uuid, add column asked_seconds integer');
    const sharded = await areBooksSharded((sql) => runner.query(sql));
    const unique = sharded ? 'key_digest, account_id' : 'key_digest';
    await runner.query(`create unique index uq_holds_key on holds (${unique}) where key_digest is not null`);
    // One by one: Citus drops no more at once.
    await runner.query('drop index ix_holds_newest');
    await runner.query('drop index ix_holds_status');
    await runner.query(`
      create index ix_holds_created on holds using brin (created_at) with (pages_per_range = 32, autosummarize = on)`);
    await runner.query(
      `create index ix_holds_given_back on holds (status, id) where status in ('released', 'expired')`,
    );
    // What a hold has captured is looked for as long as it is active: a capture that ends it is the last.
    await runner.query('drop index ix_entry_rows_of_holds');
    await runner.query(`
      create index ix_entry_rows_of_holds on entry_rows (account_id, hold_id)
      where hold_id is not null and answer_form is null`);
  }

  /** Only while no row keeps a key that nothing else knows. */
  async down(runner: QueryRunner): Promise<void> {
    const [{ count }] = await runner.query(
      `select (select count(*) from holds where key_digest is not null)
         + (select count(*) from entry_rows where answer_form is not null) as count`,
    );
    if (Number(count) > 0) throw new Error(`${count} keys of holds and captures would be lost with this`);
    await runner.query('drop index ix_entry_rows_of_holds');
    await runner.query(
      'create index ix_entry_rows_of_holds on entry_rows (account_id, hold_id) where hold_id is not null',
    );
    for (const index of ['ix_holds_given_back', 'ix_holds_created', 'uq_holds_key'])
      await runner.query(`drop index ${index}`);
    await runner.query('create index ix_holds_newest on holds (id)');
    await runner.query('create index ix_holds_status on holds (status, id)');
    await runner.query('alter table holds drop column asked_seconds, drop column key_digest');
  }
}
