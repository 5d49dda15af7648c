import type { Dice } from './dice.js';
import { Raw } from './raw-json.js';

const times = (count: number, text: string) => Array.from({ length: count }, () => text).join(',');
const names = (count: number) => Array.from({ length: count }, (_, index) => `"n${index}":"x"`).join(',');

export const HOSTILE_TEXTS: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'x\udfff',
  '👋'.repeat(300),
  '田中',
  '\u202eadmin',
  '\r\nSet-Cookie: a=b',
  "'; drop table accounts; --",
  '../../etc/passwd',
  '%00',
  '%',
  '<script>alert(1)</script>',
  '=HYPERLINK("http://evil.example")',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'NaN',
  '-1',
  '1e400',
  '9'.repeat(400),
  'x'.repeat(129),
  'x'.repeat(10_000),
  'https://user:password@example.com',
  'javascript:alert(1)',
  'http://[::1',
  'a@b',
  '2026-02-30T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59-23:59',
  '+275760-09-13T00:00:00Z',
  'USD',
  'ord_01kbhe5m8f6q0000000000000a',
  '{{7*7}}',
  '$' + '{jndi:ldap://x}',
];

/** What is of another type than was meant, or at the edge of one. */
const WRONG_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  -0.000001,
  900_000_000_000,
  900_000_000_001,
  2 ** 53,
  -(2 ** 63),
  1e21,
  1e308,
  new Raw('1e309'),
  new Raw('-1e400'),
  new Raw('-0'),
  [],
  {},
  [[]],
  [null],
  [{}],
  ['x', 1, null],
];

/** What libraries and languages trip over, and what is too much. */
const TANGLED_VALUES: readonly unknown[] = [
  { length: 1e9 },
  new Raw('{"then":"x"}'),
  { toString: 1 },
  { valueOf: {} },
  { $ne: null },
  new Raw('{"__proto__":{"accountId":"ada"}}'),
  new Raw('{"constructor":{"prototype":{}}}'),
  new Raw('{"a":1,"a":2}'),
  new Raw('{"\\u0000":1}'),
  new Raw('"\\ud800"'),
  new Raw(`${'['.repeat(15)}${']'.repeat(15)}`),
  new Raw(`${'['.repeat(2_000)}${']'.repeat(2_000)}`),
  new Raw(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`),
  new Raw(`{${names(99)}}`),
  new Raw(`{${names(5_000)}}`),
  new Raw(`[${times(1_000, '{}')}]`),
  new Raw(`[${times(20_000, '1e309')}]`),
  new Raw(`[${times(60, `[${times(90, '{"a":0}')}]`)}]`),
];

/** Bodies that are hostile as a whole; the long ones take as much as a body may. */
export const HOSTILE_BODIES: readonly string[] = [
  '',
  '{',
  'null',
  '5',
  '"text"',
  '[]',
  '[{}]',
  '\ufeff{}',
  '{"a":1,}',
  "{'a':1}",
  `{${names(60_000)}}`,
  `{"metadata":{${names(60_000)}}}`,
  `{"items":[${times(170_000, '1e309')}]}`,
  `{"items":[${times(1_000, `{${times(30, '"a":1')}}`)}]}`,
  `{"items":[${times(1_000, `{"metadata":[${times(40, '"\\u0000"')}]}`)}]}`,
  '['.repeat(1_000_000),
  '{"a":'.repeat(150_000),
  `"${'\\u0000'.repeat(150_000)}"`,
  '9'.repeat(1_000_000),
  'x'.repeat(1_100_000),
];

export function hostileValue(dice: Dice): unknown {
  return dice.oneOf<unknown>(dice.oneOf([HOSTILE_TEXTS, HOSTILE_TEXTS, WRONG_VALUES, WRONG_VALUES, TANGLED_VALUES]));
}

/** Something is made hostile in a value: a member or an item is replaced, left out, or joined by one too many. */
export function spoilt(dice: Dice, value: unknown): unknown {
  if (Array.isArray(value) && value.length > 0 && dice.happens(0.8)) {
    const at = dice.below(value.length);
    return value.map((item, index) => (index === at ? spoilt(dice, item) : item));
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Raw);
  if (!isObject || dice.happens(0.25)) return hostileValue(dice);
  const members = Object.entries(value);
  if (members.length === 0 || dice.happens(0.15))
    return Object.fromEntries([...members, [dice.oneOf(HOSTILE_TEXTS), hostileValue(dice)]]);
  const at = dice.below(members.length);
  if (dice.happens(0.1)) return Object.fromEntries(members.filter((_member, index) => index !== at));
  return Object.fromEntries(
    members.map(([name, member], index) => [name, index === at ? spoilt(dice, member) : member]),
  );
}
