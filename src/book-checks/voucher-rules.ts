import type { BookRule } from './book-rule.js';

/** What holds of what an account has redeemed. The grants are fetched by themselves: they may be on shards. */
export const VOUCHER_RULES: readonly BookRule[] = [
  {
    rule: 'redemption-has-its-grant',
    sql: `
      select account_id, detail
      from (
        with given as materialized (
          select account_id, id, amount, source_id, source_part
          from grants
          where source_type = 'voucher')
        select coalesce(r.account_id, g.account_id) as account_id,
          'redemption ' || coalesce(r.id, 'none') || ' of ' || coalesce(r.voucher_id, 'none') || ' for '
            || coalesce(r.credits, 0) || ' credits, grant ' || coalesce(g.id, 'none') || ' of '
            || coalesce(g.source_id, 'none') || ' with ' || coalesce(g.amount, 0) as detail
        from voucher_redemptions r
        full join given g on g.account_id = r.account_id and g.source_part = r.id
        where r.id is null or g.id is null
          or r.grant_id <> g.id or r.voucher_id <> g.source_id or r.credits <> g.amount) faults`,
  },
];

/** What holds of vouchers, which are no account's: `*` stands for that. */
export const VOUCHER_TOTALS: readonly BookRule[] = [
  {
    rule: 'voucher-counts-its-redemptions',
    sql: `
      select '*' as account_id,
        'voucher ' || v.id || ': counted ' || v.redemptions || ', its ' || coalesce(c.codes, 0) || ' codes of '
          || v.code_count || ' counted ' || coalesce(c.redemptions, 0) || ', redeemed ' || coalesce(r.redemptions, 0)
          || ' times' as detail
      from vouchers v
      left join (
        select voucher_id, count(*) as codes, sum(redemptions) as redemptions
        from voucher_codes
        group by voucher_id) c on c.voucher_id = v.id
      left join (
        select voucher_id, count(*) as redemptions, min(credits) as least, max(credits) as most
        from voucher_redemptions
        group by voucher_id) r on r.voucher_id = v.id
      where v.code_count <> coalesce(c.codes, 0)
        or v.redemptions <> coalesce(c.redemptions, 0)
        or v.redemptions <> coalesce(r.redemptions, 0)
        or v.credits <> coalesce(r.least, v.credits) or v.credits <> coalesce(r.most, v.credits)`,
  },
  {
    rule: 'code-is-redeemed-as-often-as-it-may',
    sql: `
      select '*' as account_id,
        'code ' || c.place || ' of ' || c.voucher_id || ': counted ' || c.redemptions || ', redeemed '
          || coalesce(r.redemptions, 0) || ' times of ' || coalesce(v.max_redemptions::text, 'any number') as detail
      from voucher_codes c
      join vouchers v on v.id = c.voucher_id
      left join (
        select voucher_id, place, count(*) as redemptions
        from voucher_redemptions
        group by voucher_id, place) r on r.voucher_id = c.voucher_id and r.place = c.place
      where c.redemptions <> coalesce(r.redemptions, 0) or c.redemptions > v.max_redemptions`,
  },
  {
    rule: 'account-redeems-as-often-as-it-may',
    sql: `
      select r.account_id, 'voucher ' || v.id || ': redeemed ' || count(*) || ' times of ' || v.per_account as detail
      from voucher_redemptions r
      join vouchers v on v.id = r.voucher_id
      group by r.account_id, v.id
      having count(*) > v.per_account`,
  },
];
