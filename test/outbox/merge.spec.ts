import { merge, type Part } from '../../src/outbox/merge.js';

const listOf = (name: string, times: readonly number[], isCut = false): Part<{ name: string; recordedAt: Date }> => ({
  list: times.map((time, index) => ({ name: `${name}${index + 1}`, recordedAt: new Date(time) })),
  isCut,
});
const namesOf = (merged: readonly { name: string }[]) => merged.map(({ name }) => name).join(' ');

it.each([
  ['nothing', listOf('a', []), listOf('b', []), ''],
  ['one list alone', listOf('a', [1, 2]), listOf('b', []), 'a1 a2'],
  ['by time', listOf('a', [1, 4, 6]), listOf('b', [2, 3, 7]), 'a1 b1 b2 a2 a3 b3'],
  ['of one moment the first list first', listOf('a', [5]), listOf('b', [5, 5]), 'a1 b1 b2'],
  ['each list in its own order, whatever its clock says', listOf('a', [9, 1]), listOf('b', [5]), 'b1 a1 a2'],
  ['nothing behind the end of a list that goes on', listOf('a', [1, 3], true), listOf('b', [2, 4, 5]), 'a1 b1 a2'],
  ['nothing behind the end of either', listOf('a', [1, 3], true), listOf('b', [2], true), 'a1 b1'],
  ['nothing, where a list goes on of which nothing is known', listOf('a', [1]), listOf('b', [], true), ''],
] as const)('merges %s', (_name, first, second, merged) => {
  expect(namesOf(merge(first, second))).toBe(merged);
});
