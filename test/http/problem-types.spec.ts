import { problems } from '../../src/app/problems.js';

/** A type names one page of `/problems` and one schema, and clients tell problems apart by it. */
it('every problem has a type of its own', () => {
  const types = problems.map(({ type }) => type);
  expect(types.filter((type, index) => types.indexOf(type) !== index)).toEqual([]);
});
