import { type FactsOf, Problem, type ProblemClass } from '../kernel/problem.js';

export class VoucherNotFound extends Problem {
  static readonly type = 'voucher-not-found';
  static readonly status = 404;
  static readonly title = 'No such voucher';
  static readonly remedy =
    'A code is found whatever case and dashes it is typed with: compare its letters and digits. The id of a voucher ' +
    'begins with `vch_`; list vouchers with `GET /v1/vouchers`.';

  constructor(private readonly by: 'code' | 'id') {
    super();
  }

  get detail(): string {
    return `There is no voucher with this ${this.by}.`;
  }
}

export class VoucherExpired extends Problem {
  static readonly type = 'voucher-expired';
  static readonly status = 409;
  static readonly title = 'Voucher that cannot be redeemed any more';
  static readonly remedy = 'Nothing was given. The voucher was disabled, or its time is over: make another one.';

  static readonly facts: FactsOf<VoucherExpired> = {
    because: {
      type: 'string',
      enum: ['time', 'disabled'],
      description: 'Whether its time is over, or it was disabled before.',
      examples: ['time'],
    },
    endedAt: {
      type: 'string',
      format: 'date-time',
      description: 'Since when it cannot be redeemed.',
      examples: ['2026-12-24T00:00:00.000Z'],
    },
  };

  constructor(override readonly facts: { because: 'time' | 'disabled'; endedAt: string }) {
    super();
  }

  get detail(): string {
    const { because, endedAt } = this.facts;
    return because === 'time' ? `It could be redeemed until ${endedAt}.` : `It was disabled at ${endedAt}.`;
  }
}

export class VoucherUsedUp extends Problem {
  static readonly type = 'voucher-used-up';
  static readonly status = 409;
  static readonly title = 'Voucher that is used up';
  static readonly remedy = 'Nothing was given. The code was redeemed as often as it can be: make another voucher.';

  static readonly facts: FactsOf<VoucherUsedUp> = {
    maxRedemptions: {
      type: 'integer',
      description: 'How often the code could be redeemed by all accounts together.',
      examples: [100],
    },
  };

  constructor(override readonly facts: { maxRedemptions: number }) {
    super();
  }

  get detail(): string {
    const { maxRedemptions } = this.facts;
    return maxRedemptions === 1
      ? 'The code could be redeemed once, and was.'
      : `The code could be redeemed ${maxRedemptions} times, and was.`;
  }
}

export class VoucherAlreadyRedeemed extends Problem {
  static readonly type = 'voucher-already-redeemed';
  static readonly status = 409;
  static readonly title = 'Voucher that the account has redeemed';
  static readonly remedy =
    'Nothing more was given. `GET /v1/accounts/{accountId}/voucher-redemptions` shows what the account got for it. ' +
    'Codes that were made together are one voucher.';

  static readonly facts: FactsOf<VoucherAlreadyRedeemed> = {
    perAccount: { type: 'integer', description: 'How often one account can redeem it.', examples: [1] },
  };

  constructor(override readonly facts: { perAccount: number }) {
    super();
  }

  get detail(): string {
    const { perAccount } = this.facts;
    return perAccount === 1
      ? 'The account has redeemed this voucher.'
      : `The account has redeemed this voucher ${perAccount} times, as often as one can.`;
  }
}

export class VoucherNotForThisAccount extends Problem {
  static readonly type = 'voucher-not-for-this-account';
  static readonly status = 409;
  static readonly title = 'Voucher for new accounts';
  static readonly remedy =
    'Nothing was given. The voucher is for accounts that have neither ordered nor spent anything yet. An order ' +
    'counts from when it is placed, paid or not, and a spend that was reversed counts as well.';

  static readonly facts: FactsOf<VoucherNotForThisAccount> = {
    because: {
      type: 'string',
      enum: ['order', 'spend'],
      description: 'What makes the account no new one.',
      examples: ['order'],
    },
  };

  constructor(override readonly facts: { because: 'order' | 'spend' }) {
    super();
  }

  get detail(): string {
    return this.facts.because === 'order' ? 'The account has ordered before.' : 'The account has spent credits before.';
  }
}

export class TooManyWrongCodes extends Problem {
  static readonly type = 'too-many-wrong-codes';
  static readonly status = 429;
  static readonly title = 'Too many wrong codes';
  static readonly remedy =
    'The account has sent ten codes of no voucher within an hour, and no code of it is looked at for a while, right ' +
    'or wrong. Let the buyer compare what they typed with what they were sent, and try again later.';

  static readonly facts: FactsOf<TooManyWrongCodes> = {
    retryAfterSeconds: {
      type: 'integer',
      description: 'After how many seconds the next code is looked at.',
      examples: [1260],
    },
  };
  override readonly headers: Record<string, string>;

  constructor(override readonly facts: { retryAfterSeconds: number }) {
    super();
    this.headers = { 'Retry-After': `${facts.retryAfterSeconds}` };
  }

  get detail(): string {
    return `The account has sent ten wrong codes; the next is looked at in ${this.facts.retryAfterSeconds} seconds.`;
  }
}

export class VoucherCodeTaken extends Problem {
  static readonly type = 'voucher-code-taken';
  static readonly status = 409;
  static readonly title = 'Code of another voucher';
  static readonly remedy =
    'Nothing was made. A code names one voucher for ever, also once that is over; case and dashes do not tell codes ' +
    'apart. Choose another, or leave `code` out.';

  get detail(): string {
    return 'Another voucher has this code.';
  }
}

export const vouchersProblems: readonly ProblemClass[] = [
  VoucherNotFound,
  VoucherExpired,
  VoucherUsedUp,
  VoucherAlreadyRedeemed,
  VoucherNotForThisAccount,
  TooManyWrongCodes,
  VoucherCodeTaken,
];
