import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CompareBooksWhenWriting1795219200940 } from './1795219200940-compare-books-when-writing.js';
import {
  LOCK_KEY,
  READ_BOOKS,
  READ_BOOKS_WITHOUT_ROWS,
  WRITE_ANSWERS,
  WRITE_ANSWERS_UNPROBED,
  WRITE_BOOKS_IN_THREE_ROWS,
  WRITE_ENTRY_ROWS,
  WRITE_HOLDS,
} from './book-functions.js';

/**
 * A spend is one row: its entry, with what its own row and that of its key would hold besides. The tables of before keep
 * what is in them, under another name, and are read for ever; under their old names views show both forms to whoever
 * reads them. A process of the version before goes on writing its form through the function that it knows.
 */
export class OneRowAnEntry1795219200992 implements MigrationInterface {
  readonly name = 'OneRowAnEntry1795219200992';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table entries rename to entries_v1');
    await runner.query('alter table spends rename to spends_v1');
    await runner.query(ENTRY_ROWS);
    for (const index of INDEXES) await runner.query(index);
    for (const trigger of TRIGGERS) await runner.query(trigger);
    for (const view of [ULID_OF, ULID_TEXT, SPEND_ID, SPEND_SEQ, ENTRIES, SPENDS_OF_ROWS, SPENDS])
      await runner.query(view);
    for (const trigger of VIEW_TRIGGERS) await runner.query(trigger);
    await runner.query('alter table balances add column holds_changed bigint not null default 0');
    await runner.query(READ_BOOKS);
    await runner.query('drop function write_books');
    await runner.query(WRITE_BOOKS_IN_THREE_ROWS);
    await runner.query(WRITE_ENTRY_ROWS);
    await runner.query(WRITE_HOLDS);
    await runner.query(WRITE_ANSWERS);
    await runner.query(LOCK_KEY);
  }

  /** Only while nothing was written in the new form: no row is ever rewritten, neither forth nor back. */
  async down(runner: QueryRunner): Promise<void> {
    const [{ count }] = await runner.query('select count(*)::int as count from entry_rows');
    if (count > 0) throw new Error(`${count} entries stand in the form that this would remove`);
    await runner.query('drop function lock_key');
    await runner.query('drop function write_entry_rows, write_holds');
    await runner.query('drop view spends, spends_of_rows, entries');
    await runner.query('drop function refuse_change_of_view, keep_reversed, spend_id, spend_seq, ulid_text, ulid_of');
    await runner.query('drop table entry_rows');
    await runner.query('alter table balances drop column holds_changed');
    await runner.query('alter table entries_v1 rename to entries');
    await runner.query('alter table spends_v1 rename to spends');
    await runner.query(WRITE_ANSWERS_UNPROBED);
    await runner.query(READ_BOOKS_WITHOUT_ROWS);
    await new CompareBooksWhenWriting1795219200940().up(runner);
  }
}

/**
 * Columns of fixed length first, so that none is padded. What is null takes no room: a plain spend of one grant has
 * eleven values. `kind` is a letter; grants stand as the 16 bytes behind their prefix; the id of a spend is made of when
 * it was recorded, its number and its salt.
 */
const ENTRY_ROWS = `
  create table entry_rows (
    seq             bigint not null,
    amount          bigint not null,
    balance_after   bigint not null,
    recorded_at     timestamptz(3) not null,
    key_digest      uuid,
    grant_id        uuid,
    salt            integer,
    kind            "char" not null,
    answer_form     smallint,
    account_id      text collate "C" not null,
    hash            bytea not null,
    idempotency_key text,
    debt            bigint,
    held            bigint,
    effective_at    timestamptz(3),
    grant_ids       uuid[],
    grant_amounts   bigint[],
    source_type     text,
    source_id       text,
    hold_id         text,
    description     text,
    metadata        json,
    reason          text,
    actor           text,
    constraint pk_entry_rows primary key (account_id, seq),
    constraint ck_entry_rows_kind check (kind in ('g', 's', 'r', 'e', 'v', 'f', 'd', 'i', 'a')),
    constraint ck_entry_rows_amount check (amount <> 0 or kind = 's'),
    constraint ck_entry_rows_spend check ((kind = 's') = (salt is not null) and (kind = 's') = (source_id is null)),
    constraint ck_entry_rows_hash check (octet_length(hash) = 32)
  )`;

const INDEXES = [
  'create unique index uq_entry_rows_key on entry_rows (key_digest) where key_digest is not null',
  `create index ix_entry_rows_given_back on entry_rows (account_id, source_type, source_id)
   where kind in ('f', 'd', 'i', 'r')`,
  `create index ix_entry_rows_written_late on entry_rows (account_id, recorded_at)
   where kind in ('e', 'g') and effective_at is not null`,
  'create index ix_entry_rows_of_holds on entry_rows (account_id, hold_id) where hold_id is not null',
  // The newest over all accounts are looked for by time alone, and rows stand in the order of their time nearly.
  `create index ix_entry_rows_recorded on entry_rows using brin (recorded_at)
   with (pages_per_range = 32, autosummarize = on)`,
];

const TRIGGERS = [
  `create trigger tr_entry_rows_append_only before update or delete on entry_rows
   for each row execute function refuse_change_of_entries()`,
  `create trigger tr_entry_rows_no_truncate before truncate on entry_rows
   for each statement execute function refuse_change_of_entries()`,
];

