import { type FactsOf, Problem, type ProblemClass } from '../kernel/problem.js';
import type { ProductKind } from './product.entity.js';

export class ProductNotFound extends Problem {
  static readonly type = 'product-not-found';
  static readonly status = 404;
  static readonly title = 'No such product';
  static readonly remedy =
    'List the catalogue with `GET /v1/products`, or add the product with `PUT /v1/products/{key}`.';

  static readonly facts: FactsOf<ProductNotFound> = {
    product: { type: 'string', description: 'The key of the product.', examples: ['basic'] },
  };

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

  static readonly facts: FactsOf<ProductKindFixed> = {
    product: { type: 'string', description: 'The key of the product.', examples: ['basic'] },
    kind: {
      type: 'string',
      enum: ['pack', 'plan', 'feature'],
      description: 'What kind of product it is.',
      examples: ['pack'],
    },
    requestedKind: {
      type: 'string',
      enum: ['pack', 'plan', 'feature'],
      description: 'The kind that was asked for.',
      examples: ['plan'],
    },
  };

  constructor(override readonly facts: { product: string; kind: ProductKind; requestedKind: ProductKind }) {
    super();
  }

  get detail(): string {
    return `${this.facts.product} is a ${this.facts.kind} and cannot become a ${this.facts.requestedKind}.`;
  }
}

export const catalogProblems: readonly ProblemClass[] = [ProductNotFound, ProductKindFixed];
