import {
  MIN_BATCH_BEHIND,
  modeAfter,
  type QueueEvent,
  type QueueLoad,
  type QueueMode,
} from '../../../src/ledger/posting/queue-mode.js';

const few = MIN_BATCH_BEHIND - 1;
const many = MIN_BATCH_BEHIND;
const load = (waiting: number, sent: number, isTrying = false): QueueLoad => ({ waiting, sent, reading: 0, isTrying });
const besideReading = (waiting: number, sent: number): QueueLoad => ({ ...load(waiting, sent), reading: 1 });

describe('the mode of a queue', () => {
  it.each<[string, QueueMode, QueueEvent, QueueLoad, QueueMode]>([
    ['begins to gather with the first command', 'idle', 'arrived', load(1, 0), 'gathering'],
    ['goes on gathering, whatever comes', 'gathering', 'arrived', load(many, 1), 'gathering'],
    ['goes on gathering, whatever ends', 'gathering', 'ended', load(0, 0), 'gathering'],
    ['is idle once nothing that was gathered waits', 'gathering', 'taken', load(0, 0), 'idle'],
    ['is writing while a batch is on its way', 'gathering', 'taken', load(0, 1), 'writing'],
    ['gathers again when a batch left many behind', 'gathering', 'taken', load(many, 1), 'gathering'],
    ['lets few wait behind a batch', 'writing', 'arrived', load(few, 1), 'writing'],
    ['sends many behind a batch', 'writing', 'arrived', load(many, 1), 'gathering'],
    ['lets few wait behind one of two batches', 'writing', 'ended', load(few, 1), 'writing'],
    ['takes few when nothing is on its way', 'writing', 'ended', load(few, 0), 'gathering'],
    ['is idle when the last batch has ended', 'writing', 'ended', load(0, 0), 'idle'],
    ['is blocked when nothing can go', 'gathering', 'stopped', load(many, 2), 'blocked'],
    ['is blocked while a connection is opened', 'gathering', 'stopped', load(1, 0), 'blocked'],
    ['stays blocked, however many come', 'blocked', 'arrived', load(many, 2), 'blocked'],
    ['looks again at many when a batch has ended', 'blocked', 'ended', load(many, 1), 'gathering'],
    ['waits on with few when a batch has ended', 'blocked', 'ended', load(few, 1), 'writing'],
    ['sends one while others are read', 'writing', 'arrived', besideReading(1, 0), 'gathering'],
    ['looks at what comes behind others that wait for reading', 'blocked', 'arrived', besideReading(2, 0), 'gathering'],
    ['stays blocked behind a batch, while others are read', 'blocked', 'arrived', besideReading(2, 1), 'blocked'],
    ['is writing while others are read', 'writing', 'ended', besideReading(0, 0), 'writing'],
    ['is trying when only locked accounts are left', 'writing', 'ended', load(0, 0, true), 'trying'],
    ['gathers while locked accounts are tried', 'trying', 'arrived', load(1, 0, true), 'gathering'],
    ['is idle when no account is locked any more', 'trying', 'ended', load(0, 0), 'idle'],
  ])('%s', (_what, mode, event, has, after) => {
    expect(modeAfter(mode, event, has)).toBe(after);
  });
});
