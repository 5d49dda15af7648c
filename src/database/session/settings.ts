/** A setting of a session, and what it must be for the service to read and write as it means to. */
interface Pin {
  readonly name: string;
  readonly value: string;
  /** Which other values do no harm, where the setting is not ours to make. Without it only `value` will do. */
  readonly tolerates?: (value: string) => boolean;
}

const anything = () => true;

/** How often, in milliseconds, a server looks whether somebody still waits for the statement that it runs. */
export const CLIENT_CHECK = 'client_connection_check_interval';

/**
 * What a role, a database or a file of the server may have set otherwise (`alter role … set …`). Reads, writes, texts
 * and locks rely on each of them, or would be cut short by it: limits of time are the service's own.
 */
const PINS: readonly Pin[] = [
  { name: 'client_encoding', value: 'UTF8' },
  { name: 'DateStyle', value: 'ISO,MDY', tolerates: (style) => style.startsWith('ISO') },
  { name: 'IntervalStyle', value: 'postgres', tolerates: anything },
  { name: 'TimeZone', value: 'UTC', tolerates: anything },
  { name: 'bytea_output', value: 'hex' },
  { name: 'extra_float_digits', value: '1', tolerates: anything },
  { name: 'standard_conforming_strings', value: 'on' },
  { name: 'array_nulls', value: 'on' },
  { name: 'transform_null_equals', value: 'off' },
  { name: 'row_security', value: 'on' },
  { name: 'default_transaction_isolation', value: 'read committed' },
  { name: 'default_transaction_deferrable', value: 'off', tolerates: anything },
  { name: 'statement_timeout', value: '0', tolerates: anything },
  { name: 'lock_timeout', value: '0', tolerates: anything },
  { name: 'idle_in_transaction_session_timeout', value: '0', tolerates: anything },
  { name: 'idle_session_timeout', value: '0', tolerates: anything },
];

/**
 * What is corrected only where it does harm: a server may not know the setting yet, only a superuser may touch it, or
 * other values than ours are a choice of whoever runs the server.
 */
const CORRECTIONS: readonly Pin[] = [
  // What was acknowledged is on the disk. That a replica has it, too, is a choice.
  { name: 'synchronous_commit', value: 'on', tolerates: (value) => value !== 'off' },
  // Anything else switches off the triggers that keep entries from being changed.
  { name: 'session_replication_role', value: 'origin' },
  { name: 'transaction_timeout', value: '0' },
];

/**
 * What is set where a server can do it, and missed nowhere. A statement whose connection was ended by us, since it took
 * too long, would go on at the server for as long as it likes, and many of them use up its connections.
 */
const WISHES: readonly Pin[] = [{ name: CLIENT_CHECK, value: '1000' }];

/** The settings that are looked at, by name. */
export const WATCHED_SETTINGS = [...PINS, ...CORRECTIONS, ...WISHES].map(({ name }) => name);

/** What a session has, by name; null for a setting that the server does not know. */
export type Settings = ReadonlyMap<string, string | null>;

/** A setting that the service cannot work with. */
export interface Unsuitable {
  readonly name: string;
  readonly value: string;
  readonly wanted: string;
}

/** The settings of a session that do harm. */
export function unsuitable(settings: Settings): Unsuitable[] {
  return [...PINS, ...CORRECTIONS].flatMap((pin) => {
    const value = settings.get(pin.name) ?? null;
    if (value === null || value === pin.value || pin.tolerates?.(value)) return [];
    return [{ name: pin.name, value, wanted: pin.value }];
  });
}

/**
 * The same address with our settings in it, as `options` of the connection (libpq's `-c name=value`). They win over
 * those of role, database and server, in every connection that is made with it, whoever makes it. `schema` is where the
 * tables are. Default_transaction_read_only is left alone: who sets it wants nothing to be written.
 */
export function withSettings(url: string, settings: Settings, schema: string): string {
  const harmful = new Set(unsuitable(settings).map(({ name }) => name));
  const pins = [
    ...PINS,
    ...CORRECTIONS.filter(({ name }) => harmful.has(name)),
    ...WISHES.filter(({ name }) => (settings.get(name) ?? null) !== null),
  ];
  const pinned = new URL(url);
  // The driver reads PGOPTIONS only where the address has no options.
  const given = pinned.searchParams.get('options') ?? process.env.PGOPTIONS;
  const options = [
    ...(given === undefined ? [] : [given]),
    ...pins.map(({ name, value }) => optionOf(name, value)),
    optionOf('search_path', `"${schema.replaceAll('"', '""')}"`),
  ];
  pinned.searchParams.set('options', options.join(' '));
  return pinned.href;
}

/** The server splits options at spaces that no backslash precedes. */
function optionOf(name: string, value: string): string {
  return `-c ${name}=${value.replace(/[\\\s]/g, '\\$&')}`;
}

/**
 * The same address with a limit on every wait for a lock. Where the settings are not ours, behind a pooler, there is
 * none beyond those of transactions.
 */
export function withLockTimeout(url: string, lockTimeoutMs: number): string {
  const limited = new URL(url);
  const given = limited.searchParams.get('options');
  if (given === null) return url;
  // Of two that are the same the server takes the last.
  limited.searchParams.set('options', `${given} ${optionOf('lock_timeout', `${lockTimeoutMs}`)}`);
  return limited.href;
}
