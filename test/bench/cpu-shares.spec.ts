import { CpuShares, type PostgresSample, type ProcessSample } from '../../bench/measure/cpu-shares.js';

const backend = (id: string, database: string, ownMs: number): ProcessSample => ({
  id,
  ownMs,
  owner: { database, isAutovacuum: false },
});
const vacuum = (id: string, database: string, ownMs: number): ProcessSample => ({
  id,
  ownMs,
  owner: { database, isAutovacuum: true },
});
const shared = (id: string, ownMs: number): ProcessSample => ({ id, ownMs, owner: undefined });

function sample(processes: ProcessSample[], { endedMs = 0, postmasterMs = 0 } = {}): PostgresSample {
  return { processes, endedMs, postmasterMs };
}

describe('which database the processors worked for', () => {
  let shares: CpuShares;
  beforeEach(() => {
    shares = new CpuShares();
  });

  it('counts backends and what serves all to the database whose turn it is', () => {
    shares.add(sample([backend('1', 'now', 100), shared('2', 50)], { postmasterMs: 10 }), undefined);
    shares.add(sample([backend('1', 'now', 400), shared('2', 70)], { postmasterMs: 15 }), 'now');
    expect(shares.of('now')).toBe(325);
    expect(shares.of('before')).toBe(0);
  });

  it('counts all of a backend that came during the turn', () => {
    shares.add(sample([]), undefined);
    shares.add(sample([backend('1', 'now', 30)]), 'now');
    expect(shares.of('now')).toBe(30);
  });

  it('counts the idle backends of another database to nobody', () => {
    shares.add(sample([backend('1', 'now', 0), backend('2', 'before', 0)]), undefined);
    shares.add(sample([backend('1', 'now', 100), backend('2', 'before', 5)]), 'now');
    expect(shares.of('now')).toBe(100);
    expect(shares.of('before')).toBe(0);
  });

  it('counts autovacuum to the database that it cleans, whenever it comes', () => {
    shares.add(sample([]), undefined);
    shares.add(sample([vacuum('1', 'before', 40)]), 'now');
    shares.add(sample([vacuum('1', 'before', 60)]), undefined);
    expect(shares.of('now')).toBe(0);
    expect(shares.of('before')).toBe(60);
  });

  it('counts what ended between two samples once', () => {
    shares.add(sample([backend('1', 'now', 100)], { endedMs: 1_000 }), undefined);
    // The backend has used 20 more and ended; another one came and went with 30.
    shares.add(sample([], { endedMs: 1_150 }), 'now');
    expect(shares.of('now')).toBe(50);
  });

  it('makes good in the next sample what ended while one was taken', () => {
    shares.add(sample([backend('1', 'now', 100)]), undefined);
    // Still read as alive, but already among the ended.
    shares.add(sample([backend('1', 'now', 120)], { endedMs: 120 }), 'now');
    shares.add(sample([], { endedMs: 120 }), 'now');
    expect(shares.of('now')).toBe(20);
  });

  it('counts nothing between turns but autovacuum', () => {
    shares.add(sample([backend('1', 'now', 0), shared('2', 0)]), undefined);
    shares.add(sample([backend('1', 'now', 9), shared('2', 9)], { endedMs: 9, postmasterMs: 9 }), undefined);
    expect(shares.of('now')).toBe(0);
  });
});
