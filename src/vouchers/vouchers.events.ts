import type { EventCatalogue } from '../outbox/event-types.js';
import { VoucherRedemptionAnswer } from './redemptions.dto.js';

export const vouchersEvents = {
  'voucher.redeemed': {
    data: VoucherRedemptionAnswer,
    description: 'An account has redeemed a voucher. The code is never told: whoever reads events may not redeem it.',
  },
} satisfies Partial<EventCatalogue>;
