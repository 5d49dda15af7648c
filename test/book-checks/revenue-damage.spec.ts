import { allIsFollowed } from '../reports/revenue/money-followed.js';
import { rulesBrokenBy } from '../support/database/damage.js';
import { useScrip } from '../support/service/scrip.js';
import { openAccount } from '../support/shop/account.js';
import { everythingIsHeard } from '../support/shop/bank.js';
import { boughtPack, refundOf } from '../support/shop/shop.js';

describe('the proof of the books, with money', () => {
  const scrip = useScrip();
  beforeAll(async () => {
    const ada = await openAccount(scrip);
    const order = await boughtPack(scrip, ada.id);
    await ada.grant(4, { costBasis: { amountMinor: 300, currency: 'eur' } });
    await ada.spend(5);
    await refundOf(scrip, { orderId: order.id, amountMinor: 250 });
    await everythingIsHeard(scrip);
    await allIsFollowed(scrip);
  });

  it.each<[what: string, damage: string, rule: string]>([
    [
      'what costs are told from that was changed',
      'update lot_checkpoints set spent = spent + 1',
      'cost-follows-from-entries',
    ],
    ['what costs are told from that was deleted', 'delete from lot_checkpoints', 'cost-follows-from-entries'],
    ['a lot that was changed', 'update grant_lots set spent = spent - 1 where spent > 0', 'cost-follows-from-entries'],
    ['a lot that was deleted', 'delete from grant_lots', 'purchase-is-sum-of-lots'],
    [
      'money that was recognised though it is owed',
      'update purchase_standings set recognised = recognised + 1 where recognised + later + broken + returned < sold',
      'revenue-is-sum-of-purchases',
    ],
    [
      'money that is owed to somebody who has nothing left',
      'update purchase_standings set left_credits = 0, sold = sold + 1',
      'money-has-its-place',
    ],
    ...['basis_minor', 'spent', 'lapsed', 'taken', 'left_credits'].map((name): [string, string, string] => [
      `a purchase of another ${name} than its lots`,
      `update purchase_standings set ${name} = ${name} + 1`,
      'purchase-is-sum-of-lots',
    ]),
    ...['sold', 'recognised', 'broken', 'returned', 'tax'].map((name): [string, string, string] => [
      `a total of more that was ${name}`,
      `update revenue_totals set ${name}_minor = ${name}_minor + 1`,
      'revenue-total-is-sum-of-accounts',
    ]),
    ['a sum that was changed', 'update revenue_quarters set sold_minor = 1', 'revenue-is-sum-of-purchases'],
    ['a total that was changed', 'update revenue_totals set tax_minor = 1', 'revenue-total-is-sum-of-accounts'],
    [
      'a charge that nobody was told of',
      `alter table orders disable trigger user; update orders set charged_minor = 999 where charged_minor is not null`,
      'order-is-counted',
    ],
    ['a refund that nobody was told of', 'update refunds set counted = false', 'order-is-counted'],
  ])('finds %s', async (_what, damage, rule) => {
    expect(await rulesBrokenBy(scrip, damage)).toContain(rule);
  });

  it('says nothing of money that is not counted yet', async () => {
    const noted = `
      update orders set tax_minor = tax_minor + 1, charged_minor = charged_minor + 1, updated_at = now()
      where charged_minor is not null`;
    expect(await rulesBrokenBy(scrip, noted)).not.toContain('order-is-counted');
  });
});
