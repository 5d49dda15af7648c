import type { BookRule } from './book-rule.js';

/** What is derived anew has no sums yet, what has moved may not be counted yet: of such accounts nothing is said. */
const isDerived = (account: string) => `not exists (
          select from followed_accounts f
          where f.account_id = ${account} and f.seq = 0 and f.generation < (select generation from following))`;
const isCounted = (account: string) => `not exists (
          select from money_changes m where m.account_id = ${account} and not m.is_followed)`;

/** What holds of the money that grants were paid with, as far as it was followed. */
export const REVENUE_RULES: readonly BookRule[] = [
  {
    // sold = recognised + broken + returned + owed, of which nothing is negative, and nothing is owed without a reason.
    rule: 'money-has-its-place',
    sql: `
      select account_id,
        'purchase ' || source_id || ': sold ' || sold || ', recognised ' || recognised || ' and later ' || later
          || ', broken ' || broken || ', returned ' || returned || ', credits left ' || left_credits as detail
      from purchase_standings
      where least(sold, recognised, later, broken, returned) < 0
        or recognised + later + broken + returned > sold
        or (left_credits = 0 and basis_minor >= coalesce(charged_minor, basis_minor)
          and (charged_minor is not null or source_type = 'request')
          and recognised + later + broken + returned <> sold)`,
  },
  {
    rule: 'purchase-is-sum-of-lots',
    sql: `
      select p.account_id,
        'purchase ' || p.source_id || ': basis ' || p.basis_minor || ' of ' || coalesce(l.basis_minor, 0)
          || ', spent ' || p.spent || ' of ' || coalesce(l.spent, 0) || ', left ' || p.left_credits || ' of '
          || coalesce(l.left_credits, 0) as detail
      from purchase_standings p
      left join (
        select account_id, source_type, source_id, sum(basis_minor) as basis_minor, sum(spent) as spent,
          sum(lapsed) as lapsed, sum(taken) as taken, sum(amount - spent - lapsed - taken) as left_credits
        from grant_lots
        group by account_id, source_type, source_id) l using (account_id, source_type, source_id)
      where (p.basis_minor <> coalesce(l.basis_minor, 0) or p.spent <> coalesce(l.spent, 0)
        or p.lapsed <> coalesce(l.lapsed, 0) or p.taken <> coalesce(l.taken, 0)
        or p.left_credits <> coalesce(l.left_credits, 0))
        and ${isDerived('p.account_id')}`,
  },
  {
    rule: 'revenue-is-sum-of-purchases',
    sql: `
      select coalesce(q.account_id, p.account_id) as account_id,
        coalesce(q.currency, p.currency) || ': counted ' || coalesce(q.sums, '{}')::text || ', purchases have '
          || coalesce(p.sums, '{}')::text as detail
      from (
        select account_id, currency,
          array[sum(sold_minor), sum(recognised_minor), sum(broken_minor), sum(returned_minor), sum(tax_minor)] as sums
        from revenue_quarters
        group by account_id, currency) q
      full join (
        select account_id, currency,
          array[sum(sold), sum(recognised + later), sum(broken), sum(returned), sum(tax)] as sums
        from purchase_standings
        group by account_id, currency) p on p.account_id = q.account_id and p.currency = q.currency
      where coalesce(q.sums, '{0,0,0,0,0}') <> coalesce(p.sums, '{0,0,0,0,0}')
        and ${isDerived('coalesce(q.account_id, p.account_id)')}`,
  },
  {
    rule: 'order-is-counted',
    sql: `
      select o.account_id,
        'order ' || o.id || ': charged ' || o.charged_minor || ', counted ' || coalesce(p.charged_minor, 0)
          || ', returned ' || back.minor || ', counted ' || coalesce(p.returned_minor, 0) as detail
      from orders o
      cross join lateral (
        select (select coalesce(sum(amount_minor), 0) from refunds r where r.order_id = o.id and r.counted)
          + (select coalesce(sum(counted_minor), 0) from disputes d where d.order_id = o.id) as minor) back
      left join purchase_standings p on p.account_id = o.account_id and p.source_type = o.source_type
        and p.source_id = o.source_id
      where o.charged_minor is not null
        and ${isCounted('o.account_id')}
        and ${isDerived('o.account_id')}
        and (p.charged_minor is distinct from o.charged_minor or p.returned_minor is distinct from back.minor)`,
  },
];
