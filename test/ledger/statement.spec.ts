import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyStatement } from '../../src/ledger/statements/verify-statement.js';
import { useScrip } from '../support/service/scrip.js';
import { anAccount, givenCredits, spendOf } from '../support/shop/shop.js';

describe('a statement', () => {
  const scrip = useScrip();
  let account: string;
  let middle: string;
  beforeAll(async () => {
    account = await anAccount(scrip);
    await givenCredits(scrip, account, 2_000, { reason: 'a gift, "big" one' });
    const items = Array.from({ length: 1_000 }, (_, index) => ({
      accountId: account,
      amount: 1,
      idempotencyKey: `${index}`,
    }));
    await scrip.call('POST', '/v1/spends/batch', { items });
    scrip.clock.advance(60_000);
    middle = scrip.clock.now().toISOString();
    scrip.clock.advance(60_000);
    for (const amount of [3, 4, 5]) await spendOf(scrip, account, amount);
  });

  const statement = async (query = '', headers = {}) =>
    (await scrip.call('GET', `/v1/accounts/${account}/statement${query}`, undefined, { headers })).body;

  it('runs from the first entry to now, and its chain holds', async () => {
    const all = await statement();
    expect(all.opening).toEqual({ seq: 0, balance: 0, hash: '0'.repeat(64) });
    expect(all.entries).toHaveLength(1_004);
    expect(all.closing).toMatchObject({ seq: 1_004, balance: 988 });
    expect(verifyStatement(JSON.stringify(all))).toEqual({ accountId: account, entries: 1_004, fault: undefined });
  });

  it('opens with the line that the one before it closed with', async () => {
    const before = await statement(`?to=${middle}`);
    const after = await statement(`?from=${middle}`);
    expect(before.entries).toHaveLength(1_001);
    expect(after.opening).toEqual(before.closing);
    expect(after.entries.map(({ amount }: { amount: number }) => amount)).toEqual([-3, -4, -5]);
    expect(verifyStatement(JSON.stringify(after)).fault).toBeUndefined();
  });

  it.each<[string, (entries: Record<string, unknown>[]) => unknown]>([
    ['an amount was changed', (entries) => Object.assign(entries[1] ?? {}, { amount: -2, balanceAfter: 986 })],
    ['an entry was left out', (entries) => entries.splice(1, 1)],
    ['a reason was changed', (entries) => Object.assign(entries[0] ?? {}, { reason: 'nothing to see' })],
    ['the last entry was cut off', (entries) => entries.pop()],
  ])('does not hold when %s', async (_what, change) => {
    const after = await statement(`?from=${middle}`);
    change(after.entries);
    expect(verifyStatement(JSON.stringify(after)).fault).toBeDefined();
  });

  it('is checked by a command that needs nothing but the file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'scrip-statement-'));
    const file = join(folder, 'statement.json');
    const verify = () =>
      execFileSync(process.execPath, ['dist/src/cli/main.js', 'verify-statement', file], { encoding: 'utf8' });
    const good = await statement();
    writeFileSync(file, JSON.stringify(good));
    expect(verify()).toContain('1004 entries');
    good.entries[7].actor = 'somebody else';
    writeFileSync(file, JSON.stringify(good));
    expect(verify).toThrow(expect.objectContaining({ status: 1, stdout: expect.stringContaining('entry 8') }));
    rmSync(folder, { recursive: true });
  });

  it('is verified as JSON, and whoever has anything else is told so', async () => {
    const table = await statement(`?from=${middle}`, { accept: 'text/csv' });
    expect(() => verifyStatement(table)).toThrow(/a table.*JSON/);
    expect(() => verifyStatement(`\ufeff${table.replaceAll(',', ';')}`)).toThrow(/a table.*JSON/);
    expect(() => verifyStatement('')).toThrow('it is not JSON');
    const { opening, entries, closing } = await statement(`?from=${middle}`);
    for (const other of [null, [], 'x', {}, { accountId: account, opening, closing }, { opening, entries, closing }])
      expect(() => verifyStatement(JSON.stringify(other))).toThrow('it is JSON, and not of a statement');
    const broken = { accountId: account, opening, entries: [{ ...entries[0], allocations: null }], closing };
    expect(() => verifyStatement(JSON.stringify(broken))).toThrow('it is JSON, and not of a statement');
  });

  it('is had as a table too', async () => {
    const lines: string[] = (await statement('', { accept: 'text/csv' })).trim().split('\r\n');
    expect(lines).toHaveLength(1 + 1 + 1_004 + 1);
    expect(lines[1]).toMatch(/^opening,/);
    expect(lines[2]).toContain('"a gift, ""big"" one"');
    expect(lines.at(-1)).toMatch(/^closing,.*,1004,/);
  });

  it('as a table holds no cell that a spreadsheet would run, and numbers stay numbers', async () => {
    const other = await anAccount(scrip, '@sum+1');
    const reasons = ['=HYPERLINK("http://evil.example")', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1', 'a=1'];
    for (const reason of reasons) await givenCredits(scrip, other, 2, { reason });
    await spendOf(scrip, other, 5);

    const { body } = await scrip.call('GET', `/v1/accounts/${other}/statement`, undefined, {
      headers: { accept: 'text/csv' },
    });

    const cells = ['\'=HYPERLINK(""http://evil.example"")', "'+1", "'-1", "'@SUM(A1)", "'\t=1", "'\r=1", "'＝1", 'a=1'];
    for (const cell of cells)
      expect(body.includes(`,${cell},`) || body.includes(`,"${cell}",`) ? 'in a cell' : cell).toBe('in a cell');
    expect(body).not.toMatch(/(^|[,\n"])[=+@\t＝]/);
    expect(body).toContain(`\r\nentry,'@sum+1,${reasons.length + 1},spend,-5,`);
  });

  it.each(['?from=yesterday', '?to=2026-13-01T00:00:00Z', '?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z'])(
    'is refused for a span that is none: %s',
    async (query) => {
      expect((await statement(query)).type).toBe('/problems/validation-failed');
    },
  );
});
