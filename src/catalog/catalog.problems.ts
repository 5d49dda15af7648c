import { Problem, type ProblemClass } from '../kernel/problem.js';
import type { ProductKind } from './product.entity.js';

export class ProductNotFound extends Problem {
  static readonly type = 'product-not-found';
  static readonly status = 404;
  static readonly title = 'No such product';
  static readonly remedy =
    'List the catalogue with `GET /v1/products`, or add the product with `PUT /v1/products/{key}`.';

  constructor(override readonly facts: { product: string }) {
    super();
  }

  get detail(): string {
    return `There is no product ${this.facts.product} in the catalogue.`;
  }
}

export class ProductKindFixed extends Problem {
  static readonly type = 'product-kind-fixed';
  static readonly status = 409;
  static readonly title = 'Product of a fixed kind';
  static readonly remedy =
    'Orders and subscriptions rely on the kind. Retire this product with `active: false` and make another under a new key.';

  constructor(override readonly facts: { product: string; kind: ProductKind; requestedKind: ProductKind }) {
    super();
  }

  get detail(): string {
    return `${this.facts.product} is a ${this.facts.kind} and cannot become a ${this.facts.requestedKind}.`;
  }
}

export const catalogProblems: readonly ProblemClass[] = [ProductNotFound, ProductKindFixed];
