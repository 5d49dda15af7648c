import type { Tx } from './database.js';

/** Reads a setting, or stores and returns the given first value. Safe when several processes start at once. */
export async function settingOr<T>(tx: Tx, name: string, first: T): Promise<T> {
  await tx.query('insert into sandbox.settings (name, value) values ($1, $2) on conflict (name) do nothing', [
    name,
    JSON.stringify(first),
  ]);
  const [row] = await tx.query<{ value: T }>('select value from sandbox.settings where name = $1', [name]);
  return row?.value ?? first;
}

export async function saveSetting(tx: Tx, name: string, value: unknown): Promise<void> {
  await tx.query(
    `insert into sandbox.settings (name, value) values ($1, $2)
     on conflict (name) do update set value = excluded.value`,
    [name, JSON.stringify(value)],
  );
}
