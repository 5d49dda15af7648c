import { type FactsOf, Problem, type ProblemClass } from '../kernel/problem.js';
import type { OrderStatus } from '../orders/order-lifecycle.js';

export class OrderNotRefundable extends Problem {
  static readonly type = 'order-not-refundable';
  static readonly status = 409;
  static readonly title = 'Order without a payment';
  static readonly remedy =
    'Only what was paid through Stripe can go back: an order with a `paymentIntentId`. What was paid elsewhere ' +
    'goes back there, and its credits with `POST /v1/accounts/{accountId}/adjustments`. Look at the order with ' +
    '`GET /v1/orders/{orderId}`.';

  static readonly facts: FactsOf<OrderNotRefundable> = {
    orderId: { type: 'string', description: 'The id of the order.', examples: ['ord_01kbhe5m8f6q0000000000000a'] },
    orderStatus: { type: 'string', description: 'The status of the order.', examples: ['pending'] },
  };

  constructor(override readonly facts: { orderId: string; orderStatus: OrderStatus }) {
    super();
  }

  get detail(): string {
    return `Order ${this.facts.orderId} is ${this.facts.orderStatus}, and Stripe has charged nothing for it.`;
  }
}

export class OrderOfOtherMode extends Problem {
  static readonly type = 'order-of-other-mode';
  static readonly status = 409;
  static readonly title = 'Order of the other mode';
  static readonly remedy =
    'Stripe keeps test and live payments apart, and knows the payment of this order only by a key of the mode that ' +
    'it was made in. Refund it in the dashboard, or with a service that holds such a key.';

  static readonly facts: FactsOf<OrderOfOtherMode> = {
    orderId: { type: 'string', description: 'The id of the order.', examples: ['ord_01kbhe5m8f6q0000000000000a'] },
    orderLivemode: { type: 'boolean', description: 'Whether the order was made in live mode.', examples: [false] },
    keyLivemode: { type: 'boolean', description: 'Whether the service holds a live key of Stripe.', examples: [true] },
  };

  constructor(override readonly facts: { orderId: string; orderLivemode: boolean; keyLivemode: boolean }) {
    super();
  }

  get detail(): string {
    const mode = (live: boolean) => (live ? 'live' : 'test');
    return (
      `Order ${this.facts.orderId} was made in ${mode(this.facts.orderLivemode)} mode, and the service holds a ` +
      `${mode(this.facts.keyLivemode)} key.`
    );
  }
}

export class RefundExceedsPayment extends Problem {
  static readonly type = 'refund-exceeds-payment';
  static readonly status = 409;
  static readonly title = 'Refund above the payment';
  static readonly remedy =
    'Refund at most `refundableMinor`, which is what was charged less what has gone back, is on its way, or is ' +
    'withdrawn by a dispute. Leave `amountMinor` out to refund all of it.';

  static readonly facts: FactsOf<RefundExceedsPayment> = {
    orderId: { type: 'string', description: 'The id of the order.', examples: ['ord_01kbhe5m8f6q0000000000000a'] },
    chargedMinor: { type: 'integer', description: 'What was charged, in minor units.', examples: [1000] },
    refundedMinor: { type: 'integer', description: 'What has gone back, in minor units.', examples: [400] },
    pendingMinor: { type: 'integer', description: 'What is on its way back, in minor units.', examples: [0] },
    disputedMinor: { type: 'integer', description: 'What disputes have withdrawn, in minor units.', examples: [0] },
    refundableMinor: { type: 'integer', description: 'What can still be refunded, in minor units.', examples: [600] },
    requestedMinor: { type: 'integer', description: 'What was asked for, in minor units.', examples: [1000] },
  };

  constructor(
    override readonly facts: {
      orderId: string;
      chargedMinor: bigint;
      refundedMinor: bigint;
      pendingMinor: bigint;
      disputedMinor: bigint;
      refundableMinor: bigint;
      requestedMinor: bigint;
    },
  ) {
    super();
  }

  get detail(): string {
    const { orderId, requestedMinor, refundableMinor } = this.facts;
    if (refundableMinor === 0n) return `All money of order ${orderId} has gone back already, or is about to.`;
    return `${requestedMinor} minor units of the currency were to be refunded and ${refundableMinor} can be.`;
  }
}

export class NothingUnused extends Problem {
  static readonly type = 'nothing-unused';
  static readonly status = 409;
  static readonly title = 'Nothing unused to refund';
  static readonly remedy =
    'What was bought is spent, has lapsed, is held by jobs that still run, or has gone back already; what is left ' +
    'is worth less than the smallest unit of money. `GET /v1/orders/{orderId}/refund-preview` shows it. Refund ' +
    'an amount with `amountMinor` to give back money all the same.';

  static readonly facts: FactsOf<NothingUnused> = {
    orderId: { type: 'string', description: 'The id of the order.', examples: ['ord_01kbhe5m8f6q0000000000000a'] },
    unusedCredits: { type: 'integer', description: 'Credits of the purchase that are unused.', examples: [0] },
  };

  constructor(override readonly facts: { orderId: string; unusedCredits: bigint }) {
    super();
  }

  get detail(): string {
    return `Nothing of order ${this.facts.orderId} is unused and worth money.`;
  }
}

export class RefundKept extends Problem {
  static readonly type = 'refund-kept';
  static readonly status = 502;
  static readonly title = 'Refund kept for later';
  static readonly remedy =
    'Check `STRIPE_SECRET_KEY` and what it may do: it needs to read and write refunds. The refund is recorded, and ' +
    'it is tried again by itself, later and later. The same request with the same `Idempotency-Key` tries it ' +
    'at once, and never makes a second one. `stripeRequestId` finds the request in the logs of the Stripe ' +
    'dashboard.';

  static readonly facts: FactsOf<RefundKept> = {
    refundId: { type: 'string', description: 'The id of the refund.', examples: ['rfd_01kbhe5m8f6q0000000000000a'] },
    stripeCode: { type: 'string', description: "Stripe's own code of the refusal.", examples: ['resource_missing'] },
    stripeRequestId: {
      type: ['string', 'null'],
      description: 'Finds the request in the logs of the Stripe dashboard; null when Stripe gave none.',
      examples: ['req_1Tb2QmA'],
    },
  };

  constructor(override readonly facts: { refundId: string; stripeCode: string; stripeRequestId: string | null }) {
    super();
  }

  get detail(): string {
    return `Refund ${this.facts.refundId} is kept: Stripe would not answer for it (${this.facts.stripeCode}).`;
  }
}

export const refundsProblems: readonly ProblemClass[] = [
  OrderNotRefundable,
  OrderOfOtherMode,
  RefundExceedsPayment,
  NothingUnused,
  RefundKept,
];
