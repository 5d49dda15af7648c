import { type FactsOf, Problem, type ProblemClass } from '../kernel/problem.js';

export class OrderNotFound extends Problem {
  static readonly type = 'order-not-found';
  static readonly status = 404;
  static readonly title = 'No such order';
  static readonly remedy =
    'The id begins with `ord_` and was answered by `POST /v1/checkout-sessions` or `POST /v1/payment-intents`. ' +
    'List orders, those of payment links too, with `GET /v1/orders?accountId=`.';

  static readonly facts: FactsOf<OrderNotFound> = {
    orderId: { type: 'string', description: 'The id of the order.', examples: ['ord_01kbhe5m8f6q0000000000000a'] },
  };

  constructor(override readonly facts: { orderId: string }) {
    super();
  }

  get detail(): string {
    return `There is no order ${this.facts.orderId}.`;
  }
}

export const ordersProblems: readonly ProblemClass[] = [OrderNotFound];
