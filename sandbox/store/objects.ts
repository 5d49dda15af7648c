import type { Tx } from './database.js';

/** A kind of object: what callers see of it (`Shown`) and what the sandbox notes about it (`Hidden`). */
export interface Kind<Shown extends Identified, Hidden extends object = object> {
  /** As in the `object` field, which is also what Stripe calls it in "No such …". */
  readonly name: string;
  /** Carries the types alone. */
  readonly types?: { shown: Shown; hidden: Hidden };
}

export interface Identified {
  id: string;
  object: string;
}

export interface Stored<Shown extends Identified, Hidden extends object = object> {
  shown: Shown;
  hidden: Hidden;
}

export const kindOf = <Shown extends Identified, Hidden extends object = object>(
  name: string,
): Kind<Shown, Hidden> => ({
  name,
});

/** Returns false when the id is taken. */
export async function insertObject<S extends Identified, H extends object>(
  tx: Tx,
  kind: Kind<S, H>,
  created: number,
  shown: S,
  hidden: H,
): Promise<boolean> {
  const rows = await tx.query(
    `insert into sandbox.objects (id, kind, created, shown, hidden)
     values ($1, $2, $3, $4, $5)
     on conflict (id) do nothing
     returning id`,
    [shown.id, kind.name, created, JSON.stringify(shown), JSON.stringify(hidden)],
  );
  return rows.length > 0;
}

/** Finds an object that has not been deleted. `lock` keeps others from changing it until the transaction ends. */
export async function findObject<S extends Identified, H extends object>(
  tx: Tx,
  kind: Kind<S, H>,
  id: string,
  { lock = false } = {},
): Promise<Stored<S, H> | undefined> {
  const [row] = await tx.query<Stored<S, H>>(
    `select shown, hidden
     from sandbox.objects
     where id = $1 and kind = $2 and not deleted
     ${lock ? 'for no key update' : ''}`,
    [id, kind.name],
  );
  return row;
}

/** Objects of any kind by id; of deleted ones what Stripe still shows. */
export async function findShown(tx: Tx, ids: string[]): Promise<Map<string, Identified>> {
  const rows = await tx.query<{ id: string; kind: string; deleted: boolean; shown: Identified }>(
    'select id, kind, deleted, shown from sandbox.objects where id = any($1)',
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row.deleted ? remains(row.kind, row.id) : row.shown]));
}

/** What Stripe answers about something that was deleted. */
export const remains = <Name extends string>(object: Name, id: string) => ({ id, object, deleted: true as const });

export async function isDeleted(tx: Tx, kind: Kind<Identified>, id: string): Promise<boolean> {
  const rows = await tx.query('select from sandbox.objects where id = $1 and kind = $2 and deleted', [id, kind.name]);
  return rows.length > 0;
}

export async function saveObject<S extends Identified, H extends object>(tx: Tx, stored: Stored<S, H>): Promise<void> {
  await tx.query('update sandbox.objects set shown = $2, hidden = $3 where id = $1', [
    stored.shown.id,
    JSON.stringify(stored.shown),
    JSON.stringify(stored.hidden),
  ]);
}

export async function deleteObject(tx: Tx, id: string): Promise<void> {
  await tx.query('update sandbox.objects set deleted = true where id = $1', [id]);
}
