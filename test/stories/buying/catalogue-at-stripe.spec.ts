import { useScrip } from '../../support/service/scrip.js';
import { everythingIsHeard } from '../../support/shop/bank.js';
import { aCheckout, anAccount, boughtPack } from '../../support/shop/shop.js';
import { eventAbout, stripeOf } from '../../support/shop/stripe-side.js';

const scrip = useScrip();

async function statusOf(eventId: string): Promise<string> {
  return (await scrip.call('GET', `/v1/stripe-events/${eventId}`)).body.status;
}

describe('the catalogue at Stripe', () => {
  it('is put right when somebody renames or archives there what is on sale here', async () => {
    const accountId = await anAccount(scrip);
    await aCheckout(scrip, accountId);
    const stripe = stripeOf(scrip);
    await stripe.products.update('scrip_basic', { name: 'Something else', active: false });
    const { id } = await eventAbout(scrip, 'product.updated', 'scrip_basic');
    await everythingIsHeard(scrip);
    expect(await statusOf(id)).toBe('handled');
    expect(await stripe.products.retrieve('scrip_basic')).toMatchObject({ name: 'Basic', active: true });
    expect(await boughtPack(scrip, accountId)).toMatchObject({ status: 'fulfilled' });
  });

  it('may keep archived what is not on sale here any more', async () => {
    const accountId = await anAccount(scrip);
    await aCheckout(scrip, accountId, 'starter');
    const offer = { kind: 'pack', name: 'Starter', credits: 5, prices: [{ currency: 'usd', amountMinor: 500 }] };
    const put = await scrip.call('PUT', '/v1/products/starter', { ...offer, active: false });
    expect(put.body).toMatchObject({ active: false });
    const stripe = stripeOf(scrip);
    await stripe.products.update('scrip_starter', { active: false });
    await everythingIsHeard(scrip);
    expect(await stripe.products.retrieve('scrip_starter')).toMatchObject({ active: false });
  });

  it('may have prices in the currencies that Stripe names when it refuses one, and in no others', async () => {
    const refusal = await stripeOf(scrip)
      .prices.create({ currency: 'zzz', unit_amount: 1000, product_data: { name: 'X' } })
      .catch(({ message }) => String(message));
    const [, list = ''] = String(refusal).split('these currencies: ');
    const prices = list.split(', ').map((currency) => ({ currency, amountMinor: 100_000 }));
    expect(prices.length).toBeGreaterThan(130);
    const offer = { kind: 'pack', name: 'Everywhere', credits: 5 };
    expect((await scrip.call('PUT', '/v1/products/everywhere', { ...offer, prices })).body.prices).toHaveLength(
      prices.length,
    );
    const taken = new Set(prices.map(({ currency }) => currency));
    const letters = [...'abcdefghijklmnopqrstuvwxyz'];
    const others = letters
      .flatMap((a) => letters.flatMap((b) => letters.map((c) => `${a}${b}${c}`)))
      .filter((code) => !taken.has(code))
      .slice(0, 100)
      .map((currency) => ({ currency, amountMinor: 100_000 }));
    const { body } = await scrip.call('PUT', '/v1/products/nowhere', { ...offer, prices: others });
    expect(body.errors).toHaveLength(100);
  });

  it('is none of our business where it sells something else', async () => {
    const stripe = stripeOf(scrip);
    const product = await stripe.products.create({ name: 'Shirt' });
    await stripe.products.update(product.id, { name: 'Blouse' });
    const { id } = await eventAbout(scrip, 'product.updated', product.id);
    await everythingIsHeard(scrip);
    expect(await statusOf(id)).toBe('ignored');
    expect((await stripe.products.retrieve(product.id)).name).toBe('Blouse');
  });
});
