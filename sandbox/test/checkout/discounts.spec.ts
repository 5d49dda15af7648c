import type Stripe from 'stripe';
import { givenSession, pay, useSandbox } from '../support/given.js';

const given = useSandbox();

/** A coupon with a code for it. */
async function givenCode(
  coupon: Stripe.CouponCreateParams,
  more: Partial<Stripe.PromotionCodeCreateParams> = {},
): Promise<Stripe.PromotionCode> {
  const { id } = await given.stripe.coupons.create(coupon);
  return given.stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: id }, ...more });
}

const withBox = (params: Stripe.Checkout.SessionCreateParams = {}) =>
  givenSession(given.stripe, { allow_promotion_codes: true, ...params });

/** Types a code into the page's box, or takes the one away that is there. */
const typeCode = (session: Stripe.Checkout.Session, fields: Record<string, string>) =>
  fetch(`${session.url}/promotion-code`, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) });

const pageOf = async (session: Stripe.Checkout.Session) => (await fetch(String(session.url))).text();

const line = (name: string, unit_amount: number, quantity = 1) => ({
  quantity,
  price_data: { currency: 'usd', unit_amount, product_data: { name } },
});

describe('a code on the payment page', () => {
  it('takes its share off, can be taken away again, and is paid with', async () => {
    const code = await givenCode({ percent_off: 25, name: 'Spring' }, { code: 'SPRING25' });
    const session = await withBox();
    expect(await pageOf(session)).toContain('Promotion code');

    expect((await typeCode(session, { promotionCode: ' spring25 ' })).status).toBe(303);
    const page = await pageOf(session);
    expect(page).toContain('SPRING25');
    expect(page).toContain('25% off');
    expect(page).toContain('−$2.50');
    expect(page).toContain('Pay $7.50');
    expect(await given.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      amount_subtotal: 1000,
      amount_total: 750,
      discounts: [{ coupon: null, promotion_code: code.id }],
      total_details: { amount_discount: 250 },
    });

    expect((await typeCode(session, { remove: 'yes' })).status).toBe(303);
    expect(await pageOf(session)).toContain('Pay $10.00');

    await typeCode(session, { promotionCode: 'SPRING25' });
    expect((await pay(session)).status).toBe(303);
    const paid = await given.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['payment_intent', 'total_details.breakdown', 'discounts.promotion_code.promotion.coupon'],
    });
    expect(paid).toMatchObject({
      payment_status: 'paid',
      amount_total: 750,
      payment_intent: { amount: 750, amount_received: 750 },
      discounts: [{ promotion_code: { code: 'SPRING25', promotion: { coupon: { name: 'Spring' } } } }],
      total_details: {
        breakdown: { discounts: [{ amount: 250, discount: { promotion_code: code.id, source: { type: 'coupon' } } }] },
      },
    });
    expect(await given.stripe.promotionCodes.retrieve(code.id)).toMatchObject({ times_redeemed: 1, active: true });
  });

  it.each([
    ['NO-SUCH-CODE', async () => {}, 'This code is not valid.'],
    ['', async () => {}, 'Enter a code.'],
    ['OFF', () => givenCode({ percent_off: 10 }, { code: 'OFF', active: false }), 'no longer valid'],
    [
      'LARGE',
      () =>
        givenCode(
          { percent_off: 10 },
          { code: 'LARGE', restrictions: { minimum_amount: 5000, minimum_amount_currency: 'usd' } },
        ),
      'orders of at least $50.00',
    ],
    ['EUROS', () => givenCode({ amount_off: 100, currency: 'eur' }, { code: 'EUROS' }), 'not for payments in USD'],
    [
      'NEARLY',
      () => givenCode({ amount_off: 970, currency: 'usd' }, { code: 'NEARLY' }),
      'less than $0.50 would be left',
    ],
  ])('is refused when it is %s, and says why', async (code, prepare, reason) => {
    await prepare();
    const session = await withBox();
    const answer = await typeCode(session, { promotionCode: code });
    expect(answer.status).toBe(422);
    const page = await answer.text();
    expect(page).toContain(reason);
    expect(page).toContain('aria-invalid="true"');
    expect(page).toContain('Pay $10.00');
  });

  it('pays for everything when it takes all of it off, without an intent', async () => {
    await givenCode({ percent_off: 100 }, { code: 'FREE' });
    const session = await withBox();
    await typeCode(session, { promotionCode: 'FREE' });
    expect(await given.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      payment_status: 'no_payment_required',
      status: 'open',
    });
    expect((await pay(session, { cardNumber: '', expiry: '', cvc: '' })).status).toBe(303);
    expect(await given.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      amount_total: 0,
      payment_intent: null,
      payment_status: 'no_payment_required',
      status: 'complete',
    });
  });

  it('that is used up meanwhile is taken off, and the buyer is told before anything is charged', async () => {
    await givenCode({ amount_off: 300, currency: 'usd' }, { code: 'ONCE', max_redemptions: 1 });
    const [first, second] = [await withBox(), await withBox()];
    await typeCode(first, { promotionCode: 'ONCE' });
    await typeCode(second, { promotionCode: 'ONCE' });
    expect((await pay(first)).status).toBe(303);
    const refused = await pay(second);
    expect(refused.status).toBe(402);
    expect(await refused.text()).toContain('already used as often as it can be');
    expect(await pageOf(second)).toContain('Pay $10.00');
    expect((await pay(second)).status).toBe(303);
    const codes = await given.stripe.promotionCodes.list({ code: 'once' });
    expect(codes.data).toMatchObject([{ active: false, times_redeemed: 1 }]);
  });

  it('that can be used once is used once, however many pay with it at once', async () => {
    const code = await givenCode({ amount_off: 300, currency: 'usd' }, { code: 'RACE', max_redemptions: 1 });
    const sessions = await Promise.all(Array.from({ length: 5 }, () => withBox()));
    for (const session of sessions) await typeCode(session, { promotionCode: 'RACE' });
    const answers = await Promise.all(sessions.map((session) => pay(session)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 402, 402, 402, 402]);
    const { data } = await given.stripe.checkout.sessions.list({ status: 'complete', limit: 5 });
    const used = data.filter(({ discounts }) => discounts?.some(({ promotion_code }) => promotion_code === code.id));
    expect(used.map(({ amount_total }) => amount_total)).toEqual([700]);
    expect((await given.stripe.promotionCodes.retrieve(code.id)).times_redeemed).toBe(1);
  });

  it('is for a first purchase alone when it says so', async () => {
    await givenCode({ percent_off: 50 }, { code: 'FIRST', restrictions: { first_time_transaction: true } });
    await pay(await givenSession(given.stripe), { email: 'regular@example.com' });
    const session = await withBox();
    await typeCode(session, { promotionCode: 'FIRST' });
    const refused = await pay(session, { email: 'Regular@example.com' });
    expect(refused.status).toBe(402);
    expect(await refused.text()).toContain('for a first purchase only');
  });

  it('can belong to one customer', async () => {
    const [mine, other] = [await given.stripe.customers.create(), await given.stripe.customers.create()];
    await givenCode({ percent_off: 10 }, { code: 'MINE', customer: mine.id });
    const [right, wrong] = [await withBox({ customer: mine.id }), await withBox({ customer: other.id })];
    expect((await typeCode(right, { promotionCode: 'MINE' })).status).toBe(303);
    expect((await typeCode(wrong, { promotionCode: 'MINE' })).status).toBe(422);
  });
});

