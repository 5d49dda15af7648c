import { eventually } from '../support/eventually.js';
import { startCommand } from '../support/service/command.js';
import { accountOf, openAccount } from '../support/shop/account.js';
import { balanceOf } from '../support/shop/shop.js';
import { jsonRows, useMoving } from './commands.js';

const moving = useMoving();

/** For stories of several commands, each of which starts a process. */
const LONG_MS = 180_000;

const HEAD = 'accountId,email,credits,expiresAt,costMinor,currency,stripeCustomerId,stripeSubscriptionId';

/** Imports a file. Returns the sums, and of each line its number, outcome and reason. */
async function imported(name: string, text: string | Uint8Array, ...args: string[]) {
  const path = await moving.write(name, text);
  const report = moving.path(`${name}.ndjson`);
  const { exitCode, stdout, stderr } = await moving.run('import', path, '--report', report, ...args);
  if (stdout === '') return { exitCode, stderr, sums: undefined, told: [] };
  const told = jsonRows(await moving.read(`${name}.ndjson`)).map(({ line, status, detail }) =>
    [line, status, detail].filter((part) => part !== null).join(' '),
  );
  return { exitCode, stderr, sums: JSON.parse(stdout), told };
}

it(
  'accounts come with credits, what these had cost and until when they last: said, then done, once',
  async () => {
    const text = [
      HEAD,
      'm-ada,ada@example.com,100,2099-01-31,1000,USD,,',
      'm-ada,ada@example.com,5,,,,,',
      'm-bob,,,,,,,',
      '"m-cyd","c,y@d.example",7,,,,,',
      '',
    ].join('\r\n');
    const before = await imported('move.csv', text);
    expect(before).toMatchObject({
      exitCode: 1,
      told: ['2 importable', '3 importable', '4 importable', expect.stringContaining('5 refused email must be')],
      sums: { isApplied: false, lines: 4, importable: 3, refused: 1, credits: '105' },
    });
    const { scrip } = moving;
    expect((await scrip.call('GET', '/v1/accounts/m-ada')).status).toBe(404);

    const done = await imported('move.csv', text, '--apply');
    expect(done.sums).toMatchObject({ isApplied: true, imported: 3, refused: 1, credits: '105' });
    expect((await scrip.call('GET', '/v1/accounts/m-ada')).body.email).toBe('ada@example.com');
    const { data } = (await scrip.call('GET', '/v1/accounts/m-ada/grants')).body;
    expect(data.toReversed()).toMatchObject([
      {
        ...{ amount: 100, category: 'paid', costBasis: { amountMinor: 1000, currency: 'usd' } },
        ...{ expiresAt: '2099-01-31T00:00:00.000Z', reason: 'Imported from move.csv, line 2' },
      },
      { amount: 5, category: 'promotional', costBasis: null, expiresAt: null },
    ]);
    expect(await balanceOf(scrip, 'm-bob')).toBe(0);

    const again = await imported('move.csv', text, '--apply');
    expect(again.sums).toMatchObject({ imported: 0, known: 3, refused: 1, credits: '0' });
    expect(await accountOf(scrip, 'm-ada').entries()).toEqual(['grant +100', 'grant +5']);
  },
  LONG_MS,
);

it(
  'a file that was mended goes on: what was refused comes in, and what was imported stays',
  async () => {
    const lines = ['n-1,,10', 'n-2,,ten', 'n-3,,30'];
    const file = (...rows: string[]) => ['accountId,email,credits', ...rows, ''].join('\n');
    expect((await imported('mend.csv', file(...lines), '--apply')).sums).toMatchObject({ imported: 2, refused: 1 });
    const mended = await imported('mend.csv', file('n-1,,11', 'n-2,,20', 'n-3,,30', 'n-4,,40'), '--apply');
    expect([mended.exitCode, mended.told]).toEqual([
      1,
      [
        '2 refused this line of a file of this name was imported with something else, which stays as it was',
        '3 imported',
        '4 known imported before',
        '5 imported',
      ],
    ]);
    expect(await Promise.all([1, 2, 3, 4].map((n) => balanceOf(moving.scrip, `n-${n}`)))).toEqual([10, 20, 30, 40]);
  },
  LONG_MS,
);

