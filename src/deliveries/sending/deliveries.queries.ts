import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, LessThan } from 'typeorm';
import { Database } from '../../database/database.js';
import { cursorKeyOf, type PageQuery } from '../../http/input/page-query.js';
import { type Page, pageOf } from '../../kernel/keyset-page.js';
import { DeliveryNotFound } from '../deliveries.problems.js';
import { type DeliveryStatus, WebhookDelivery } from './webhook-delivery.entity.js';

@Injectable()
export class DeliveriesQueries {
  constructor(private readonly database: Database) {}

  /** Deliveries of an endpoint, newest first, by their sortable ids. */
  async list<T>(
    endpointId: string,
    page: PageQuery & { status?: DeliveryStatus },
    map: (delivery: WebhookDelivery) => T,
  ): Promise<Page<T>> {
    const after = cursorKeyOf(page, /^dlv_[0-9a-z]{26}$/);
    const where: FindOptionsWhere<WebhookDelivery> = {
      endpointId,
      ...(page.status !== undefined && { status: page.status }),
      ...(after !== undefined && { id: LessThan(after) }),
    };
    const { manager } = this.database.dataSource;
    const deliveries = await manager.find(WebhookDelivery, { where, order: { id: 'desc' }, take: page.limit + 1 });
    return pageOf(deliveries, page.limit, (delivery) => delivery.id, map);
  }

  /** @throws DeliveryNotFound */
  async require(endpointId: string, deliveryId: string): Promise<WebhookDelivery> {
    const where = { id: deliveryId, endpointId };
    const delivery = await this.database.dataSource.manager.findOneBy(WebhookDelivery, where);
    if (delivery === null) throw new DeliveryNotFound({ endpointId, deliveryId });
    return delivery;
  }
}
