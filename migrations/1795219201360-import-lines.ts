import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Files of accounts and credits that were imported, and which of their lines: so that a file can be imported again
 * whenever it was broken off, and no line counts twice. `fingerprint` is of what a line said, so that a line is known
 * again in a file of another name.
 */
export class ImportLines1795219201360 implements MigrationInterface {
  readonly name = 'ImportLines1795219201360';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table imports (
        id text collate "C" not null,
        name text not null,
        begun_at timestamptz(3) not null,
        constraint pk_imports primary key (id),
        constraint uq_imports_name unique (name)
      )`);
    await runner.query(`
      create table import_lines (
        import_id text collate "C" not null,
        line integer not null,
        fingerprint bytea not null,
        is_adopted boolean not null,
        constraint pk_import_lines primary key (import_id, line),
        constraint fk_import_lines_import foreign key (import_id) references imports (id)
      )`);
    await runner.query('create index ix_import_lines_fingerprint on import_lines (fingerprint)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table import_lines');
    await runner.query('drop table imports');
  }
}
