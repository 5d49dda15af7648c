import { ApiProperty } from '@nestjs/swagger';
import type { EventCatalogue } from '../outbox/event-types.js';

/** That a page was opened, without its address, which lets in whoever has it. */
export class OpenedPortalAnswer {
  @ApiProperty({ type: String, example: 'ada' })
  accountId!: string;
}

export const customersEvents = {
  'portal.opened': {
    data: OpenedPortalAnswer,
    description: 'A customer was let onto the page of Stripe on which they manage how they pay.',
  },
} satisfies Partial<EventCatalogue>;
