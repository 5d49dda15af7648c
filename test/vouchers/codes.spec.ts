import { CODE_ALPHABET, codeKeyOf, newCodes, OWN_CODE } from '../../src/vouchers/codes.js';

describe('generated codes', () => {
  const codes = newCodes(20_000);

  it('have at least 60 bits, in groups that can be read out', () => {
    for (const code of codes) expect(code).toMatch(/^[3-9A-Z]{4}(-[3-9A-Z]{4}){3}$/);
    expect(16 * Math.log2(CODE_ALPHABET.length)).toBeGreaterThan(60);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('use every character equally often, and none that is taken for another', () => {
    const counts = new Map<string, number>();
    for (const character of codes.join('').replaceAll('-', '')) counts.set(character, (counts.get(character) ?? 0) + 1);
    expect([...counts.keys()].sort()).toEqual([...CODE_ALPHABET].sort());
    const expected = (codes.length * 16) / CODE_ALPHABET.length;
    // Five standard deviations of so many draws.
    for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
    for (const pair of ['0O', '1I', '1L', 'IL', '2Z', '5S', '8B', 'UV', '6G'])
      expect([pair, [...pair].every((character) => CODE_ALPHABET.includes(character))]).toEqual([pair, false]);
  });
});

it.each([
  '7KTQ-M9XA-4WDC-GH3P',
  '7ktqm9xa4wdcgh3p',
  ' 7ktq m9xa 4wdc gh3p\n',
  '7KTQ–M9XA—4WDC−GH3P',
  '7KTQ_M9XA\u00a04WDC\u200bGH3P',
  '７ＫＴＱ－Ｍ９ＸＡ－４ＷＤＣ－ＧＨ３Ｐ',
])('a code is found when it is typed as %j', (typed) => {
  expect(codeKeyOf(typed)).toBe('7KTQM9XA4WDCGH3P');
});

it.each(['7KTQ-M9XA-4WDC-GH3', '7KTQ-M9XA-4WDC-GH3PP', 'KTQ7-M9XA-4WDC-GH3P', '', '---'])(
  'another code is not: %j',
  (typed) => {
    expect(codeKeyOf(typed)).not.toBe('7KTQM9XA4WDCGH3P');
  },
);

it.each([
  ['WELCOME', true],
  ['welcome-2026', true],
  ['A_1', false],
  ['A_1b', true],
  ['abc', true],
  ['a'.repeat(64), true],
  ['a'.repeat(65), false],
  [`${'a-'.repeat(63)}a`, true],
  [`a${'-'.repeat(126)}`, false],
  ['ab', false],
  ['-abc', false],
  ['abc-', false],
  ['ab c', false],
  ['grüße', false],
  ['', false],
  ['a----------b', false],
])("a code of the seller's own may be %j: %j", (code, isAllowed) => {
  expect(OWN_CODE.test(code)).toBe(isAllowed);
});
