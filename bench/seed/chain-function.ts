/** Credits of each of an account's two grants: more than any run spends, and two of them still fit into JSON. */
const GRANT_CREDITS = 1_000_000_000_000;

/** Over how long the history spreads, so that balances of the past have something to search. */
const HISTORY_DAYS = 30;

/**
 * A function that makes the entries of one account, one after the other, each with the hash of the one before: the
 * entry's RFC 8785 JSON is written out here once more, in SQL.
 */
export const CHAIN_FUNCTION = `
  create or replace function bench_chain(of_account text, of_entries bigint)
  returns table (seq bigint, kind text, amount bigint, balance_before bigint, source_type text, source_id text,
    allocations jsonb, recorded_at timestamptz, hash bytea)
  language plpgsql as $$
  declare
    first_at constant timestamptz := date_trunc('milliseconds', now() - interval '${HISTORY_DAYS} days');
    step constant interval := interval '${HISTORY_DAYS} days' / (of_entries + 1);
    json text;
    at text;
    grant_id text;
  begin
    hash := decode(repeat('00', 32), 'hex');
    balance_before := 0;
    for n in 1 .. of_entries loop
      seq := n;
      kind := case when n <= 2 then 'grant' else 'spend' end;
      amount := case when n <= 2 then ${GRANT_CREDITS} else -1 end;
      source_type := case when n <= 2 then 'request' else 'spend' end;
      source_id := case when n <= 2 then 'seed-' || n else 'spd_' || lpad(n::text, 26, '0') end;
      grant_id := 'grt_' || lpad(case when n = 2 then '2' else '1' end, 26, '0');
      recorded_at := date_trunc('milliseconds', first_at + n * step);
      at := to_char(recorded_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
      json := '[{"amount":' || abs(amount) || ',"grantId":"' || grant_id || '"}]';
      allocations := json::jsonb;
      json := '{"accountId":"' || of_account || '","actor":null,"allocations":' || json || ',"amount":' || amount
        || ',"balanceAfter":' || balance_before + amount || ',"balanceBefore":' || balance_before
        || ',"debt":0,"effectiveAt":"' || at || '","kind":"' || kind || '","reason":null,"recordedAt":"' || at
        || '","seq":' || n || ',"source":{"id":"' || source_id || '","type":"' || source_type || '"}}';
      hash := sha256('\\x01'::bytea || hash || convert_to(json, 'UTF8'));
      return next;
      balance_before := balance_before + amount;
    end loop;
  end $$`;
