import { onShard, rowsToInsert, settings, type Variant, whereRowIs } from './variant.js';

/**
 * What balances keep of marks. To be called behind the function that compares or has locked the balances of the
 * accounts, as all of these are.
 */
export function keepMarks(variant: Variant): string {
  return `
  create or replace function keep_marks(accounts text[], kept_marks json[])
  returns void language plpgsql volatile ${settings(variant)} as $$
  begin
    update balances set marks = new.marks
    from unnest(accounts, kept_marks) as new (account_id, marks)
    ${whereRowIs(variant, { table: 'balances', accounts: 'accounts', conditions: ['account_id = new.account_id'] })};
  end $$`;
}

/** Which accounts have crossed their marks for topping up: one row an account, until it is taken. */
export function writeCrossedMarks(variant: Variant): string {
  const rows = rowsToInsert(variant, {
    accounts: 'accounts',
    columns: 'new.crossed',
    from: 'unnest(accounts, crossed) as new (account, crossed)',
  });
  return `
  create or replace function write_crossed_marks(accounts text[], crossed timestamptz[])
  returns void language plpgsql volatile ${settings(variant)} as $$
  begin
    insert into crossed_marks (account_id, crossed_at)
    ${rows}
    on conflict (account_id) do update set crossed_at = excluded.crossed_at;
  end $$`;
}

/**
 * Whether holds, and what else is counted with them, are as they were found. For the form of three rows, whose function
 * does not compare it.
 */
export function compareHoldsChanged(variant: Variant): string {
  return `
  create or replace function compare_holds_changed(accounts text[], counts bigint[])
  returns void language plpgsql volatile ${settings(variant)} as $$
  begin
    if (
      select count(*) from unnest(accounts, counts) as found (account, changes)
      cross join lateral (
        select from balances
        where account_id = found.account and holds_changed = found.changes
          ${onShard(variant, 'account_id', 'accounts')} limit 1) same
    ) < cardinality(accounts) then
      raise exception 'a book is no longer as it was found' using errcode = 'SC002';
    end if;
  end $$`;
}