it(
  'a line that came in with a file of another name is known, unless it is said to be meant',
  async () => {
    const file = (...rows: string[]) => ['accountId,email,credits', ...rows, ''].join('\n');
    await imported('named.csv', file('o-1,,10'), '--apply');
    const renamed = await imported('mended and renamed.csv', file('o-1,,10', 'o-5,,50'), '--apply');
    expect(renamed.told).toEqual(['2 known imported before, as line 2 of named.csv', '3 imported']);
    const meant = await imported('once more.csv', file('o-1,,10'), '--apply', '--repeat');
    expect([meant.told, await balanceOf(moving.scrip, 'o-1')]).toEqual([['2 imported'], 20]);
    const named = await imported('other place.csv', file('o-1,,10'), '--apply', '--name', 'once more.csv', '--repeat');
    expect(named.told).toEqual(['2 known imported before']);
  },
  LONG_MS,
);

it(
  'each line that is wrong is told, with all that is wrong with it, and the others come in',
  async () => {
    const { scrip } = moving;
    const rows = [
      'w ada,,1,,,,,',
      '..,,1,,,,,',
      'w-1,,-5,,,,,',
      'w-2,,900000000001,,,,,',
      'w-3,,1.5,yesterday,,,,',
      'w-4,,1,2020-01-01,,,,',
      'w-5,,1,,100,,,',
      'w-6,,0,2099-01-01,,usd,,',
      'w-7,,1,,9999999999999,us,,',
      'w-8,nobody,1,,,,customer,sub_1',
      'w-9,,1,,,,,sub_1',
      'w-10,,1',
      'w-11,,3,,,,,',
      'w-11,,3,,,,,',
    ];
    const { exitCode, told } = await imported('wrong.csv', `\ufeff${HEAD}\n${rows.join('\n')}\n`, '--apply');
    expect([exitCode, told]).toEqual([
      1,
      [
        expect.stringContaining('2 refused accountId must be 1 to 128 characters'),
        '3 refused accountId must not be of dots alone',
        expect.stringContaining('4 refused credits must be a whole number from 0 to 900000000000'),
        expect.stringContaining('5 refused credits must be a whole number from 0 to 900000000000'),
        expect.stringMatching(/^6 refused credits must be .*; expiresAt must be a day/),
        '7 refused expiresAt has passed',
        '8 refused costMinor and currency must stand together',
        '9 refused expiresAt, currency must be empty without credits; costMinor and currency must stand together',
        expect.stringMatching(/^10 refused costMinor must be .*; currency must be of three letters/),
        expect.stringMatching(/^11 refused email must be .*; stripeCustomerId must begin with cus_/),
        '12 refused stripeCustomerId must name the customer of the subscription',
        '13 refused it has 3 cells, and the first line has 8',
        '14 imported',
        '15 refused line 14 says the same: should both count, add up their credits in one line',
      ],
    ]);
    expect(await balanceOf(scrip, 'w-11')).toBe(3);
    expect(await scrip.sql(`select id from accounts where id like 'w-%'`)).toEqual([{ id: 'w-11' }]);
  },
  LONG_MS,
);

it(
  'what no balance can hold is refused by line',
  async () => {
    const rows = Array.from({ length: 10_010 }, (_, index) => `r-rich,,${900_000_000_000 - index}`);
    const text = ['accountId,email,credits', ...rows, ''].join('\n');
    const { sums, told } = await imported('rich.csv', text, '--apply');
    expect(sums).toMatchObject({ lines: 10_010, imported: 10_007, refused: 3 });
    expect(told.slice(-4).map((one) => one.split(' ')[1])).toEqual(['imported', 'refused', 'refused', 'refused']);
    const later = await imported('richer.csv', 'accountId,credits\nr-rich,899999000000\n');
    expect(later.told).toEqual(['2 refused the balance would be more than it can be']);
  },
  LONG_MS,
);

it.each([
  ['a column that is misspelt', 'accountId,credit\nx,1\n', 'has the column "credit"'],
  ['no accounts', 'email,credits\nx@example.com,1\n', 'has no column "accountId"'],
  ['a column twice', 'accountId,credits,credits\nx,1,1\n', 'has the column "credits" twice'],
  ['semicolons', 'accountId;credits\nx;1\n', 'has the column "accountId;credits"'],
  ['nothing in it', '', 'is no table: it is empty'],
  ['a quote in its first line', 'accountId,"credits\nx,1\n', 'is no table: a quote is not closed'],
])(
  'a file with %s is refused as a whole',
  async (_what, text, sentence) => {
    const { exitCode, sums, stderr } = await imported('no-table.csv', text, '--apply');
    expect([exitCode, sums, stderr]).toEqual([2, undefined, expect.stringContaining(sentence)]);
  },
  LONG_MS,
);

