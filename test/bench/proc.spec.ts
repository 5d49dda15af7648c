import { ownerOf, parseStat, readTimes } from '../../bench/measure/proc.js';

describe('what /proc says of a process', () => {
  it('reads its own time and that of its ended children', () => {
    const stat = '4242 (node) S 17 4242 17 0 -1 4194304 150 9 0 0 1200 34 500 6 20 0 11 0 987654 123456789 2048';
    expect(parseStat(stat)).toEqual({ ownMs: 12_340, endedChildrenMs: 5_060, startedAt: '987654' });
  });

  it('is not misled by a name that holds spaces and brackets', () => {
    const stat = '7 (a) R 1 (b) S 1 7 7 0 -1 4194304 0 0 0 0 10 20 30 40 20 0 1 0 555 0 0';
    expect(parseStat(stat)).toEqual({ ownMs: 300, endedChildrenMs: 700, startedAt: '555' });
  });

  it.each(['', '7 (node) S 1', '7 (node) S 1 7 7 0 -1 0 0 0 0 0 a b c d 20 0 1 0 555'])(
    'tells nothing by %j',
    (text) => {
      expect(parseStat(text)).toBeUndefined();
    },
  );

  it('tells nothing of a process that has ended', async () => {
    await expect(readTimes(2 ** 30)).resolves.toBeUndefined();
  });
});

describe('whose work a process of Postgres does', () => {
  it.each([
    ['postgres: scrip bench_now 127.0.0.1(41234) idle', 'bench_now', false],
    ['postgres: scrip bench_now 127.0.0.1(41234) INSERT waiting', 'bench_now', false],
    ['postgres: scrip before ::1(41234) COMMIT', 'before', false],
    ['postgres: scrip before [local] idle in transaction', 'before', false],
    ['postgres: autovacuum worker before', 'before', true],
  ])('%s', (title, database, isAutovacuum) => {
    expect(ownerOf(title)).toEqual({ database, isAutovacuum });
  });

  it.each([
    'postgres: checkpointer',
    'postgres: background writer',
    'postgres: walwriter',
    'postgres: autovacuum launcher',
    'postgres: io worker 0',
    'postgres: logical replication launcher',
    '/usr/lib/postgresql/bin/postgres -D /data',
    '',
  ])('%s serves all databases', (title) => {
    expect(ownerOf(title)).toBeUndefined();
  });
});
