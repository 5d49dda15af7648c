import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { before, given } from '../database/conditions.js';
import { Database, type Tx } from '../database/database.js';
import { cursorKeyOf, type PageQuery } from '../http/input/page-query.js';
import { type Page, pageOf } from '../kernel/keyset-page.js';
import { ProductNotFound } from './catalog.problems.js';
import { Product } from './product.entity.js';

export type ProductFilter = Partial<Pick<Product, 'kind' | 'active'>>;

@Injectable()
export class CatalogQueries {
  constructor(private readonly database: Database) {}

  /** A product with its prices, whether or not it can be bought now. */
  find(key: string): Promise<Product | null> {
    return findProduct(this.database.dataSource.manager, key);
  }

  /** @throws ProductNotFound */
  async require(key: string): Promise<Product> {
    const product = await this.find(key);
    if (product === null) throw new ProductNotFound({ product: key });
    return product;
  }

  /** Products newest first, by the order of their making. */
  async list<T>(page: PageQuery & ProductFilter, map: (product: Product) => T): Promise<Page<T>> {
    const products = await this.database.dataSource.manager.find(Product, {
      where: given<Product>({
        kind: page.kind,
        active: page.active,
        ordinal: before(cursorKeyOf(page, /^\d{1,18}$/)),
      }),
      order: { ordinal: 'desc' },
      take: page.limit + 1,
      relations: { prices: true },
      relationLoadStrategy: 'query',
    });
    return pageOf(products, page.limit, (product) => product.ordinal, map);
  }

  /** What can be bought now, in the order in which it was added. */
  onSale(kinds: Product['kind'][]): Promise<Product[]> {
    return this.database.dataSource.manager.find(Product, {
      where: { active: true, kind: In(kinds) },
      order: { ordinal: 'asc' },
      take: 50,
      relations: { prices: true },
      relationLoadStrategy: 'query',
    });
  }
}

/**
 * SQL for the free tier, as `feature` and `product_key`: what feature products open that are on sale and cost nothing.
 * One that lists no features opens the one of its own name.
 */
export const FREE_FEATURES = `
  select opened.feature, products.key as product_key
  from products
  cross join lateral unnest(case when features = '{}' then array[key] else features end) opened (feature)
  where kind = 'feature'
    and products.active
    and not exists (select from product_prices where product_key = products.key)`;

export function findProduct(tx: Tx, key: string): Promise<Product | null> {
  return tx.findOne(Product, { where: { key }, relations: { prices: true } });
}
