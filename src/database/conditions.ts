import { And, type FindOperator, type FindOptionsWhere, LessThan, MoreThanOrEqual, type ObjectLiteral } from 'typeorm';

/** A condition in SQL with `$$` where its value stands, and the value; one without a value does not count. */
export type Condition = readonly [sql: string, value: unknown];

/**
 * Joins the conditions that have a value by `and`, each value bound. What is not asked for is not in the statement, so
 * that Postgres finds the index of what is.
 */
export function joined(conditions: readonly Condition[]): { sql: string; values: unknown[] } {
  const asked = conditions.filter(([, value]) => value !== undefined);
  return {
    sql: asked.map(([sql], index) => sql.replaceAll('$$', `$${index + 1}`)).join(' and ') || 'true',
    values: asked.map(([, value]) => value),
  };
}

/**
 * The same for an entity: the conditions that have a value, where TypeORM refuses those that have none. Only for what a
 * caller may leave out: what a list is always limited to, such as the account that it is of, stands next to it.
 */
export function given<Entity extends ObjectLiteral>(conditions: FindOptionsWhere<Entity>): FindOptionsWhere<Entity> {
  const asked = Object.entries(conditions).filter(([, value]) => value !== undefined);
  return Object.fromEntries(asked) as FindOptionsWhere<Entity>;
}

/** From one moment until before another, as far as either is said. */
export function within({ from, to }: { from?: Date; to?: Date }): FindOperator<Date> | undefined {
  const bounds = [...(from === undefined ? [] : [MoreThanOrEqual(from)]), ...(to === undefined ? [] : [LessThan(to)])];
  return bounds.length === 0 ? undefined : And(...bounds);
}

/** Before the key that a cursor holds, in a list that begins at the end; everything on its first page. */
export function before(key: string | undefined): FindOperator<string> | undefined {
  return key === undefined ? undefined : LessThan(key);
}
