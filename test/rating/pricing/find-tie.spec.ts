import type { Dimensions } from '../../../src/rating/pricing/dimensions.js';
import { findTie } from '../../../src/rating/pricing/find-tie.js';
import { leastCpuMsOf } from '../../support/service/cpu-time.js';

it.each<[what: string, list: Dimensions[], usage: Dimensions | undefined]>([
  ['one price for all', [{}], undefined],
  ['two prices for all', [{}, {}], {}],
  ['the same match twice', [{ a: '1' }, { b: '1' }, { a: '1', b: '1' }, { a: '1' }], { a: '1' }],
  ['values that differ', [{ a: '1' }, { a: '2' }, {}], undefined],
  ['two dimensions that usage may both have', [{ a: '1' }, { b: '1' }], { a: '1', b: '1' }],
  ['a third that names both', [{ a: '1' }, { b: '1' }, { a: '1', b: '1' }], undefined],
  ['a third that names both with another value', [{ a: '1' }, { b: '1' }, { a: '1', b: '2' }], { a: '1', b: '1' }],
  [
    'a shared dimension that tells them apart',
    [
      { a: '1', b: '1' },
      { a: '2', c: '1' },
    ],
    undefined,
  ],
  [
    'a shared dimension that does not',
    [
      { a: '1', b: '1' },
      { a: '1', c: '1' },
    ],
    { a: '1', b: '1', c: '1' },
  ],
])('%s', (_what, list, usage) => {
  expect(findTie(list)?.usage).toEqual(usage);
});

it('names the two that tie', () => {
  expect(findTie([{}, { a: '1' }, { c: '1', d: '1' }, { b: '2' }])?.prices).toEqual([1, 3]);
});

it('decides the largest card of a file, and the hardest of a request, within 100 ms of CPU', async () => {
  const models = Array.from({ length: 5_000 }, (_, index) => `model-${index}`);
  const large = models.flatMap((model) => ['input', 'output'].map((kind) => ({ kind, model })));
  expect(await leastCpuMsOf(() => expect(findTie([{}, ...large])).toBeUndefined())).toBeLessThan(100);
  // Each of the first group and each of the second match the same usage, and a third group tells all of them apart.
  const rows = Array.from({ length: 166 }, (_, index) => `${index}`);
  const hard = [
    ...rows.map((a) => ({ a, m: '1', n: '1' })),
    ...rows.map((b) => ({ b, x: '1', y: '1' })),
    ...rows.map((a) => ({ a, m: '1', n: '1', x: '1' })),
  ];
  expect(await leastCpuMsOf(() => expect(findTie(hard)).toBeUndefined())).toBeLessThan(100);
});
