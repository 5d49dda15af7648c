import fc from 'fast-check';
import { type Dimensions, matches, sizeOf } from '../../../src/rating/pricing/dimensions.js';
import { findTie } from '../../../src/rating/pricing/find-tie.js';

const NAMES = ['a', 'b', 'c', 'd'];
const match = fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom('1', '2'), {
  maxKeys: 3,
  noNullPrototype: true,
});

/** All usage that these matches can tell apart: each dimension absent, of a value that is named, or of another. */
function* allUsage(): Generator<Dimensions> {
  const values = [undefined, '1', '2', 'other'];
  for (let number = 0; number < 4 ** NAMES.length; number += 1) {
    const picked = NAMES.map((name, place) => {
      const digit = Math.floor(number / 4 ** place) % 4;
      return [name, values[digit]] as const;
    });
    yield Object.fromEntries(picked.filter((pair): pair is [string, string] => pair[1] !== undefined));
  }
}

function winnersOf(list: readonly Dimensions[], usage: Dimensions): number[] {
  const fitting = [...list.keys()].filter((index) => matches(list[index] ?? {}, usage));
  const most = Math.max(...fitting.map((index) => sizeOf(list[index] ?? {})));
  return fitting.filter((index) => sizeOf(list[index] ?? {}) === most);
}

it('two prices tie where looking at all usage finds that they do, and what is shown of it is true', () => {
  fc.assert(
    fc.property(fc.array(match, { maxLength: 9 }), (list) => {
      const tie = findTie(list);
      if (tie !== undefined) expect(winnersOf(list, tie.usage)).toEqual(expect.arrayContaining([...tie.prices]));
      const isTied = [...allUsage()].some((usage) => winnersOf(list, usage).length > 1);
      expect(tie !== undefined).toBe(isTied);
    }),
    { numRuns: process.env.SCRIP_SOAK === '1' ? 10_000 : 300 },
  );
});
