import { DatabaseUnfit } from './database-unfit.js';
import type { Facts } from './examine.js';

/**
 * Where the tables are, or are to be made. Tables that are there already are found also when the search path no longer
 * leads to them, as after a restore, which does not bring the settings of roles and databases: a second set of tables
 * would be empty books. @throws DatabaseUnfit when it is not plain which schema is meant.
 */
export function chooseSchema({
  database,
  schema,
  isPathSet,
  holding,
}: Pick<Facts, 'database' | 'schema' | 'isPathSet' | 'holding'>): string {
  if (schema !== null && holding.includes(schema)) return schema;
  const [only, ...others] = holding;
  if (only === undefined) {
    if (schema !== null) return schema;
    throw new DatabaseUnfit(`The search_path of the database ${database} leads to no schema: make one, or set it.`);
  }
  if (others.length === 0 && !isPathSet) return only;
  const leadsTo = schema === null ? 'to no schema' : `to ${schema}, which has none`;
  throw new DatabaseUnfit(
    `The database ${database} has tables of Scrip in the schema ${holding.join(' and in ')}, ` +
      `and search_path leads ${leadsTo}. Set search_path to the schema that is meant: ` +
      `add ?options=-c%20search_path%3D${encodeURIComponent(only)} to DATABASE_URL (and to DATABASE_OWNER_URL).`,
  );
}