/** The 26 characters of a ULID, of its 128 bits in two halves. */
const ULID_OF = `
  create function ulid_of(high bigint, low bigint) returns text language plpgsql immutable strict parallel safe as $$
  declare
    letters constant text := '0123456789abcdefghjkmnpqrstvwxyz';
  begin
    return ${[
      '(high >> 61) & 7',
      ...Array.from({ length: 12 }, (_, n) => `(high >> ${56 - 5 * n}) & 31`),
      '((high & 1) << 4) | ((low >> 60) & 15)',
      ...Array.from({ length: 12 }, (_, n) => `(low >> ${55 - 5 * n}) & 31`),
    ]
      .map((value) => `substr(letters, 1 + (${value})::int, 1)`)
      .join(' ||\n      ')};
  end $$`;

const ULID_TEXT = `
  create function ulid_text(id uuid) returns text language plpgsql immutable strict parallel safe as $$
  declare
    hex constant text := encode(uuid_send(id), 'hex');
  begin
    return ulid_of(('x' || substr(hex, 1, 16))::bit(64)::bigint, ('x' || substr(hex, 17, 16))::bit(64)::bigint);
  end $$`;

/** 48 bits of milliseconds, 48 of the entry's number, 32 of the salt. */
const SPEND_ID = `
  create function spend_id(at timestamptz, seq bigint, salt integer)
  returns text language plpgsql immutable strict parallel safe as $$
  begin
    return 'spd_' || ulid_of(((extract(epoch from at) * 1000)::bigint << 16) | (seq >> 32), (seq << 32) | salt);
  end $$`;

/** The number of the entry whose spend an id names, if it is an id of this form. */
const SPEND_SEQ = `
  create function spend_seq(id text) returns bigint language plpgsql immutable strict parallel safe as $$
  declare
    letters constant text := '0123456789abcdefghjkmnpqrstvwxyz';
    bits bit varying := '';
    place int;
  begin
    if id !~ '^spd_[0-7][0-9a-hjkmnp-tv-z]{25}$' then
      return null;
    end if;
    for n in 5..30 loop
      place := position(substr(id, n, 1) in letters) - 1;
      bits := bits || place::bit(5);
    end loop;
    return substring(bits from 51 for 48)::bit(48)::bigint;
  end $$`;

const ENTRIES = `
  create view entries as
  select account_id, seq,
    case kind when 's' then 'spend' when 'g' then 'grant' when 'r' then 'spend_reversal' when 'e' then 'expiry'
      when 'v' then 'void' when 'f' then 'refund_reversal' when 'd' then 'dispute_reversal' when 'i' then 'reinstatement'
      when 'a' then 'adjustment' end as kind,
    amount, balance_after - amount as balance_before, balance_after, coalesce(debt, 0) as debt,
    coalesce(source_type, 'spend') as source_type,
    coalesce(source_id, spend_id(recorded_at, seq, salt)) as source_id,
    case
      when grant_id is not null
        then jsonb_build_array(jsonb_build_object('grantId', 'grt_' || ulid_text(grant_id), 'amount', abs(amount)))
      when grant_ids is null then '[]'::jsonb
      else (
        select jsonb_agg(jsonb_build_object('grantId', 'grt_' || ulid_text(one), 'amount', of_it) order by n)
        from unnest(grant_ids, grant_amounts) with ordinality as part (one, of_it, n))
    end as allocations,
    reason, actor, coalesce(effective_at, recorded_at) as effective_at, recorded_at, hash
  from entry_rows
  union all
  select account_id, seq, kind, amount, balance_before, balance_after, debt, source_type, source_id, allocations, reason,
    actor, effective_at, recorded_at, hash
  from entries_v1`;

/** Nothing of a spend is changed when it is given back: what was, is the sum of what did it. */
const SPENDS_OF_ROWS = `
  create view spends_of_rows as
  select e.account_id, named.id, e.seq, -e.amount as amount,
    (coalesce((
      select sum(r.amount) from entry_rows r
      where r.account_id = e.account_id and r.source_type = 'spend' and r.source_id = named.id and r.kind = 'r'), 0)
    + coalesce((
      select sum(r.amount) from entries_v1 r
      where r.account_id = e.account_id and r.source_type = 'spend' and r.source_id = named.id
        and r.kind = 'spend_reversal'), 0))::bigint as reversed,
    e.hold_id, e.description, coalesce(e.metadata::jsonb, '{}') as metadata, e.idempotency_key, e.recorded_at, e.salt
  from entry_rows e
  cross join lateral (select spend_id(e.recorded_at, e.seq, e.salt) as id) named
  where e.kind = 's'`;

const SPENDS = `
  create view spends as
  select account_id, id, seq, amount, reversed, hold_id, description, metadata, idempotency_key, recorded_at
  from spends_of_rows
  union all
  select account_id, id, seq, amount, reversed, hold_id, description, metadata, idempotency_key, recorded_at
  from spends_v1`;

const VIEW_TRIGGERS = [
  `create function refuse_change_of_view() returns trigger language plpgsql as $$
   begin
     raise exception 'entries are append-only: a mistake is mended by a new entry' using errcode = 'SC001';
   end $$`,
  `create trigger tr_entries_append_only instead of insert or update or delete on entries
   for each row execute function refuse_change_of_view()`,
  // What a process of the version before says of a spend that it gives back.
  `create function keep_reversed() returns trigger language plpgsql as $$
   begin
     update spends_v1 set reversed = new.reversed where account_id = old.account_id and id = old.id;
     return new;
   end $$`,
  'create trigger tr_spends_reversed instead of update on spends for each row execute function keep_reversed()',
];