it(
  'a file that is broken in the middle is imported up to there, and goes on once it is mended',
  async () => {
    const rows = Array.from({ length: 3_000 }, (_, index) => `b-${index},,${index + 1}`);
    const broken = rows.with(1_500, 'b-1500,"oh no,1501').join('\n');
    const first = await imported('broken.csv', `accountId,email,credits\n${broken}\n`, '--apply');
    expect(first.sums).toMatchObject({ lines: 1_501, imported: 1_500, refused: 1 });
    expect(first.told.at(-1)).toBe('1502 refused it and all behind it cannot be read: a quote is not closed');
    const second = await imported('broken.csv', `accountId,email,credits\n${rows.join('\n')}\n`, '--apply');
    expect([second.exitCode, second.sums]).toMatchObject([0, { lines: 3_000, imported: 1_500, known: 1_500 }]);
    const [sum] = await moving.scrip.sql(`select sum(balance)::int as sum from balances where account_id like 'b-%'`);
    expect(sum).toEqual({ sum: (3_000 * 3_001) / 2 });
  },
  LONG_MS,
);

it(
  'bytes that are no text are told by line',
  async () => {
    const latin1 = Buffer.from('accountId,email,credits\nl-1,,1\nl-\u00fc,,1\nl-3,,1\n', 'latin1');
    const { told } = await imported('latin1.csv', latin1, '--apply');
    expect(told).toEqual(['2 imported', '3 refused it is not in UTF-8', '4 imported']);
  },
  LONG_MS,
);

it(
  'killed at any moment and run again, or run by two at once, every line counts once',
  async () => {
    const rows = Array.from({ length: 8_000 }, (_, index) => `k-${index % 2_500},,${index + 1},,${index},usd`);
    const path = await moving.write(
      'killed.csv',
      `accountId,email,credits,expiresAt,costMinor,currency\n${rows.join('\n')}\n`,
    );
    const count = async () =>
      Number((await moving.scrip.sql(`select count(*) as n from grants where account_id like 'k-%'`))[0]?.n);
    for (const enough of [1, 3_000, 5_000]) {
      const run = startCommand(['import', path, '--apply'], moving.env);
      await eventually(count, (grants) => grants >= enough);
      await run.kill();
    }
    const last = await Promise.all([1, 2].map(() => startCommand(['import', path, '--apply'], moving.env).ended));
    expect(last.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const [of] = await moving.scrip.sql<{ grants: number; credits: number; cost: number }>(
      `select count(*)::int as grants, sum(amount)::int as credits, sum(cost_basis_minor)::int as cost
     from grants where account_id like 'k-%'`,
    );
    expect(of).toEqual({ grants: 8_000, credits: (8_000 * 8_001) / 2, cost: (7_999 * 8_000) / 2 });
  },
  LONG_MS,
);

it(
  'what imported credits had cost is in the report of revenue, earned as they are spent',
  async () => {
    const { scrip } = moving;
    await imported('revenue.csv', 'accountId,credits,costMinor,currency\nv-1,100,5000,chf\n', '--apply');
    await accountOf(scrip, 'v-1').spend(30);
    const { body } = await scrip.call('GET', '/v1/reports/revenue');
    const [chf] = body.data.filter(({ currency }: { currency: string }) => currency === 'chf');
    expect(chf).toMatchObject({ soldMinor: 5000, recognisedMinor: 1500, owedMinor: 3500 });
  },
  LONG_MS,
);

it(
  'an account that is there keeps what it has, and gets an e-mail address if it has none',
  async () => {
    const { scrip } = moving;
    const [one, two] = [await openAccount(scrip, 'h-1'), await openAccount(scrip, 'h-2')];
    await scrip.call('PUT', '/v1/accounts/h-1', { email: 'kept@example.com' });
    await one.grant(10);
    await one.spend(1);
    const text = 'accountId,email,credits\nh-1,other@example.com,5\nh-2,two@example.com,6\n';
    expect((await imported('there.csv', text, '--apply')).exitCode).toBe(0);
    expect(await one.entries()).toEqual(['grant +10', 'spend -1', 'grant +5']);
    const emails = await Promise.all(
      ['h-1', 'h-2'].map(async (id) => (await scrip.call('GET', `/v1/accounts/${id}`)).body.email),
    );
    expect(emails).toEqual(['kept@example.com', 'two@example.com']);
    expect((await one.spend(14)).body.balance).toBe(0);
    expect(await two.standing()).toMatchObject({ balance: 6 });
  },
  LONG_MS,
);

it('on a terminal it shows how far it is, and says what it has done', async () => {
  const path = await moving.write('shown.csv', 'accountId,credits\ns-1,1\n');
  const { exitCode, stdout } = await startCommand(['import', path], moving.env, { onTerminal: true }).ended;
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/\] 100 % {2}1 lines, 1 importable/);
  expect(stdout).toContain('1 lines, 1 importable, 1 credits. Nothing was written: --apply imports it.');
});
