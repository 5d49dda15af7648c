import { describeError } from '../../src/jobs/describe-error.js';
import { storable, storableText, unstorableIn } from '../../src/kernel/storable.js';
import { eventually } from '../support/eventually.js';
import { useScrip } from '../support/service/scrip.js';
import { anAccount, balanceOf, boughtPack } from '../support/shop/shop.js';
import { deliver } from '../support/shop/stripe-side.js';

const [NUL, HALF] = ['\0', '\ud83d'];

describe('text that Postgres cannot hold', () => {
  it('is told from text that it can', () => {
    expect([unstorableIn('a😀b'), unstorableIn(`a${NUL}`), unstorableIn(`${HALF}b`), unstorableIn('\ude00')]).toEqual([
      undefined,
      'NUL',
      'surrogate',
      'surrogate',
    ]);
  });

  it('is made storable, in texts and in whatever holds them', () => {
    expect(storableText(`a${NUL}b${HALF}`)).toBe('a\ufffdb\ufffd');
    const whole = { a: ['😀', { b: 1, c: null }] };
    expect(storable(whole)).toBe(whole);
    expect(storable({ [`n${NUL}`]: [`x${HALF}`, { deep: `y${NUL}` }, 7] })).toEqual({
      'n\ufffd': ['x\ufffd', { deep: 'y\ufffd' }, 7],
    });
  });

  it('never comes out of the description of an error, also where that is cut', () => {
    expect(describeError(new Error(`no refund re_${NUL}${HALF}.`))).toBe('Error: no refund re_\ufffd\ufffd.');
    for (let length = 490; length < 500; length += 1)
      expect(describeError(new Error(`${'x'.repeat(length)}😀😀`)).isWellFormed()).toBe(true);
  });
});

describe('an event of Stripe whose text Postgres cannot hold', () => {
  const scrip = useScrip({ STRIPE_EVENT_MAX_ATTEMPTS: '1' });

  const eventOf = (id: string, type: string, object: object) => ({
    id,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: Math.floor(Date.now() / 1000),
    livemode: false,
    type,
    data: { object },
  });

  it('counts its attempts and dies alone, and purchases beside it are credited', async () => {
    const texts = { nul: `x${NUL}y`, half: `x${HALF}`, 'other-half': '\ude00', both: `${HALF}${NUL}` };
    await boughtPack(scrip, await anAccount(scrip));
    const [order] = await scrip.sql('select payment_intent_id as payment from orders');
    const kinds: [string, (id: string) => object][] = [
      // What is asked of Stripe holds nothing strange here: only the failure does, and what is noted of it.
      ['refund.updated', (id) => ({ id: `re_${id}`, object: 'refund', payment_intent: order?.payment })],
      ['refund.created', (id) => ({ id: `re_${id}`, object: 'refund', payment_intent: `pi_${id}` })],
      ['charge.refunded', (id) => ({ id: `ch_${id}`, object: 'charge' })],
      ['customer.updated', (id) => ({ id: `cus_${id}`, object: 'customer' })],
      ['customer.subscription.updated', (id) => ({ id: `sub_${id}`, object: 'subscription' })],
      ['payment_intent.succeeded', (id) => ({ id: `pi_${id}`, metadata: { scrip_order_id: id } })],
      ['product.updated', (id) => ({ id: `scrip_${id}`, object: 'product' })],
    ];
    const sent: string[] = [];
    for (const [name, text] of Object.entries(texts))
      for (const [index, [type, object]] of kinds.entries()) {
        const event = eventOf(`evt_${name}_${index}`, type, object(text));
        expect((await deliver(scrip, event)).status).toBe(200);
        sent.push(event.id);
      }
    const rows = await eventually(
      () =>
        scrip.sql<{ id: string; status: string; attempts: number; last_error: string | null }>(
          'select id, status, attempts, last_error from stripe_events where id = any($1)',
          [sent],
        ),
      (events) => events.every(({ status }) => status !== 'received'),
    );
    for (const row of rows) expect({ ...row, attempts: row.attempts }).toMatchObject({ attempts: 1 });
    for (const { status } of rows) expect(['dead', 'ignored', 'handled']).toContain(status);
    expect(rows.filter(({ status }) => status === 'dead').length).toBeGreaterThan(0);

    const accountId = await anAccount(scrip);
    await boughtPack(scrip, accountId);
    expect(await balanceOf(scrip, accountId)).toBe(12);
    expect((await scrip.checkBooks()).findings).toEqual([]);
  });
});
