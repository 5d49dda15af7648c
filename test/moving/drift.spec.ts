import { openAccount } from '../support/shop/account.js';
import { jsonRows, plainRows, useMoving } from './commands.js';

const moving = useMoving();

/** Compares a file with the books. Returns what was said of it, and the rows of its report. */
async function drift(text: string, ...args: string[]) {
  const path = await moving.write('balances.csv', text);
  const { exitCode, stdout, stderr } = await moving.run('drift', path, ...args);
  return { exitCode, stderr, sums: stdout === '' ? undefined : JSON.parse(stdout) };
}

const rows = async () => plainRows(await moving.read('balances.csv.drift.csv'));

describe('balances that are kept elsewhere', () => {
  beforeAll(async () => {
    for (const [id, credits] of Object.entries({ ada: 10, bob: 20, cyd: 30, '-dee': 5 }))
      await (await openAccount(moving.scrip, id)).grant(credits);
    const late = await openAccount(moving.scrip, 'late');
    await late.grant(7, { expiresAt: new Date(Date.now() + 1_000).toISOString() });
    await moving.scrip.sql('select pg_sleep(1.1)');
  });

  it('are equal, and the command says so', async () => {
    const same = await drift('accountId,balance\nada,10\nbob,20\ncyd,30\n-dee,5\nlate,0\n');
    expect(same).toMatchObject({
      exitCode: 0,
      sums: {
        ...{ equal: 5, differs: 0, missingHere: 0, missingThere: 0, unreadable: 0 },
        ...{ creditsThere: '65', creditsHere: '65', difference: '0' },
      },
    });
    expect(await rows()).toEqual([]);
  });

  it('differ, or are missing on either side, by how much each and all together', async () => {
    const other = await drift('note,credits,accountId\nx,12,ada\nx,20,bob\nx,8,zoe\n', '--column', 'credits');
    expect(other).toMatchObject({
      exitCode: 1,
      sums: {
        ...{ equal: 1, differs: 1, missingHere: 1, missingThere: 3, unreadable: 0 },
        ...{ creditsThere: '40', creditsHere: '65', difference: '25' },
      },
    });
    expect(await rows()).toEqual([
      { line: '2', accountId: 'ada', status: 'differs', there: '12', here: '10', difference: '-2', detail: '' },
      { line: '4', accountId: 'zoe', status: 'missing_here', there: '8', here: '', difference: '-8', detail: '' },
      { line: '', accountId: 'cyd', status: 'missing_there', there: '', here: '30', difference: '30', detail: '' },
      { line: '', accountId: "'-dee", status: 'missing_there', there: '', here: '5', difference: '5', detail: '' },
      { line: '', accountId: 'late', status: 'missing_there', there: '', here: '0', difference: '0', detail: '' },
    ]);
  });

  it('are told by line where they cannot be read', async () => {
    const report = moving.path('report.ndjson');
    const text = "accountId,balance\nada,10\nada,10\nbob,2e1\ncyd,\n,5\ncyd,1,2\n'-dee,5\nbob,99999999999999999\n";
    const { exitCode, sums } = await drift(text, '--report', report);
    expect([exitCode, sums]).toEqual([1, expect.objectContaining({ equal: 2, unreadable: 6, report })]);
    const told = jsonRows(await moving.read('report.ndjson')).filter(({ status }) => status === 'unreadable');
    expect(told.map(({ line, detail }) => `${line} ${detail}`)).toEqual([
      '3 a line before is of the same account',
      '4 balance must be a whole number between -2^53 and 2^53',
      '5 balance must be a whole number between -2^53 and 2^53',
      '6 accountId is empty',
      '7 it has 3 cells, and the first line has 2',
      '9 a line before is of the same account',
    ]);
  });

  it('that were exported are the same again', async () => {
    const path = moving.path('accounts.csv');
    await moving.run('export', 'accounts', '--out', path);
    await moving.write('again.csv', (await moving.read('accounts.csv')).replace('id,', 'accountId,'));
    const { exitCode, stdout } = await moving.run('drift', moving.path('again.csv'));
    expect([exitCode, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ equal: 5 })]);
  });

  it.each([
    ['no balances', 'accountId,credits\nada,1\n', 'has no column "balance"'],
    ['no accounts', 'id,balance\nada,1\n', 'has no column "accountId"'],
    ['nothing', '', 'is no table: it is empty'],
    ['the wrong separator', 'accountId;balance\nada;1\n', 'has no column "accountId"'],
  ])('of a file with %s are not compared', async (_what, text, sentence) => {
    const { exitCode, stderr, sums } = await drift(text);
    expect([exitCode, sums, stderr]).toEqual([2, undefined, expect.stringContaining(sentence)]);
  });

  it('of no file are not compared either', async () => {
    expect(await moving.run('drift', 'nowhere.csv')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('nowhere.csv cannot be read'),
    });
  });
});
