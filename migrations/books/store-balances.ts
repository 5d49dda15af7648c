import { settings, type Variant, whereRowIs } from './variant.js';

/** What is found of each balance and what becomes of it: nothing is written where one is no longer as it was found. */
export const BALANCES = `
    f_accounts text[], f_balances bigint[], f_held bigint[], f_heads bytea[], f_grants_made bigint[],
    b_balances bigint[], b_held bigint[], b_seqs bigint[], b_heads bytea[], b_recorded timestamptz[],
    b_grants_made bigint[]`;

/**
 * Needs a variable `written`. With `isCounted` the changes of holds are compared and stored as well; with `keepsUsage`
 * what is kept of counters is stored where it has changed.
 */
export function storeBalances(
  variant: Variant,
  { isCounted, keepsUsage = false }: { isCounted: boolean; keepsUsage?: boolean },
): string {
  const kept = (text: string) => (keepsUsage ? text : '');
  const counted = (text: string) => (isCounted ? text : '');
  const found = ['head_hash = new.found_head', 'balance = new.found_balance', 'held = new.found_held'];
  const conditions = ['account_id = new.account_id', ...found, 'grants_made = new.found_grants_made'];
  return `
    -- A row that somebody else is writing is waited for, and then compared as it has become.
    update balances set balance = new.balance, held = new.held, seq = new.seq, head_hash = new.head_hash,
      recorded_at = new.recorded_at, grants_made = new.grants_made${counted(', holds_changed = new.holds_changed')}
      ${kept(', usage = coalesce(new.usage, balances.usage)')}
    from unnest(f_accounts, f_balances, f_held, f_heads, f_grants_made, b_balances, b_held, b_seqs, b_heads,
        b_recorded, b_grants_made${counted(', f_holds_changed, b_holds_changed')}${kept(', b_usages')})
      as new (account_id, found_balance, found_held, found_head, found_grants_made, balance, held, seq, head_hash,
        recorded_at, grants_made${counted(', found_holds_changed, holds_changed')}${kept(', usage')})
    ${whereRowIs(variant, {
      table: 'balances',
      accounts: 'f_accounts',
      conditions: isCounted ? [...conditions, 'holds_changed = new.found_holds_changed'] : conditions,
    })};
    get diagnostics written = row_count;
    if written < cardinality(f_accounts) then
      raise exception 'a book is no longer as it was found' using errcode = 'SC002';
    end if;`;
}

/** What balances keep of counters, for the form of three rows: a hold that ends may give back what it has reserved. */
export function keepUsage(variant: Variant): string {
  return `
  create or replace function keep_usage(accounts text[], usages json[])
  returns void language plpgsql volatile ${settings(variant)} as $$
  begin
    update balances set usage = new.usage
    from unnest(accounts, usages) as new (account_id, usage)
    ${whereRowIs(variant, { table: 'balances', accounts: 'accounts', conditions: ['account_id = new.account_id'] })};
  end $$`;
}

/**
 * The function of the form of three rows neither stores nor compares how often holds have changed, and processes that
 * write the other form rely on it. So what was found may be behind: the changes are added, and the count never goes back.
 */
export function countHolds(variant: Variant): string {
  return `
  create or replace function count_holds(accounts text[], changes bigint[])
  returns void language plpgsql volatile ${settings(variant)} as $$
  begin
    update balances set holds_changed = balances.holds_changed + new.changes
    from unnest(accounts, changes) as new (account_id, changes)
    ${whereRowIs(variant, { table: 'balances', accounts: 'accounts', conditions: ['account_id = new.account_id'] })};
  end $$`;
}
