import { readOptions } from '../../bench/options.js';

const read = (...args: string[]) => readOptions(args, 'bench/RESULTS.md');

describe('the command line of the benchmark', () => {
  it('compares designs and writes the results, unless told otherwise', () => {
    expect(read()).toMatchObject({ against: undefined, out: 'bench/RESULTS.md', rounds: 5, seconds: 4 });
  });

  it('compares with a version, and writes nothing by itself', () => {
    expect(read('--against', 'v1.2')).toMatchObject({
      against: 'v1.2',
      groups: ['hot', 'spread', 'batch', 'holds', 'held'],
      out: undefined,
    });
    expect(read('--against', 'v1.2', '--out', 'bench/AGAINST.md')).toMatchObject({ out: 'bench/AGAINST.md' });
  });

  it('opens holds after all that should not meet them, in whatever order it is asked', () => {
    expect(read('--only', 'held,hot')).toMatchObject({ groups: ['hot', 'held'] });
  });

  it.each([
    [['--against'], /argument missing/],
    [['--against', ''], '--against needs the name of a version: a commit, a tag or a branch'],
    [['--against', 'v1', '--only', 'hot,growth'], '--against knows hot, spread, batch, holds, held, and no growth'],
    [['--against', 'v1', '--only', 'fairness'], '--against knows hot, spread, batch, holds, held, and no fairness'],
    [['--against', 'v1', '--full'], '--against knows hot, spread, batch, holds, held, and no growth'],
    [['--against', 'v1', '--large', '20000'], '--against knows hot, spread, batch, holds, held, and no growth'],
    [['--against', 'v1', '--rounds', '0'], '--rounds must be a whole number from 1 to 100'],
    [
      ['--only', 'cold'],
      '--only knows hot, spread, batch, holds, held, usage, events, fairness, reports, growth, not cold',
    ],
    [['--agianst', 'v1'], /Unknown option '--agianst'/],
  ])('%j is refused', (args, message) => {
    expect(() => read(...args)).toThrow(message);
  });
});
