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
    'Orders and subscriptions rely on the kind. Retire this product with `active: false` and make another under a ' +
    'new key.';

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

export class ProductNotForSale extends Problem {
  static readonly type = 'product-not-for-sale';
  static readonly status = 409;
  static readonly title = 'Product not for sale';
  static readonly remedy =
    'Only what is `active` and has a price is sold. Plans are sold by `POST /v1/checkout-sessions` alone. List ' +
    'what there is with `GET /v1/products`.';

  static readonly facts: FactsOf<ProductNotForSale> = {
    product: { type: 'string', description: 'The key of the product.', examples: ['basic'] },
    kind: {
      type: 'string',
      enum: ['pack', 'plan', 'feature'],
      description: 'What kind of product it is.',
      examples: ['pack'],
    },
    active: { type: 'boolean', description: 'Whether it can be bought now.', examples: [false] },
  };

  constructor(override readonly facts: { product: string; kind: ProductKind; active: boolean }) {
    super();
  }

  get detail(): string {
    const { product, kind, active } = this.facts;
    return active ? `${product} is a ${kind}, which is not sold in this way.` : `${product} is not active.`;
  }
}

export class CurrencyNotOffered extends Problem {
  static readonly type = 'currency-not-offered';
  static readonly status = 409;
  static readonly title = 'No price in this currency';
  static readonly remedy =
    'Leave `currency` out, name one of `currencies`, or add a price with `PUT /v1/products/{key}`.';

  static readonly facts: FactsOf<CurrencyNotOffered> = {
    product: { type: 'string', description: 'The key of the product.', examples: ['basic'] },
    currency: { type: 'string', description: 'The currency that was asked for.', examples: ['eur'] },
    currencies: {
      type: 'array',
      items: { type: 'string' },
      description: 'The currencies in which it is sold.',
      examples: [['usd']],
    },
  };

  constructor(override readonly facts: { product: string; currency: string; currencies: string[] }) {
    super();
  }

  get detail(): string {
    return `${this.facts.product} has no price in ${this.facts.currency}.`;
  }
}

export const catalogProblems: readonly ProblemClass[] = [
  ProductNotFound,
  ProductKindFixed,
  ProductNotForSale,
  CurrencyNotOffered,
];
