import type { Facts } from './examine.js';

const LEAST_MAJOR_VERSION = 15;

/** What keeps a database from holding the books, and what to do about it; undefined when nothing does. */
export function faultOf({
  version,
  database,
  encoding,
  isStandby,
  isReadOnly,
}: Pick<Facts, 'version' | 'database' | 'encoding' | 'isStandby' | 'isReadOnly'>): string | undefined {
  const major = Math.floor(version / 10_000);
  if (major < LEAST_MAJOR_VERSION)
    return `Postgres ${LEAST_MAJOR_VERSION} or newer is needed, and the one of the database ${database} is ${major}.`;
  if (encoding !== 'UTF8')
    return (
      `The database ${database} is encoded in ${encoding}, which cannot hold every name: make one with encoding ` +
      `'UTF8' (create database scrip template template0 encoding 'UTF8') and set DATABASE_URL to it.`
    );
  if (isStandby)
    return (
      `The Postgres of the database ${database} is a standby, which takes no writes: set DATABASE_URL to the primary ` +
      'server.'
    );
  if (isReadOnly)
    return (
      `The database ${database} takes no writes: default_transaction_read_only is on for it or for its role. Switch ` +
      'it off.'
    );
  return undefined;
}
