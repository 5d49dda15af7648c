import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { Database, type Tx } from '../../database/database.js';
import { cursorKeyOf, type PageQuery } from '../../http/input/page-query.js';
import { type Page, pageOf } from '../../kernel/keyset-page.js';
import { WebhookEndpointNotFound } from '../deliveries.problems.js';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';

@Injectable()
export class WebhookEndpointsQueries {
  constructor(private readonly database: Database) {}

  /** Endpoints newest first, by their sortable ids. */
  async list<T>(page: PageQuery, map: (endpoint: WebhookEndpoint) => T): Promise<Page<T>> {
    const after = cursorKeyOf(page, /^whe_[0-9a-z]{26}$/);
    const endpoints = await this.database.dataSource.manager.find(WebhookEndpoint, {
      where: after === undefined ? {} : { id: LessThan(after) },
      order: { id: 'desc' },
      take: page.limit + 1,
    });
    return pageOf(endpoints, page.limit, (endpoint) => endpoint.id, map);
  }

  /** @throws WebhookEndpointNotFound */
  async require(endpointId: string): Promise<WebhookEndpoint> {
    const endpoint = await this.database.dataSource.manager.findOneBy(WebhookEndpoint, { id: endpointId });
    if (endpoint === null) throw new WebhookEndpointNotFound({ endpointId });
    return endpoint;
  }
}

/** Locks an endpoint, so that what is decided of it holds. @throws WebhookEndpointNotFound */
export async function lockEndpoint(tx: Tx, endpointId: string): Promise<WebhookEndpoint> {
  const endpoint = await tx.findOne(WebhookEndpoint, {
    where: { id: endpointId },
    lock: { mode: 'for_no_key_update' },
  });
  if (endpoint === null) throw new WebhookEndpointNotFound({ endpointId });
  return endpoint;
}
