import type { CheckoutConfig } from '../config/config.js';
import type { OrderChannel, PaymentOptions } from './order.entity.js';

interface Asked {
  channel: OrderChannel;
  /** What the request says; the configuration where it says nothing. */
  promotionCodes?: boolean;
  receiptEmail: string | null;
  /** Whether what is paid with is to be kept for later. */
  savePaymentMethod?: boolean;
}

/** What a payment asks for besides the money. A form of the app's own has no page on which to ask for anything. */
export function optionsOf(config: CheckoutConfig, asked: Asked): PaymentOptions {
  const { channel, promotionCodes, receiptEmail, savePaymentMethod = false } = asked;
  const hasPage = channel !== 'payment_intent';
  return {
    promotionCodes: hasPage && (promotionCodes ?? config.promotionCodes),
    automaticTax: hasPage && config.automaticTax,
    taxIds: hasPage && config.taxIds,
    terms: hasPage && config.terms,
    receiptEmail,
    ...(savePaymentMethod && { reuseConsent: config.reuseConsent }),
  };
}