describe('a discount that the seller gives', () => {
  it('is spread over the lines, and those of other products are left out', async () => {
    const { stripe } = given;
    const product = await stripe.products.create({ name: 'Reduced' });
    const price = await stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: 1000 });
    const coupon = await stripe.coupons.create({
      amount_off: 301,
      currency: 'usd',
      applies_to: { products: [product.id] },
    });
    const session = await givenSession(stripe, {
      discounts: [{ coupon: coupon.id }],
      line_items: [{ price: price.id, quantity: 2 }, line('Full', 700), { price: price.id, quantity: 1 }],
    });
    expect(session).toMatchObject({
      amount_subtotal: 3700,
      amount_total: 3399,
      discounts: [{ coupon: coupon.id, promotion_code: null }],
    });
    const lines = await stripe.checkout.sessions.listLineItems(session.id);
    expect(lines.data.map((item) => item.amount_discount)).toEqual([201, 0, 100]);
    expect(await pageOf(session)).not.toContain('Promotion code');
    expect(await stripe.coupons.retrieve(coupon.id, { expand: ['applies_to'] })).toMatchObject({
      applies_to: { products: [product.id] },
    });
  });

  it.each([
    ['along with the box', { discounts: [{ coupon: 'TEN' }], allow_promotion_codes: true }, 'discounts'],
    ['twice', { discounts: [{ coupon: 'TEN' }, { coupon: 'TEN' }] }, 'discounts'],
    ['that is not there', { discounts: [{ coupon: 'NONE' }] }, 'discounts[0][coupon]'],
    ['of another currency', { discounts: [{ coupon: 'YEN' }] }, 'discounts[0]'],
  ])('is refused %s', async (_, params, param) => {
    const { stripe } = given;
    await stripe.coupons.create({ id: 'TEN', percent_off: 10 }).catch(() => undefined);
    await stripe.coupons.create({ id: 'YEN', amount_off: 10, currency: 'jpy' }).catch(() => undefined);
    await expect(givenSession(stripe, params)).rejects.toMatchObject({ statusCode: 400, param });
  });
});

