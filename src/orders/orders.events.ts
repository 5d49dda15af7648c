import { ApiProperty } from '@nestjs/swagger';
import type { EventCatalogue } from '../outbox/event-types.js';
import { OrderAnswer } from './orders.dto.js';

/** A booking whose place is free again. */
export class ReleasedBookingAnswer {
  @ApiProperty({ type: String, example: 'ord_01kbhe5m8f6q0000000000000a' })
  orderId!: string;

  @ApiProperty({ type: String, example: 'room' })
  product!: string;
}

export const ordersEvents = {
  'order.fulfilled': {
    data: OrderAnswer,
    description: 'An order was paid, and its credits and features were given. Also for each invoice of a subscription.',
  },
  'order.failed': {
    data: OrderAnswer,
    description: 'A payment has failed, or was canceled. In a form of your own it may be tried again.',
  },
  'order.expired': { data: OrderAnswer, description: 'The page of an order takes no payment any more.' },
  'booking.to_release': {
    data: ReleasedBookingAnswer,
    description: 'The money of a booking went back, so that its place is free again.',
  },
} satisfies Partial<EventCatalogue>;
