import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { aVoucher, disable, redeem } from '../../support/make/vouchers.js';
import { type HttpAnswer, startTestScrip, type TestScrip, useScrip } from '../../support/service/scrip.js';
import { type StoppedClock, stopClock } from '../../support/service/stopped-clock.js';
import { outcomeOf } from '../../support/shop/account.js';
import { aCheckout, anAccount, balanceOf, givenCredits, spendOf } from '../../support/shop/shop.js';
import { runsOf } from '../table.js';
import { type ModelVoucher, VoucherModel } from './voucher-model.js';

const RUNS = runsOf(20);
const ACCOUNTS = 3;
const VOUCHERS = 3;

const which = {
  account: fc.nat({ max: ACCOUNTS - 1 }),
  voucher: fc.nat({ max: VOUCHERS - 1 }),
  code: fc.nat({ max: 1 }),
};
const terms = fc.record({
  count: fc.integer({ min: 1, max: 2 }),
  credits: fc.integer({ min: 1, max: 9 }),
  maxRedemptions: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  perAccount: fc.integer({ min: 1, max: 2 }),
  newAccountsOnly: fc.boolean(),
  secondsUntil: fc.option(fc.integer({ min: 1, max: 9_000 }), { nil: undefined }),
});
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('redeem' as const),
      ...which,
      typed: fc.constantFrom('as it is', 'small', 'without dashes', 'with blanks'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('guess' as const), account: which.account, times: fc.nat({ max: 12 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('again' as const), which: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 3_000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('disable' as const), ...which, one: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('spend' as const), account: which.account }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('order' as const), account: which.account }) },
);

const TYPED: Record<string, (code: string) => string> = {
  'as it is': (code) => code,
  small: (code) => code.toLowerCase(),
  'without dashes': (code) => code.replaceAll('-', ''),
  'with blanks': (code) => ` ${code.replaceAll('-', ' – ')} `,
};

describe(`${RUNS} histories of vouchers on two processes`, () => {
  const scrip = useScrip({}, { atEnd: () => other.close() });
  let other: TestScrip;
  let clock: StoppedClock;
  beforeAll(async () => {
    other = await startTestScrip({ DATABASE_URL: scrip.running.runtime.databaseUrl, ROLE: 'api' });
    clock = stopClock(scrip.clock);
    other.clock.now = () => clock.now();
  });

  it('end as a model of them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(terms, { minLength: VOUCHERS, maxLength: VOUCHERS }),
        fc.array(step, { minLength: 1, maxLength: 40 }),
        async (offers, steps) => {
          const history = await History.begin(scrip, clock, offers);
          for (const [index, one] of steps.entries()) await history.take(one, index % 2 === 0 ? scrip : other);
          await history.compare();
        },
      ),
      { numRuns: RUNS },
    );
  }, 1_800_000);
});

type Terms = typeof terms extends fc.Arbitrary<infer T> ? T : never;
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** One history, played on the service and on the model. */
class History {
  private readonly answered: { accountId: string; code: string; key: string; body: unknown }[] = [];

  private constructor(
    private readonly scrip: TestScrip,
    private readonly clock: StoppedClock,
    private readonly accounts: string[],
    private readonly vouchers: ModelVoucher[],
    private readonly model: VoucherModel,
  ) {}

  static async begin(scrip: TestScrip, clock: StoppedClock, offers: Terms[]): Promise<History> {
    const accounts: string[] = [];
    for (let count = 0; count < ACCOUNTS; count += 1) accounts.push(await anAccount(scrip));
    for (const account of accounts) await givenCredits(scrip, account, 100);
    const vouchers: ModelVoucher[] = [];
    for (const { secondsUntil, ...offer } of offers) {
      const untilMs = secondsUntil === undefined ? undefined : clock.now().getTime() + secondsUntil * 1_000;
      const redeemableUntil = untilMs === undefined ? undefined : new Date(untilMs).toISOString();
      const { id, codes } = await aVoucher(scrip, { ...offer, redeemableUntil });
      vouchers.push({ id, codes, untilMs, ...offer });
    }
    return new History(scrip, clock, accounts, vouchers, new VoucherModel(vouchers));
  }

  async take(step: Step, process: TestScrip): Promise<void> {
    switch (step.do) {
      case 'redeem':
        return this.redeem(step, process);
      case 'guess':
        for (let count = 0; count < step.times; count += 1) await this.guess(this.account(step), process);
        return;
      case 'again':
        return this.again(step.which, process);
      case 'wait':
        return this.clock.advance(step.seconds);
      case 'disable':
        return this.disable(step, process);
      case 'spend':
        expect((await spendOf(process, this.account(step), 1)).status).toBe(201);
        return this.model.spend(this.account(step));
      case 'order':
        await aCheckout(process, this.account(step));
        return this.model.order(this.account(step));
    }
  }

  async compare(): Promise<void> {
    for (const voucher of this.vouchers) {
      const { body } = await this.scrip.call('GET', `/v1/vouchers/${voucher.id}`);
      expect(body.redemptions).toBe(this.model.redemptionsOf(voucher));
    }
    for (const account of this.accounts) {
      expect(await balanceOf(this.scrip, account)).toBe(100 + this.model.changeOf(account));
      const { data } = (await this.scrip.call('GET', `/v1/accounts/${account}/voucher-redemptions?limit=100`)).body;
      expect(data.reduce((sum: number, { credits }: { credits: number }) => sum + credits, 0)).toBe(
        this.model.givenTo(account),
      );
    }
    expect((await this.scrip.checkBooks()).findings).toEqual([]);
  }

  private async redeem(step: Extract<Step, { do: 'redeem' }>, process: TestScrip): Promise<void> {
    const voucher = this.vouchers[step.voucher];
    const code = voucher?.codes[step.code % (voucher?.codes.length ?? 1)];
    if (voucher === undefined || code === undefined) throw new Error('no such voucher');
    const [accountId, key] = [this.account(step), randomUUID()];
    const typed = TYPED[step.typed]?.(code) ?? code;
    const answer = await redeem(process, accountId, typed, key);
    this.expectAs(answer, this.model.redeem(accountId, voucher, code, this.clock.now().getTime()));
    if (answer.status === 201) this.answered.push({ accountId, code: typed, key, body: answer.body });
  }

  private async guess(accountId: string, process: TestScrip): Promise<void> {
    const answer = await redeem(process, accountId, randomUUID());
    this.expectAs(answer, this.model.guess(accountId, this.clock.now().getTime()));
  }

  /** What was answered before is told again, whatever has become of the voucher and the account. */
  private async again(which: number, process: TestScrip): Promise<void> {
    const before = this.answered[which % Math.max(1, this.answered.length)];
    if (before === undefined) return;
    const answer = await redeem(process, before.accountId, before.code, before.key);
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([201, JSON.stringify(before.body)]);
  }

  private async disable(step: Extract<Step, { do: 'disable' }>, process: TestScrip): Promise<void> {
    const voucher = this.vouchers[step.voucher];
    const code = voucher?.codes[step.code % (voucher?.codes.length ?? 1)];
    if (voucher === undefined || code === undefined) throw new Error('no such voucher');
    expect((await disable(process, voucher.id, step.one ? code : undefined)).status).toBe(200);
    this.model.disable(voucher, step.one ? code : undefined);
  }

  private expectAs(answer: HttpAnswer, outcome: string): void {
    expect(outcomeOf(answer)).toBe(outcome);
  }

  private account({ account }: { account: number }): string {
    return this.accounts[account] ?? '';
  }
}
