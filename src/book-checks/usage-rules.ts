import type { BookRule } from './book-rule.js';

/** What holds of the lines that entries keep. Their sums are proven by `UsageSums`. */
export const USAGE_RULES: readonly BookRule[] = [
  {
    // An answer is made of the row in the way that its form says.
    rule: 'answer-has-a-form',
    sql: `
      select account_id, 'entry ' || seq || ' has an answer of form ' || answer_form as detail
      from entry_rows
      where answer_form is not null
        and (not (answer_form between 1 and 5 or answer_form between 20 and 46) or kind <> 's'
          or (answer_form in (4, 5) and (lines is null or key_digest is null))
          or (answer_form = 5 and lines->'event' is null)
          or (answer_form >= 29 and lines is null))`,
  },
  {
    rule: 'spend-is-sum-of-its-lines',
    sql: `
      select e.account_id,
        'entry ' || e.seq || ': amount ' || e.amount || ', lines cost ' || of_lines.credits as detail
      from entry_rows e
      cross join lateral (
        select sum((line->>'credits')::bigint) as credits from json_array_elements(e.lines->'lines') line) of_lines
      where e.kind = 's' and e.lines is not null and -e.amount <> of_lines.credits`,
  },
  {
    rule: 'hold-is-sum-of-its-lines',
    sql: `
      select h.account_id,
        'hold ' || h.id || ': amount ' || h.amount || ', lines were expected to cost ' || of_lines.credits as detail
      from holds h
      cross join lateral (
        select sum((line->>'credits')::bigint) as credits from json_array_elements(h.lines->'lines') line) of_lines
      where h.lines is not null and h.amount <> of_lines.credits`,
  },
  {
    // Who decides reads nothing of what is included beyond it.
    rule: 'included-until-is-last',
    sql: `
      select i.account_id,
        'inclusion ' || i.id || ' ends ' || i.expires_at || ', behind ' || coalesce(b.included_until::text, 'nothing')
          as detail
      from usage_inclusions i
      left join balances b on b.account_id = i.account_id
      where i.expires_at > coalesce(b.included_until, '-infinity')`,
  },
  {
    rule: 'line-is-undone-once',
    sql: `
      select r.account_id,
        'line ' || place || ' of spend ' || r.source_id || ' is undone ' || count(*) || ' times, and is there '
          || count(s.seq) || ' times' as detail
      from entry_rows r
      cross join lateral json_array_elements_text(r.lines->'undone') as undone (place)
      left join entry_rows s on s.account_id = r.account_id and s.seq = spend_seq(r.source_id) and s.kind = 's'
        and s.lines->'lines'->(place::int) is not null
      where r.kind = 'r' and r.lines is not null
      group by r.account_id, r.source_id, place
      having count(*) <> 1 or count(s.seq) <> 1`,
  },
  {
    // A correction is two entries, one behind the other, and each names the spend of the other.
    rule: 'correction-is-two-entries',
    sql: `
      select coalesce(r.account_id, s.account_id) as account_id,
        'entry ' || coalesce(r.seq, s.seq) || ' is half of the correction of spend '
          || coalesce(r.corrected, s.corrected, 'none') as detail
      from (
        select account_id, seq, source_id as corrected, lines->>'correctedBy' as by
        from entry_rows
        where kind = 'r' and lines->>'correctedBy' is not null) r
      full join (
        select account_id, seq, lines->>'corrects' as corrected, spend_id(recorded_at, seq, salt) as id
        from entry_rows
        where kind = 's' and lines->>'corrects' is not null) s
        on s.account_id = r.account_id and s.seq = r.seq + 1
      where s.id is distinct from r.by or s.corrected is distinct from r.corrected`,
  },
];
