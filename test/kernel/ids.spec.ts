import { firstIdAt, newId } from '../../src/kernel/ids.js';

const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';
const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1000);

describe('ids', () => {
  it('increase within a millisecond, and while the clock is set back by less than a second', () => {
    const ids = [at(10), at(10), at(10), at(9.5), at(10.1)].map((now) => newId('hld', now));
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('tell nothing of the id that is made next, in whatever millisecond', () => {
    const random = (id: string) =>
      [...id.slice(-16)].reduce((sum, char) => sum * 32n + BigInt(DIGITS.indexOf(char)), 0n);
    const made = Array.from({ length: 2_000 }, () => random(newId('req', at(20))));
    const steps = made.slice(1).map((id, index) => id - (made[index] ?? 0n));
    expect(new Set(steps).size).toBe(steps.length);
    // Of two thousand random numbers of 64 bits the least is hardly ever of fewer than 40.
    for (const step of steps) expect(step > 2n ** 40n).toBe(true);
  });

  it('go on in the next millisecond when one is full', () => {
    const ids = Array.from({ length: 100_000 }, () => newId('req', at(30)));
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^req_[0-9a-hjkmnp-tv-z]{26}$/);
  });

  it('say when they were made, though the clock was set back: they can still be found by time', () => {
    newId('hld', at(5_000));
    const id = newId('hld', at(1_000));
    expect(id >= firstIdAt('hld', at(1_000))).toBe(true);
    expect(id < firstIdAt('hld', at(1_001))).toBe(true);
  });
});
