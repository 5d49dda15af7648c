import { useScrip } from '../support/service/scrip.js';
import { aCheckout, anAccount, boughtPack, payAt, returnPageOf } from '../support/shop/shop.js';

const APP = { APP_NAME: 'Paintbox & Co', APP_URL: 'https://paintbox.example/credits' };

const scrip = useScrip(APP);

const open = async (path: string) => (await fetch(`${scrip.url}${path}`, { headers: { accept: 'text/html' } })).text();

/** Whose page it seems to be, and where a reader can go on to. */
function look(page: string) {
  const content = page.replace(/<style>.*<\/style>/s, '');
  return {
    isOfApp: content.includes('Paintbox &#38; Co') || content.includes('Paintbox &amp; Co'),
    namesScrip: /scrip/i.test(content.replace(/<script>.*<\/script>/s, '')),
    leadsTo: [...content.matchAll(/<main.*/gs)].flatMap(([main]) =>
      [...main.matchAll(/href="([^"]+)"/g)].map((found) => found[1]),
    ),
  };
}

describe('what a seller’s customers see', () => {
  it('is the seller’s name and a way back to the app, when they have paid', async () => {
    const { id } = await boughtPack(scrip, await anAccount(scrip));
    expect(look(await (await returnPageOf(scrip, id)).text())).toEqual({
      isOfApp: true,
      namesScrip: false,
      leadsTo: [APP.APP_URL],
    });
  });

  it('is the payment page and the app, when they have left without paying', async () => {
    const checkout = await aCheckout(scrip, await anAccount(scrip));
    const left = await (await returnPageOf(scrip, checkout.orderId, 'cancelled')).text();
    expect(look(left)).toEqual({ isOfApp: true, namesScrip: false, leadsTo: [checkout.url, APP.APP_URL] });
    await payAt(checkout.url);
  });

  it.each([
    '/checkout/cancelled',
    '/checkout/success',
    '/checkout/success?order=ord_none&key=none',
    `/checkout/success?session=cs_test_${'a'.repeat(20)}`,
    '/plans?feature=nobody-opens-this',
  ])('is no dead end at %s', async (path) => {
    expect(look(await open(path))).toEqual({ isOfApp: true, namesScrip: false, leadsTo: [APP.APP_URL] });
  });

  it('has a button for each plan that opens a feature, which tells the app what was chosen', async () => {
    const page = await open('/plans?feature=priority');
    expect(look(page)).toMatchObject({ isOfApp: true, namesScrip: false });
    expect(look(page).leadsTo).toEqual([`${APP.APP_URL}?product=pro-monthly`, `${APP.APP_URL}?product=team-monthly`]);
    expect(page).toContain('aria-label="Choose Pro, monthly"');
  });

  it('says that nothing is lost where an address is wrong', async () => {
    const page = await open('/checkout/none');
    expect(page).toContain('What you have bought is not affected.');
    expect(look(page)).toMatchObject({ namesScrip: false });
  });
});

describe('an address that nobody knows', () => {
  it('is a page with a way on to a browser, and a problem to a program', async () => {
    const read = await fetch(`${scrip.url}/nowhere?secret=1`, {
      headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
    });
    expect([read.status, read.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    const page = await read.text();
    expect(look(page).leadsTo).toEqual(['/', '/problems/route-not-found', '/docs']);
    expect(page).toContain(String(read.headers.get('x-request-id')));
    expect(page).not.toContain('secret');
    for (const accept of ['*/*', 'application/json']) {
      const asked = await fetch(`${scrip.url}/nowhere`, { headers: { accept } });
      expect([asked.status, asked.headers.get('content-type')]).toEqual([
        404,
        'application/problem+json; charset=utf-8',
      ]);
    }
  });
});
