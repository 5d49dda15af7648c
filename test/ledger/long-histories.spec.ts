import { firstEntries } from '../../src/ledger/book/entry-rows.js';
import { WITHOUT_SPENDS } from '../../src/ledger/runway/burn.js';
import { useScrip } from '../support/service/scrip.js';
import { openAccount, type TestAccount } from '../support/shop/account.js';

const BATCHES = 3;
const SPENDS_A_BATCH = 1_000;
const PAGE = 21;

interface PlanNode {
  'Actual Rows': number;
  'Actual Loops': number;
  Plans?: PlanNode[];
}

describe('an account with a long history', () => {
  const scrip = useScrip();
  let ada: TestAccount;

  beforeAll(async () => {
    ada = await openAccount(scrip);
    await ada.grant(BATCHES * SPENDS_A_BATCH);
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const items = Array.from({ length: SPENDS_A_BATCH }, (_, item) => ({
        accountId: ada.id,
        amount: 1,
        idempotencyKey: `${batch}-${item}`,
      }));
      const { body } = await scrip.call('POST', '/v1/spends/batch', { items });
      expect(body.results.every(({ status }: { status: string }) => status === 'accepted')).toBe(true);
    }
    await scrip.sql('analyze entry_rows');
  });

  /** The most rows that one step of the query has handed on. */
  async function mostRows(sql: string): Promise<number> {
    const [row] = await scrip.sql<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(`explain (analyze, format json) ${sql}`);
    const most = (node: PlanNode): number =>
      Math.max(node['Actual Rows'] * node['Actual Loops'], ...(node.Plans ?? []).map(most));
    return most(row?.['QUERY PLAN'][0]?.Plan as PlanNode);
  }

  it.each([
    ['a page in its middle', `account_id = '$' and seq < 1500`, 'seq desc'],
    ['a piece of its statement', `account_id = '$' and seq > 500 and seq <= 3000`, 'seq'],
    ['a piece of its proof', `(account_id, seq) > ('$', 500)`, 'account_id, seq'],
  ])('shows %s without putting all of it in order', async (_what, condition, order) => {
    const query = firstEntries(condition.replace('$', ada.id), { order, limit: `${PAGE}` });
    expect(await mostRows(query)).toBe(PAGE);
  });

  it('tells what was spent without reading the spends', async () => {
    const [id, from, to] = [`'${ada.id}'`, '0', `${1 + BATCHES * SPENDS_A_BATCH}`];
    const query = WITHOUT_SPENDS.replaceAll('$1', id).replaceAll('$2', from).replaceAll('$3', to);
    expect(await mostRows(query)).toBe(1);
    const { body } = await scrip.call('GET', `/v1/accounts/${ada.id}/balance?runway=true`);
    expect(body.runway).toMatchObject({ perDay7: BATCHES * SPENDS_A_BATCH, perDay30: BATCHES * SPENDS_A_BATCH });
  });

  it('is shown page by page, newest first, each entry once', async () => {
    const seen: number[] = [];
    let cursor = '';
    do {
      const { body } = await scrip.call('GET', `/v1/accounts/${ada.id}/entries?limit=100${cursor}`);
      seen.push(...body.data.map(({ seq }: { seq: number }) => seq));
      cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`;
    } while (cursor !== '');
    const entries = 1 + BATCHES * SPENDS_A_BATCH;
    expect(seen).toEqual(Array.from({ length: entries }, (_, index) => entries - index));
  });
});
