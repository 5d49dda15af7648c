import type { BookRule } from './book-rule.js';
import { REVENUE_RULES } from './revenue-rules.js';
import { USAGE_RULES } from './usage-rules.js';
import { VOUCHER_RULES } from './voucher-rules.js';

/** The rules of the books that one query can prove. The chain of entries is followed apart. */
export const BOOK_RULES: readonly BookRule[] = [
  {
    rule: 'balance-is-sum-of-entries',
    sql: `
      select b.account_id,
        'balance ' || b.balance || ', entries sum to ' || coalesce(e.total, 0) || ', seq ' || b.seq || ' of '
          || coalesce(e.last, 0) as detail
      from balances b
      left join (
        select account_id, sum(amount) as total, max(seq) as last
        from entries
        group by account_id) e using (account_id)
      left join entries l on l.account_id = b.account_id and l.seq = b.seq
      where b.balance <> coalesce(e.total, 0) or b.seq <> coalesce(e.last, 0)
        or b.balance <> coalesce(l.balance_after, 0)
        or (l.hash is not null and l.hash <> b.head_hash)`,
  },
  {
    rule: 'entry-is-allocated',
    sql: `
      select account_id,
        'entry ' || seq || ': amount ' || amount || ', allocated ' || allocated || ', debt ' || debt as detail
      from (
        select account_id, seq, amount, coalesce(debt, 0) as debt,
          case when grant_id is not null then abs(amount)
            when grant_amounts is null then 0
            else (select sum(x) from unnest(grant_amounts) x) end as allocated
        from entry_rows
        union all
        select account_id, seq, amount, debt,
          (select coalesce(sum((x->>'amount')::bigint), 0) from jsonb_array_elements(allocations) x) as allocated
        from entries_v1) e
      where amount <> sign(amount) * allocated - debt`,
  },
  {
    rule: 'balance-is-remaining-less-debt',
    sql: `
      select b.account_id,
        'balance ' || b.balance || ', remaining ' || coalesce(g.remaining, 0) || ', debt ' || coalesce(e.debt, 0)
          as detail
      from balances b
      left join (select account_id, sum(remaining) as remaining from grants group by account_id) g using (account_id)
      left join (select account_id, sum(debt) as debt from entries group by account_id) e using (account_id)
      where b.balance <> coalesce(g.remaining, 0) - coalesce(e.debt, 0)
        or coalesce(e.debt, 0) < 0
        or (coalesce(e.debt, 0) > 0 and coalesce(g.remaining, 0) > 0)`,
  },
  {
    rule: 'held-is-what-active-holds-hold',
    sql: `
      select b.account_id, 'held ' || b.held || ', active holds hold ' || coalesce(h.held, 0) as detail
      from balances b
      left join (
        select account_id, sum(amount - captured) as held
        from holds
        where status = 'active'
        group by account_id) h using (account_id)
      where b.held <> coalesce(h.held, 0) or b.held < 0`,
  },
  {
    rule: 'grant-is-accounted-for',
    sql: `
      select g.account_id,
        'grant ' || g.id || ': amount ' || g.amount || ', remaining ' || g.remaining || ', repaid debt '
          || g.debt_repaid || ', received ' || coalesce(a.received, 0) || ', first ' || coalesce(a.first[2], 0)
          || ', taken ' || coalesce(a.taken, 0) || ', lapsed ' || g.lapsed || ' of ' || coalesce(a.lapsed, 0) as detail
      from grants g
      left join (
        select account_id, id, sum(received) as received, sum(taken) as taken, sum(lapsed) as lapsed,
          min(first) as first
        from (
          -- Ids are made of their bytes once a grant, not once an entry.
          select account_id, 'grt_' || ulid_text(of_grant) as id,
            sum(of_it) filter (where amount > 0) as received,
            sum(of_it) filter (where amount < 0) as taken,
            sum(of_it) filter (where kind in ('e', 'v')) as lapsed,
            min(array[seq, of_it]) filter (where kind in ('g', 'i', 'a', 'r')) as first
          from (
            select account_id, seq, kind, amount, grant_id as of_grant, abs(amount) as of_it
            from entry_rows
            where grant_id is not null
            union all
            select account_id, seq, kind, amount, of_grant, of_it
            from entry_rows cross join lateral unnest(grant_ids, grant_amounts) as part (of_grant, of_it)
            where grant_ids is not null) e
          group by account_id, of_grant
          union all
          select e.account_id, x->>'grantId' as id,
            sum((x->>'amount')::bigint) filter (where e.amount > 0) as received,
            sum((x->>'amount')::bigint) filter (where e.amount < 0) as taken,
            sum((x->>'amount')::bigint) filter (where e.kind in ('expiry', 'void')) as lapsed,
            min(array[e.seq, (x->>'amount')::bigint])
              filter (where e.kind in ('grant', 'reinstatement', 'adjustment', 'spend_reversal')) as first
          from entries_v1 e cross join lateral jsonb_array_elements(e.allocations) x
          group by e.account_id, x->>'grantId') forms
        group by account_id, id) a on a.account_id = g.account_id and a.id = g.id
      where g.remaining <> coalesce(a.received, 0) - coalesce(a.taken, 0)
        or g.lapsed <> coalesce(a.lapsed, 0)
        or (g.status not in ('pending', 'voided')
          and g.amount - g.debt_repaid > 0
          and g.amount - g.debt_repaid <> coalesce(a.first[2], 0))
        or (g.status = 'pending' and coalesce(a.received, 0) + g.debt_repaid <> 0)
        or (g.status in ('depleted', 'expired', 'voided') and g.remaining > 0)
        or (g.status = 'active' and g.remaining = 0)`,
  },
  {
    rule: 'spend-has-its-entries',
    sql: `
      select s.account_id,
        'spend ' || s.id || ': amount ' || s.amount || ', entry ' || coalesce(e.amount, 0) || ', reversed '
          || s.reversed || ' of ' || coalesce(r.total, 0) as detail
      from spends_v1 s
      left join entries_v1 e on e.account_id = s.account_id and e.seq = s.seq
      left join (
        select account_id, source_id, sum(amount) as total
        from (
          select account_id, source_id, amount from entry_rows where kind = 'r'
          union all
          select account_id, source_id, amount from entries_v1 where kind = 'spend_reversal') reversals
        group by account_id, source_id) r on r.account_id = s.account_id and r.source_id = s.id
      where e.amount is distinct from -s.amount or e.kind <> 'spend' or e.source_id <> s.id
        or s.reversed <> coalesce(r.total, 0)`,
  },
  {
    rule: 'spend-entry-has-its-spend',
    sql: `
      select e.account_id, 'entry ' || e.seq || ' names spend ' || e.source_id || ', which is not there' as detail
      from entries_v1 e left join spends_v1 s on s.account_id = e.account_id and s.id = e.source_id
      where e.kind = 'spend' and s.id is null`,
  },
  {
    rule: 'reversal-has-its-spend',
    sql: `
      select r.account_id,
        'reversals give back ' || r.total || ' of spend ' || r.source_id || ', which is of '
          || coalesce(-e.amount, s.amount, 0) as detail
      from (
        select account_id, source_id, sum(amount) as total
        from (
          select account_id, source_id, amount from entry_rows where kind = 'r'
          union all
          select account_id, source_id, amount from entries_v1 where kind = 'spend_reversal') reversals
        group by account_id, source_id) r
      left join spends_v1 s on s.account_id = r.account_id and s.id = r.source_id
      left join entry_rows e on e.account_id = r.account_id and e.seq = spend_seq(r.source_id) and e.kind = 's'
        and spend_id(e.recorded_at, e.seq, e.salt) = r.source_id
      where r.total > coalesce(-e.amount, s.amount, 0)`,
  },
  {
    rule: 'spend-keeps-its-key',
    sql: `
      select account_id, 'entry ' || seq || ' keeps another key than it is found by' as detail
      from entry_rows
      where key_digest is not null
        and uuid_send(key_digest) is distinct from
          substr(sha256(convert_to(account_id, 'UTF8') || '\\x00' || convert_to(idempotency_key, 'UTF8')), 1, 16)`,
  },
  {
    rule: 'key-is-used-once',
    sql: `
      select e.account_id, 'entry ' || e.seq || ' has the key of another request' as detail
      from entry_rows e
      join idempotency_keys k on k.key_digest = uuid_send(e.key_digest) and k.account_id = e.account_id
      where e.key_digest is not null
      union all
      select h.account_id, 'hold ' || h.id || ' has the key of another request' as detail
      from holds h
      join idempotency_keys k on k.key_digest = uuid_send(h.key_digest) and k.account_id = h.account_id
      where h.key_digest is not null
      union all
      select h.account_id, 'hold ' || h.id || ' has the key of entry ' || e.seq as detail
      from holds h
      join entry_rows e on e.key_digest = h.key_digest and e.account_id = h.account_id
      where h.key_digest is not null`,
  },
  {
    rule: 'hold-keeps-its-key',
    sql: `
      select account_id, 'hold ' || id || ' keeps another key than it is found by' as detail
      from holds
      where key_digest is not null
        and uuid_send(key_digest) is distinct from
          substr(sha256(convert_to(account_id, 'UTF8') || '\\x00' || convert_to(idempotency_key, 'UTF8')), 1, 16)`,
  },
  {
    rule: 'hold-captured-what-was-spent',
    sql: `
      select h.account_id, 'hold ' || h.id || ' has captured ' || h.captured || ' and ' || coalesce(h.overage, 0)
        || ' beyond it, spent was ' || coalesce(s.total, 0) as detail
      from holds h
      left join (
        select account_id, hold_id, sum(amount) as total
        from (
          select account_id, hold_id, -amount as amount from entry_rows where hold_id is not null
          union all
          select account_id, hold_id, amount from spends_v1 where hold_id is not null) spends
        group by account_id, hold_id) s on s.account_id = h.account_id and s.hold_id = h.id
      where h.captured + coalesce(h.overage, 0) <> coalesce(s.total, 0)`,
  },
  {
    // Its answer is made of both rows whenever it is asked for again.
    // The forms that are listed are those of requests with `final: false` (`capture-forms.ts`): the hold was used up.
    rule: 'capture-with-a-key-ended-its-hold',
    sql: `
      select e.account_id, 'entry ' || e.seq || ' is the last capture of hold ' || coalesce(e.hold_id, 'none')
        || ', which is ' || coalesce(h.status, 'not there') as detail
      from entry_rows e
      left join holds h on h.account_id = e.account_id and h.id = e.hold_id
      where (e.answer_form in (1, 2, 3) or e.answer_form >= 20)
        and (h.status is distinct from 'captured' or e.key_digest is null or h.ended_at > e.recorded_at
          or (e.answer_form in (3, 22, 25, 28, 31, 34, 37, 40, 43, 46) and h.captured <> h.amount))`,
  },
  ...USAGE_RULES,
  ...REVENUE_RULES,
  ...VOUCHER_RULES,
  {
    rule: 'order-is-settled',
    sql: `
      select o.account_id, 'order ' || o.id || ' is ' || o.status || ': target ' || t.target || ', lapsed '
        || o.lapsed_credits || ', reversed ' || o.reversed_credits || ', shortfall ' || o.shortfall_credits
        || ', refunded ' || o.refunded_minor || ' of ' || coalesce(r.refunded, 0) || ', disputed ' || o.disputed_minor
        || ' of ' || coalesce(d.disputed, 0) as detail
      from orders o
      left join (
        select order_id,
          sum(amount_minor) filter (where status = 'succeeded') as refunded,
          -- What is only for unused credits takes them before its money goes.
          sum(amount_minor) filter (where status = 'succeeded'
            or (unused_only and status in ('requested', 'pending', 'requires_action'))) as taking
        from refunds
        group by order_id) r on r.order_id = o.id
      left join (
        select order_id, sum(greatest(0, withdrawn_minor - reinstated_minor)) as disputed,
          count(*) filter (where closed_at is null) as open
        from disputes
        group by order_id) d on d.order_id = o.id
      cross join lateral (
        select case when coalesce(o.charged_minor, 0) = 0 then 0
          else div(2 * o.credits * least(o.charged_minor, coalesce(r.taking, 0) + coalesce(d.disputed, 0))
            + o.charged_minor, 2 * o.charged_minor)
          end as target) t
      where t.target <> o.lapsed_credits + o.reversed_credits + o.shortfall_credits
        or o.refunded_minor <> coalesce(r.refunded, 0)
        or o.disputed_minor <> coalesce(d.disputed, 0)
        or o.open_disputes <> coalesce(d.open, 0)
        or (o.charged_minor is not null and o.status <> case
          when o.disputed_minor > 0 then 'disputed'
          when o.refunded_minor = 0 then 'fulfilled'
          when o.refunded_minor < o.charged_minor then 'partially_refunded'
          else 'refunded' end)`,
  },
  {
    rule: 'refund-is-counted-once',
    sql: `
      select o.account_id, 'refund ' || r.id || ' is ' || r.status || ' and counted ' || r.counted as detail
      from refunds r join orders o on o.id = r.order_id
      where r.counted <> (o.charged_minor is not null and (r.status = 'succeeded'
        or (r.unused_only and r.status in ('requested', 'pending', 'requires_action'))))`,
  },
  {
    rule: 'dispute-is-counted-once',
    sql: `
      select o.account_id,
        'dispute ' || d.id || ' is ' || d.status || ', took ' || d.withdrawn_minor || ', gave back '
          || d.reinstated_minor || ' and counted ' || d.counted_minor as detail
      from disputes d join orders o on o.id = d.order_id
      where d.counted_minor <> case when o.charged_minor is null then 0
          else greatest(0, d.withdrawn_minor - d.reinstated_minor)
          end
        or d.account_id <> o.account_id`,
  },
  {
    rule: 'fulfilled-order-has-its-grant',
    sql: `
      select o.account_id,
        'order ' || o.id || ' is ' || o.status || ', holds ' || o.credits || ' credits and was granted '
          || coalesce(p.given, 0) || ', names grant ' || coalesce(o.grant_id, 'none') as detail
      from orders o
      left join grants g on g.account_id = o.account_id and g.id = o.grant_id
      left join lateral (
        -- What rolled over was given before.
        select sum(amount) filter (where source_part not like 'rollover:%') as given
        from grants
        where account_id = o.account_id and source_type = o.source_type and source_id = o.source_id) p on true
      where (o.status in ('fulfilled', 'partially_refunded', 'refunded', 'disputed')) <> (o.charged_minor is not null)
        or (o.grant_id is not null and g.id is null)
        or (o.charged_minor is not null and o.credits <> coalesce(p.given, 0))`,
  },
  {
    rule: 'allowance-is-granted-once',
    sql: `
      select a.account_id,
        'allowance ' || a.id || ' of ' || a.credits || ' credits is ' || a.status || ' and was granted '
          || coalesce(g.amount, 0) as detail
      from allowances a
      left join grants g on g.account_id = a.account_id and g.id = a.grant_id
        and g.source_type = a.source_type and g.source_id = a.source_id and g.source_part = a.source_part
      where coalesce(g.amount, 0) <> case when a.status in ('scheduled', 'canceled') then 0 else a.credits end
        or exists (
          select from allowances b
          where b.account_id = a.account_id and b.grant_id = a.grant_id and b.id <> a.id)`,
  },
  {
    rule: 'period-is-granted-once',
    sql: `
      -- Another interval can begin in the same second and is paid as well: only the same whole span is the same period.
      -- One that was cut off when it began was given for no time.
      select account_id, 'subscription ' || stripe_subscription_id || ' was granted what begins at ' || starts_at
        || ' by invoices ' || min(stripe_invoice_id) || ' and ' || max(stripe_invoice_id) as detail
      from (
        select account_id, stripe_subscription_id, stripe_invoice_id, min(starts_at) as starts_at,
          max(ends_at) as ends_at
        from allowances
        where kind = 'period'
        group by account_id, stripe_subscription_id, stripe_invoice_id, stripe_line_id
        having bool_or(status <> 'canceled' and (cut_off_at is null or cut_off_at > starts_at))) periods
      group by account_id, stripe_subscription_id, starts_at, ends_at
      having min(stripe_invoice_id) <> max(stripe_invoice_id)`,
  },
];
