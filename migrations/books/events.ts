import { settings, type Variant, whereRowIs } from './variant.js';

/**
 * What has happened to accounts. Each event has the next number of its account: `behind` is how many of the same account
 * stand behind it. To be called behind the function that compares or has locked the balances of the accounts.
 */
export function writeEvents(variant: Variant): string {
  const balance = variant.sharded
    ? `join balances of_account on of_account.account_id = new.account
      where of_account.account_id = any(accounts)`
    : `cross join lateral (
        select account_id, events_made from balances b where b.account_id = new.account limit 1) as of_account`;
  return `
  create or replace function write_events(accounts text[], ids text[], behind bigint[], types text[], data jsonb[],
    occurred timestamptz[], recorded timestamptz[])
  returns void language plpgsql volatile ${settings(variant)} as $$
  #variable_conflict use_column
  begin
    update balances set events_made = balances.events_made + new.made
    from (
      select account, count(*) as made from unnest(accounts) as x (account)
      group by account) as new
    ${whereRowIs(variant, { table: 'balances', accounts: 'accounts', conditions: ['account_id = new.account'] })};
    insert into ledger_events (account_id, ordinal, id, type, data, occurred_at, recorded_at)
    select of_account.account_id, of_account.events_made - new.behind, new.id, new.type, new.data, new.occurred,
      new.recorded
    from unnest(accounts, ids, behind, types, data, occurred, recorded)
      as new (account, id, behind, type, data, occurred, recorded)
    ${balance};
  end $$`;
}
