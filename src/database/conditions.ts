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
