/** The superuser of the server, whose password lies in the data folder, readable by its owner alone. */
export const SUPERUSER = 'scrip';

/** Of a database of the server, with the superuser's password. */
export function urlOf({ port, password, database }: { port: number; password: string; database: string }): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}
