import type { TestScrip } from '../service/scrip.js';

/** What happened to an account. */
export interface NotedRow {
  type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a story reads whatever is told
  data: any;
}

/** What the ledger has noted of an account, in its order, whether it was moved to all other events yet or not. */
export const NOTED = `
  select type, data
  from (
    select 1 as place, ordinal, type, data
    from domain_events
    where account_id = $1 and type ~ '^(grant|spend|hold|balance)[.]'
    union all
    select 2, ordinal, type, data
    from ledger_events
    where account_id = $1) noted
  order by place, ordinal`;

/** What was noted of an account, in its order. */
export function notedOf(scrip: Pick<TestScrip, 'sql'>, accountId: string): Promise<NotedRow[]> {
  return scrip.sql<NotedRow>(NOTED, [accountId]);
}

/** The types of that alone. */
export async function typesNotedOf(scrip: Pick<TestScrip, 'sql'>, accountId: string): Promise<string[]> {
  return (await notedOf(scrip, accountId)).map(({ type }) => type);
}
