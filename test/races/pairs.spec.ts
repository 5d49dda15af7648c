import { type Arena, openArena, type Pair } from './pair.js';
import { PAIRS } from './pair-table.js';

/** How often each pair races: often enough that either side wins some. */
const ROUNDS = 6;

describe('two commands at once on one account', () => {
  let arena: Arena;
  const figures = { openEnded: 0, both: 0 };
  beforeAll(async () => {
    arena = await openArena();
  });
  afterAll(async () => {
    process.stdout.write(`races: ${figures.openEnded} races could end in several ways, ${figures.both} were seen to\n`);
    await arena.close();
  });
  afterEach(async () => expect(await arena.findings()).toEqual([]));

  async function endsOf(pair: Pair, processes: 1 | 2): Promise<string[]> {
    const ends = new Set<string>();
    for (let round = 0; round < ROUNDS; round += 1)
      ends.add(await arena.race(pair, processes, round % 2 === 0 ? 'left' : 'right'));
    figures.openEnded += pair.allowed.length > 1 ? 1 : 0;
    figures.both += ends.size > 1 ? 1 : 0;
    return [...ends];
  }

  it.each(PAIRS.filter(({ atDeadline }) => !atDeadline))('$name, in one process', async (pair) => {
    for (const end of await endsOf(pair, 1)) expect(pair.allowed).toContain(end);
  });

  it.each(PAIRS)('$name, in two processes', async (pair) => {
    for (const end of await endsOf(pair, 2)) expect(pair.allowed).toContain(end);
  });
});
