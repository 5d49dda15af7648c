import { readFile } from 'node:fs/promises';
import { TEST_KEY, useScrip } from '../support/service/scrip.js';
import { hasCurl, openTerminal, type Terminal } from '../support/service/terminal.js';
import { balanceOf, entriesOf } from '../support/shop/shop.js';

/** The commands of a chapter, a block after the other. */
async function blocksOf(file: string, chapter: RegExp): Promise<string[]> {
  const [, , text = ''] =
    (await readFile(file, 'utf8')).match(new RegExp(`(${chapter.source})(.*?)(\\n## |$)`, 's')) ?? [];
  return [...text.matchAll(/```sh\n(.*?)```/gs)].map((found) => found[1] ?? '');
}

(hasCurl() ? describe : describe.skip)('a newcomer types what the README and the guide say', () => {
  const scrip = useScrip();
  let terminal: Terminal;
  beforeAll(async () => {
    terminal = openTerminal();
  });
  afterAll(async () => {
    await terminal.close();
  });

  it('gives, holds, captures, releases, spends, sells, refunds and subscribes', async () => {
    const [begin = '', welcome, holds, spends, sale, refund, subscription, ...more] = await blocksOf(
      'README.md',
      /## The first hour/,
    );
    expect(more).toEqual([]);
    expect(begin).toContain('export SCRIP_KEY=$(npm run --silent scrip -- key)');
    const type = (block: string | undefined) => terminal.type(block ?? 'echo the block is gone');
    await type(
      begin
        .replace('export SCRIP=http://localhost:3000', `export SCRIP=${scrip.url}`)
        .replace('$(npm run --silent scrip -- key)', TEST_KEY),
    );

    expect(await type(welcome)).toContain('"category":"promotional","amount":20');
    expect(await type(holds)).toMatch(/"amount":5.*\n.*"status":"released".*\n.*"balance":15,"held":0,"available":15/);
    const spent = (await type(spends)).split('\n');
    expect(spent[0]).toMatch(/"amount":2.*"affordable":true/);
    expect(spent[1]).toBe(spent[2]);
    expect(spent[3]).toMatch(/insufficient-credits.*"availableCredits":13/);
    expect(spent[4]).toMatch(/"balanceAfter":12.*"price":"1".*"event":\{"source":"\/app","id":"page-1"/);
    expect(await type(sale)).toMatch(/"url":"http.*\n303\n.*"balance":24/);
    expect(await type(refund)).toMatch(/"unusedCredits":12.*\n.*"amountMinor":1000.*"status":"(pending|succeeded)"/);
    expect(await type(subscription)).toMatch(
      /303\n.*"accessState":"granted".*\n.*"active":true.*\n.*"now".*\n.*"cancelAtPeriodEnd":true/,
    );
    expect(await entriesOf(scrip, 'mary')).toEqual([
      'grant +20',
      'spend -5',
      'spend -2',
      'spend -1',
      'grant +12',
      'refund_reversal -12',
      'grant +20',
      'expiry -20',
      'grant +20',
    ]);
  });

  it('captures a stream in parts, and sends a batch with a bad item', async () => {
    const before = await balanceOf(scrip, 'mary');
    const [stream, ...none] = await blocksOf('docs/guide/spending.md', /## Holds/);
    const [batch] = await blocksOf('docs/guide/spending.md', /## Batches/);
    expect(none).toEqual([]);
    expect(await terminal.type(stream ?? '')).toMatch(/"amount":2.*\n.*"status":"active".*\n.*"amount":1/);
    expect(await terminal.type(batch ?? '')).toMatch(/"status":"accepted".*"status":"rejected".*account-not-found/);
    expect(await balanceOf(scrip, 'mary')).toBe(before - 4);
  });

  it('redeems a code, and ends a campaign', async () => {
    const before = await balanceOf(scrip, 'mary');
    const [gift, campaign, ...none] = await blocksOf('docs/guide/vouchers.md', /# Vouchers/);
    expect(none).toEqual([]);
    expect(await terminal.type(gift ?? '')).toMatch(/"credits":25,.*"grant":\{"id":"grt_/);
    expect(await balanceOf(scrip, 'mary')).toBe(before + 25);
    expect(await terminal.type(campaign ?? '')).toMatch(
      /code,redemptions,disabledAt\r?\n(\S{19},0,\r?\n){3}.*"status":"disabled"/s,
    );
  });
});
