import { firstIdAt, newId } from '../../src/kernel/ids.js';

const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1000);

describe('ids', () => {
  it('increase within a millisecond, and while the clock is set back by less than a second', () => {
    const ids = [at(10), at(10), at(10), at(9.5), at(10.1)].map((now) => newId('hld', now));
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('say when they were made, though the clock was set back: they can still be found by time', () => {
    newId('hld', at(5_000));
    const id = newId('hld', at(1_000));
    expect(id >= firstIdAt('hld', at(1_000))).toBe(true);
    expect(id < firstIdAt('hld', at(1_001))).toBe(true);
  });
});
