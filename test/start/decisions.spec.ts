import { chooseSchema } from '../../src/database/session/choose-schema.js';
import { faultOf } from '../../src/database/session/fault-of.js';
import { unsuitable, withSettings } from '../../src/database/session/settings.js';

const fit = { version: 150_000, database: 'scrip', encoding: 'UTF8', isStandby: false, isReadOnly: false };

it('refuses a database that cannot hold the books, for one reason each', () => {
  expect(faultOf(fit)).toBeUndefined();
  expect(faultOf({ ...fit, version: 140_012 })).toMatch(/^Postgres 15 or newer is needed.*is 14\.$/);
  for (const encoding of ['LATIN1', 'SQL_ASCII', 'WIN1252'])
    expect(faultOf({ ...fit, encoding })).toContain(`encoded in ${encoding}`);
  expect(faultOf({ ...fit, isStandby: true, isReadOnly: true })).toContain('is a standby');
  expect(faultOf({ ...fit, isReadOnly: true })).toContain('default_transaction_read_only is on');
});

describe('the schema of the tables', () => {
  const choose = (schema: string | null, holding: string[], isPathSet = false) =>
    chooseSchema({ database: 'scrip', schema, isPathSet, holding });

  it('is the one that the search path leads to, unless the tables are elsewhere', () => {
    expect(choose('public', [])).toBe('public');
    expect(choose('billing', [], true)).toBe('billing');
    expect(choose('billing', ['billing', 'public'], true)).toBe('billing');
    expect(choose('public', ['billing'])).toBe('billing');
    expect(choose(null, ['billing'])).toBe('billing');
  });

  it('is asked for where nobody can tell which is meant', () => {
    expect(() => choose('empty', ['billing'], true)).toThrow(/in the schema billing, and search_path leads to empty/);
    expect(() => choose('public', ['one', 'two'])).toThrow(/in the schema one and in two/);
    expect(() => choose(null, [])).toThrow(/leads to no schema/);
  });
});

describe('the settings of a session', () => {
  it('are in the address, beside what was there, and come last so that they win', () => {
    const url = withSettings('postgres://db/scrip?options=-c%20role%3Dservice', new Map(), 'odd "schema"');
    const options = new URL(url).searchParams.get('options') ?? '';
    expect(options).toMatch(/^-c role=service -c client_encoding=UTF8 /);
    expect(options).toContain('-c default_transaction_isolation=read\\ committed ');
    expect(options).toMatch(/-c search_path="odd\\ ""schema"""$/);
    expect(options).not.toMatch(/synchronous_commit|default_transaction_read_only|transaction_timeout=/);
  });

  it('are corrected where a server may not know them or an owner may mean them only when they do harm', () => {
    const harmful = new Map([
      ['synchronous_commit', 'off'],
      ['session_replication_role', 'replica'],
      ['transaction_timeout', '1s'],
    ]);
    expect(unsuitable(harmful).map(({ name }) => name)).toEqual([...harmful.keys()]);
    const options = new URL(withSettings('postgres://db/scrip', harmful, 'public')).searchParams.get('options');
    expect(options).toContain('-c synchronous_commit=on -c session_replication_role=origin -c transaction_timeout=0');
    const meant = new Map([
      ['synchronous_commit', 'remote_apply'],
      ['DateStyle', 'ISO, DMY'],
      ['statement_timeout', '30s'],
      ['transaction_timeout', null],
    ]);
    expect(unsuitable(meant)).toEqual([]);
  });
});
