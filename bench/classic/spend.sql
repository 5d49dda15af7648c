-- The classic function: lock the row, check, update, write the line. A second use of a key violates its unique index.
create function spend(spent_account_id text, spent_amount bigint, spent_key text) returns bigint language plpgsql as $$
declare
  current bigint;
begin
  select balance into current from balances where account_id = spent_account_id for update;
  if not found then
    raise exception 'there is no account %', spent_account_id;
  end if;
  if current < spent_amount then
    raise exception 'insufficient credits: % of %', current, spent_amount;
  end if;
  update balances set balance = current - spent_amount where account_id = spent_account_id;
  insert into entries (account_id, amount, balance_after, idempotency_key)
  values (spent_account_id, -spent_amount, current - spent_amount, spent_key);
  return current - spent_amount;
end $$;
