import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { Database } from '../database/database.js';
import { cursorKeyOf, type PageQuery } from '../http/input/page-query.js';
import { type Page, pageOf } from '../kernel/keyset-page.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeyNotFound } from './auth.problems.js';

@Injectable()
export class ApiKeysQueries {
  constructor(private readonly database: Database) {}

  /** Keys newest first, by their sortable ids. */
  async list<T>(page: PageQuery, map: (key: ApiKey) => T): Promise<Page<T>> {
    const after = cursorKeyOf(page, /^key_[0-9a-z]{26}$/);
    const keys = await this.database.dataSource.manager.find(ApiKey, {
      where: after === undefined ? {} : { id: LessThan(after) },
      order: { id: 'desc' },
      take: page.limit + 1,
    });
    return pageOf(keys, page.limit, (key) => key.id, map);
  }

  /** @throws ApiKeyNotFound */
  async require(keyId: string): Promise<ApiKey> {
    const key = await this.database.dataSource.manager.findOneBy(ApiKey, { id: keyId });
    if (key === null) throw new ApiKeyNotFound({ keyId });
    return key;
  }
}
