import { OrderAnswer } from '../orders/orders.dto.js';
import type { EventCatalogue } from '../outbox/event-types.js';

export const checkoutEvents = {
  'checkout.started': {
    data: OrderAnswer,
    description: 'Somebody was given a way to pay an order: a page, or a form of your own.',
  },
} satisfies Partial<EventCatalogue>;
