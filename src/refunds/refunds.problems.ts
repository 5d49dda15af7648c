import type { OrderStatus } from '../checkout/order-lifecycle.js';
import { Problem, type ProblemClass } from '../kernel/problem.js';

export class RefundNotFound extends Problem {
  static readonly type = 'refund-not-found';
  static readonly status = 404;
  static readonly title = 'There is no such refund';
  static readonly remedy = 'The id begins with `rfd_`. List the refunds of an order with `GET /v1/refunds?orderId=`.';

  constructor(override readonly facts: { refundId: string }) {
    super();
  }

  get detail(): string {
    return `There is no refund ${this.facts.refundId}.`;
  }
}

export class OrderNotRefundable extends Problem {
  static readonly type = 'order-not-refundable';
  static readonly status = 409;
  static readonly title = 'Nothing was charged for the order';
  static readonly remedy = 'Only what was paid can go back. Look at the order with `GET /v1/orders/{orderId}`.';

  constructor(override readonly facts: { orderId: string; orderStatus: OrderStatus }) {
    super();
  }

  get detail(): string {
    return `Order ${this.facts.orderId} is ${this.facts.orderStatus}, and nothing was charged for it.`;
  }
}

export class RefundExceedsPayment extends Problem {
  static readonly type = 'refund-exceeds-payment';
  static readonly status = 409;
  static readonly title = 'More would go back than was paid';
  static readonly remedy =
    'Refund at most `refundableMinor`, which is what was charged less what has gone back or is on its way. Leave `amountMinor` out to refund all of it.';

  constructor(
    override readonly facts: {
      orderId: string;
      chargedMinor: bigint;
      refundedMinor: bigint;
      pendingMinor: bigint;
      refundableMinor: bigint;
      requestedMinor: bigint;
    },
  ) {
    super();
  }

  get detail(): string {
    return `${this.facts.requestedMinor} were to be refunded and ${this.facts.refundableMinor} can be.`;
  }
}

export const refundsProblems: readonly ProblemClass[] = [RefundNotFound, OrderNotRefundable, RefundExceedsPayment];
