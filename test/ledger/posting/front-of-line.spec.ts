import { randomUUID } from 'node:crypto';
import { spendCommand } from '../../../src/ledger/commands/spends.js';
import { frontOf, Waiting } from '../../../src/ledger/posting/waiting.js';

const MOST = 512;
const nobody = { accepted: () => undefined, refused: () => undefined };
const lineOf = (...accountIds: string[]) =>
  accountIds.map(
    (accountId, place) => new Waiting(spendCommand(randomUUID(), { accountId, amount: 1 }), place, 0, nobody),
  );
const many = (accountId: string, count: number) => Array<string>(count).fill(accountId);
const places = (line: readonly Waiting[]) => line.map(({ place }) => place);

describe('the commands of a queue that are next', () => {
  it('are all where there are few', () => {
    expect(places(frontOf(lineOf('a', 'b', 'a'), MOST).front)).toEqual([0, 1, 2]);
  });

  it('include those behind a thousand of another account, of which no more than its share is taken, in order', () => {
    const line = lineOf(...many('heavy', 1_000), 'ada', ...many('heavy', 10), 'bob');
    const { front, seen } = frontOf(line, MOST);
    expect(places(front)).toEqual([...Array.from({ length: 128 }, (_, place) => place), 1_000, 1_011]);
    expect(seen).toBe(line.length);
  });

  it('are more of one account while no other waits', () => {
    const { front, seen } = frontOf(lineOf(...many('heavy', 1_000)), MOST);
    expect([front.length, seen]).toEqual([256, 256]);
  });

  it('are never more than fit into a batch, and what is behind them is not looked at', () => {
    const line = lineOf(...Array.from({ length: 2_000 }, (_, index) => `account-${index}`));
    const { front, seen } = frontOf(line, MOST);
    expect([front.length, seen]).toEqual([MOST, MOST]);
  });
});
