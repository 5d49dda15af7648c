import type Stripe from 'stripe';
import { eventually } from '../support/eventually.js';
import { CPU_BOUND_MS, leastCpuMsOf } from '../support/service/cpu-time.js';
import { type HttpAnswer, useScrip } from '../support/service/scrip.js';
import { anAccount, boughtPack, refundOf } from '../support/shop/shop.js';
import { deliver, stripeOf, webhooks } from '../support/shop/stripe-side.js';
import { subscribed } from '../support/shop/subscribe.js';
import { Dice } from './dice.js';
import { HOSTILE_TEXTS, hostileValue, spoilt } from './hostile.js';
import { Raw, toJson } from './raw-json.js';

const EVENTS = process.env.SCRIP_SOAK === undefined ? 500 : 5_000;
const LIMIT_MS = process.env.SCRIP_SOAK === undefined ? 120_000 : 900_000;
const SEED = Number(process.env.SCRIP_FUZZ_SEED ?? 20_261_129);

const VERSIONS: readonly unknown[] = [
  '2019-02-19',
  '2020-08-27',
  '2025-03-31.acacia',
  'nonsense',
  '',
  null,
  5,
  '\0',
  '\ud800',
  '9999-01-01.z',
];
/** Types that we read, besides those that the shop has made. */
const TYPES = [
  'charge.dispute.created',
  'charge.dispute.funds_withdrawn',
  'refund.updated',
  'refund.failed',
  'radar.early_fraud_warning.created',
  'invoice.upcoming',
  'invoice_payment.paid',
  'customer.subscription.trial_will_end',
  'payment_method.detached',
  'product.updated',
  'account.updated',
  'nobody.knows',
  '__proto__',
  'toString',
];

describe(`${EVENTS} signed events with hostile text, made with the seed ${SEED}`, () => {
  const scrip = useScrip({ STRIPE_EVENT_MAX_ATTEMPTS: '1' });
  let templates: Stripe.Event[];
  const lost: unknown[] = [];
  const notice = (reason: unknown) => lost.push(reason);
  beforeAll(async () => {
    process.on('unhandledRejection', notice);
    const account = await anAccount(scrip, 'ada');
    const order = await boughtPack(scrip, account);
    await refundOf(scrip, { orderId: order.id, amountMinor: 100 });
    await subscribed(scrip, await anAccount(scrip, 'bob'));
    await settled();
    await webhooks(scrip, 'drop');
    templates = (await stripeOf(scrip).events.list({ limit: 100 })).data;
  });
  afterAll(async () => {
    process.off('unhandledRejection', notice);
  });

  /** Waits until every event has been looked at: each was handled, is ignored, or is dead and says why. */
  async function settled(): Promise<void> {
    await eventually(
      () => scrip.sql(`select id, type, status from stripe_events where status in ('received', 'failed') limit 3`),
      (waiting) => waiting.length === 0,
      LIMIT_MS,
    );
  }

  const balances = () => scrip.sql('select account_id, balance, held from balances order by account_id');

  function eventOf(dice: Dice, index: number): string {
    const template = dice.oneOf(templates);
    const type = dice.happens(0.7) ? template.type : dice.oneOf(TYPES);
    let object: unknown = template.data.object;
    for (let left = dice.below(4); left > 0; left -= 1) object = spoilt(dice, object);
    if (dice.happens(0.4) && isObject(object)) object = { ...object, id: dice.oneOf(HOSTILE_TEXTS) };
    if (dice.happens(0.05) && isObject(object)) object = { ...object, description: 'x'.repeat(900_000) };
    if (dice.happens(0.05) && isObject(object))
      object = { ...object, deep: new Raw(`${'['.repeat(20_000)}${']'.repeat(20_000)}`) };
    const event: Record<string, unknown> = {
      ...template,
      id: `evt_fuzz_${index}`,
      type,
      data: { ...template.data, object },
      api_version: dice.happens(0.5) ? template.api_version : dice.oneOf(VERSIONS),
    };
    if (dice.happens(0.2)) event[dice.oneOf(Object.keys(event))] = hostileValue(dice);
    if (dice.happens(0.1)) event[dice.oneOf(HOSTILE_TEXTS)] = hostileValue(dice);
    return dice.happens(0.02)
      ? dice.oneOf(['{}', '[]', 'null', '{', `{${'"a":1,'.repeat(90_000)}"b":1}`])
      : toJson(event);
  }

  it(
    'are stored or refused by name, soon, never stop the others, and change nothing that Stripe does not say',
    async () => {
      const dice = new Dice(SEED);
      const before = await balances();
      let taken = 0;
      for (let index = 0; index < EVENTS; index += 1) {
        const body = eventOf(dice, index);
        const started = process.cpuUsage();
        const answer = await deliver(scrip, body);
        const { user, system } = process.cpuUsage(started);
        judge(answer, body);
        if (answer.status === 200) taken += 1;
        if ((user + system) / 1_000 > CPU_BOUND_MS) {
          const cpuMs = await leastCpuMsOf(() => deliver(scrip, body));
          expect(cpuMs < CPU_BOUND_MS ? 'soon' : `${cpuMs} ms: ${body.slice(0, 600)}`).toBe('soon');
        }
      }
      expect(taken).toBeGreaterThan(EVENTS / 3);
      await settled();

      expect(lost).toEqual([]);
      expect(await balances()).toEqual(before);
      expect((await scrip.checkBooks()).findings).toEqual([]);
      await everyEventIsShown();
      await webhooks(scrip, 'deliver');
      const order = await boughtPack(scrip, 'ada');
      expect(order.status).toBe('fulfilled');
    },
    LIMIT_MS,
  );

  async function everyEventIsShown(): Promise<void> {
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: HttpAnswer = await scrip.call('GET', `/v1/stripe-events?limit=100${cursor && `&cursor=${cursor}`}`);
      ids.push(...page.body.data.map(({ id }: { id: string }) => id));
      cursor = page.body.nextCursor;
    }
    expect(ids.length).toBeGreaterThan(EVENTS / 3);
    for (const id of ids) {
      const path = `/v1/stripe-events/${encodeURIComponent(id)}`;
      expect([id, (await scrip.call('GET', path)).status]).toEqual([id, 200]);
    }
  }
});

function judge({ status, body }: HttpAnswer, sent: string): void {
  const isNamed = [400, 413].includes(status) && /^\/problems\/[a-z-]+$/.test(body.type);
  expect(status === 200 || isNamed ? 'named' : `${status} ${JSON.stringify(body)} for ${sent.slice(0, 800)}`).toBe(
    'named',
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Raw);
}
