import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const PROJECT = process.cwd();

describe('what npm run check refuses of the house', () => {
  let house: string;
  beforeEach(async () => {
    house = await mkdtemp(join(tmpdir(), 'scrip-house-'));
  });
  afterEach(() => rm(house, { recursive: true }));

  async function plant(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(house, path)), { recursive: true });
    await writeFile(join(house, path), text);
  }

  /** What the check says of the planted house, without its last line, which counts. */
  function faults(): string[] {
    const check = spawnSync(process.execPath, ['scripts/check-house.mjs', house], { cwd: PROJECT, encoding: 'utf8' });
    const lines = check.stdout.trim().split('\n').slice(0, -1);
    expect(check.stderr).toBe('');
    expect(check.status).toBe(lines.length === 0 ? 0 : 1);
    return lines;
  }

  it('finds nothing in a room that keeps to itself', async () => {
    await plant('src/orders/orders.store.ts', "export const read = 'select id from orders where id = $1';\n");
    await plant('src/reconciliation/books.ts', 'export const all = `select id from orders join refunds using (id)`;\n');
    await plant('src/pages/words.ts', "export const words = 'Your orders and refunds, from all accounts.';\n");
    expect(faults()).toEqual([]);
  });

  it.each([
    ['reads it', 'select amount from refunds where id = $1'],
    ['joins it', 'select 1 from orders join refunds on refunds.order_id = orders.id'],
    ['reads it second', 'select 1 from orders, refunds where refunds.order_id = orders.id'],
    ['reads it below', 'select exists (select from refunds where order_id = $1)'],
    ['writes it', 'insert into refunds (id) values ($1)'],
    ['changes it', 'update refunds set status = $1'],
    ['removes from it', 'delete from only refunds'],
    ['quotes it', 'select 1 from "public"."refunds"'],
  ])("a statement on another room's table: one that %s", async (_, sql) => {
    await plant('src/orders/orders.store.ts', `export const sql = \n  '${sql}';\n`);
    expect(faults()).toEqual(['src/orders/orders.store.ts:2: names refunds, a table of src/returns']);
  });

  it('a statement in a template, whose expressions say nothing', async () => {
    await plant(
      'src/orders/orders.store.ts',
      ['export const of = (sql: string) => `select $', '{sql}\n  from orders\n  join refunds on $', '{sql}`;\n'].join(
        '',
      ),
    );
    expect(faults()).toEqual(['src/orders/orders.store.ts:1: names refunds, a table of src/returns']);
  });

  it.each([
    ['joins them', 'select 1 from grants g join orders o using (account_id)'],
    ['asks for them below', 'select 1 from orders where exists (select from holds where id = $1)'],
  ])('a statement on the books and another table, which may be on other machines: one that %s', async (_, sql) => {
    await plant('src/reconciliation/books.ts', `export const sql = \n  '${sql}';\n`);
    expect(faults()).toEqual([
      expect.stringMatching(/^src\/reconciliation\/books.ts:2: names \w+, a table of the books/),
    ]);
  });

  it('such a statement that has its other half from a constant of another file', async () => {
    await plant(
      'src/reconciliation/orders.ts',
      "export const PAID = 'select id from orders where charged_minor > 0';\n",
    );
    const sql = 'select 1 from grants where source_id in ($' + '{PAID})';
    await plant('src/reconciliation/books.ts', `export const sql = \`${sql}\`;\n`);
    expect(faults()).toEqual([
      'src/reconciliation/books.ts:1: names grants, a table of the books, together with orders',
    ]);
  });

  it('no statement that finds the rows of the books first', async () => {
    const sql = 'with g as materialized (select * from grants) select 1 from g join orders o using (account_id)';
    await plant('src/reconciliation/books.ts', `export const sql = \n  '${sql}';\n`);
    expect(faults()).toEqual([]);
  });

  it('a write by a room that may only read', async () => {
    await plant('src/reconciliation/repair.ts', "export const sql = 'update orders set status = $1';\n");
    expect(faults()).toEqual(['src/reconciliation/repair.ts:1: names orders, a table of src/orders']);
  });

  it("an entity on another room's table, and another room's entity as a value", async () => {
    await plant('src/refunds/thing.entity.ts', "@Entity('orders')\nexport class Thing {}\n");
    await plant('src/refunds/types.ts', "import type { Order } from '../orders/order.entity.js';\n");
    await plant('src/refunds/values.ts', "import { Order, type Status } from '../orders/order.entity.js';\n");
    await plant('src/refunds/mixed.ts', "import { type Order, type Status } from '../orders/order.entity.js';\n");
    expect(faults()).toEqual([
      'src/refunds/thing.entity.ts:1: names orders, a table of src/orders',
      'src/refunds/values.ts: imports the class of src/orders/order.entity.ts, whose table belongs to its room',
    ]);
  });

  it('a folder past twenty files, a file past 350 lines, a line past 120 columns', async () => {
    for (let count = 1; count <= 21; count += 1) await plant(`sandbox/billing/part-${count}.ts`, '');
    await plant('test/stories/long.spec.ts', 'x();\n'.repeat(351));
    await plant('src/ledger/wide.ts', `// ${'é'.repeat(117)}\n// ${'e'.repeat(118)}\n`);
    await plant('src/stripe/generated/wide.ts', `// ${'e'.repeat(500)}\n`);
    expect(faults()).toEqual([
      'sandbox/billing: has 21 files, and 20 are enough',
      'src/ledger/wide.ts:2: is longer than 120 columns',
      'test/stories/long.spec.ts: has more than 350 lines',
    ]);
  });

  it('a name that was given up', async () => {
    // In parts, since this file is looked at as well.
    const [shelf, tend] = [`Book${'shelf'}`, `Tend${'Due'}`];
    await plant('src/ledger/cache.ts', [shelf, tend, 'Tender'].map((name) => `export class ${name} {}\n`).join(''));
    expect(faults()).toEqual([
      `src/ledger/cache.ts: ${shelf} is a name that was given up`,
      `src/ledger/cache.ts: ${tend} is a name that was given up`,
    ]);
  });

  it('a document that names what is not there', async () => {
    await plant('src/orders/order.ts', '');
    await plant('docs/adr/0001-a.md', 'Read `src/orders/order.ts`, `src/orders/gone.ts` and [more](0002-b.md#why).\n');
    await plant(
      'src/orders/README.md',
      '[Why](../../docs/adr/0001-a.md), [and](https://example.com/x.md), `npm test`.\n',
    );
    expect(faults()).toEqual([
      'docs/adr/0001-a.md: names src/orders/gone.ts, which is not there',
      'docs/adr/0001-a.md: names 0002-b.md, which is not there',
    ]);
  });

  it('a circle', async () => {
    await plant('src/kernel/one.ts', "import { two } from './two.js';\nexport const one = () => two;\n");
    await plant('src/kernel/two.ts', "import { one } from './one.js';\nexport const two = () => one;\n");
    for (const file of ['tsconfig.json', '.dependency-cruiser.cjs']) await cp(join(PROJECT, file), join(house, file));
    await symlink(join(PROJECT, 'node_modules'), join(house, 'node_modules'));
    const args = ['node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', '--config', '.dependency-cruiser.cjs'];
    const check = spawnSync(process.execPath, [...args, 'src'], { cwd: house, encoding: 'utf8' });
    expect(check.stdout).toContain('no-circles');
    expect(check.status).not.toBe(0);
  });
});