describe('coupons and codes', () => {
  it.each([
    ['both kinds of terms', { percent_off: 10, amount_off: 100, currency: 'usd' }, 'percent_off'],
    ['an amount without a currency', { amount_off: 100 }, 'currency'],
    ['more than all of it', { percent_off: 101 }, 'percent_off'],
    ['an end in the past', { percent_off: 10, redeem_by: 1_500_000_000 }, 'redeem_by'],
    ['a product that is not there', { percent_off: 10, applies_to: { products: ['none'] } }, 'applies_to[products]'],
  ])('are refused with %s', async (_, params, param) => {
    await expect(given.stripe.coupons.create(params)).rejects.toMatchObject({ statusCode: 400, param });
  });

  it('keep a code to one promotion at a time, in whatever case', async () => {
    const { stripe } = given;
    const first = await givenCode({ percent_off: 10 }, { code: 'Unique' });
    await expect(givenCode({ percent_off: 10 }, { code: 'UNIQUE' })).rejects.toMatchObject({ param: 'code' });
    await stripe.promotionCodes.update(first.id, { active: false });
    expect((await givenCode({ percent_off: 20 }, { code: 'UNIQUE' })).code).toBe('UNIQUE');
    expect((await stripe.promotionCodes.list({ code: 'unique', active: true })).data).toHaveLength(1);
    const [event] = (await stripe.events.list({ type: 'promotion_code.updated', limit: 1 })).data;
    expect(event?.data).toMatchObject({ object: { id: first.id }, previous_attributes: { active: true } });
  });

  it('leave a discount alone that was given before the coupon was deleted', async () => {
    const { stripe } = given;
    const code = await givenCode({ percent_off: 10 }, { code: 'GONE' });
    const session = await withBox();
    await typeCode(session, { promotionCode: 'GONE' });
    await stripe.coupons.del(String(code.promotion.coupon));
    expect((await pay(session)).status).toBe(303);
    expect((await stripe.checkout.sessions.retrieve(session.id)).amount_total).toBe(900);
    expect((await typeCode(await withBox(), { promotionCode: 'GONE' })).status).toBe(422);
  });
});
