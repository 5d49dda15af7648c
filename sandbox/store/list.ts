import type { Tx } from './database.js';
import type { Identified, Kind } from './objects.js';

/** A further condition on `sandbox.objects o`; `$` stands for its one value. */
export interface Condition {
  sql: string;
  value: unknown;
}

export interface ListQuery {
  /** Fields that must have exactly these values; `undefined` asks nothing. */
  equal?: Record<string, unknown>;
  conditions?: Condition[];
  limit: number;
  /** The position of the object that the page begins after, or ends before. */
  after?: string;
  before?: string;
}

export interface Page<T> {
  data: T[];
  hasMore: boolean;
}

/** What `like` takes for a text in which `*` stands for any rest. */
export const likePattern = (text: string): string => text.replace(/[\\%_]/g, '\\$&').replaceAll('*', '%');

/** A page of objects, newest first, in the order in which they were made. */
export async function listObjects<S extends Identified>(tx: Tx, kind: Kind<S>, query: ListQuery): Promise<Page<S>> {
  const values: unknown[] = [kind.name, JSON.stringify(definedOnly(query.equal ?? {})), query.limit + 1];
  const backwards = query.before !== undefined;
  const conditions = [...(query.conditions ?? [])];
  if (query.after !== undefined) conditions.push({ sql: 'o.seq < $::bigint', value: query.after });
  if (query.before !== undefined) conditions.push({ sql: 'o.seq > $::bigint', value: query.before });
  const rows = await tx.query<{ shown: S }>(
    `select o.shown
     from sandbox.objects o
     where o.kind = $1 and not o.deleted and o.shown @> $2
     ${conditions.map(({ sql, value }) => `and ${sql.replace('$', () => `$${values.push(value)}`)}`).join('\n')}
     order by o.seq ${backwards ? 'asc' : 'desc'}
     limit $3`,
    values,
  );
  const data = rows.slice(0, query.limit).map((row) => row.shown);
  return { data: backwards ? data.reverse() : data, hasMore: rows.length > query.limit };
}

/** Where an object stands in its list. */
export async function positionOf(tx: Tx, kind: Kind<Identified>, id: string): Promise<string | undefined> {
  const [row] = await tx.query<{ seq: string }>('select seq from sandbox.objects where id = $1 and kind = $2', [
    id,
    kind.name,
  ]);
  return row?.seq;
}

const definedOnly = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
