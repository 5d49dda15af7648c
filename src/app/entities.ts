import { Account } from '../accounts/account.entity.js';
import { Alert } from '../alerts/alert.entity.js';
import { AlertFiring } from '../alerts/alert-firing.entity.js';
import { ApiKey } from '../auth/api-key.entity.js';
import { Product, ProductPrice } from '../catalog/product.entity.js';
import { ProductRevision } from '../catalog/product-revision.entity.js';
import { ParkedPayment } from '../checkout/payment-links/parked-payment.entity.js';
import { PaymentLink } from '../checkout/payment-links/payment-link.entity.js';
import { FormerCustomer } from '../customers/former-customer.entity.js';
import { PortalConfiguration } from '../customers/portal-configuration.entity.js';
import { WebhookEndpoint } from '../deliveries/endpoints/webhook-endpoint.entity.js';
import { WebhookDelivery } from '../deliveries/sending/webhook-delivery.entity.js';
import { WebhookMessage } from '../deliveries/sending/webhook-message.entity.js';
import { Evidence } from '../disputes/evidence.entity.js';
import { OffSessionClearance } from '../disputes/off-session/off-session-clearance.entity.js';
import { InvoicePayment, Order } from '../orders/order.entity.js';
import { Dispute } from '../returns/dispute.entity.js';
import { FraudWarning } from '../returns/fraud-warning.entity.js';
import { Refund } from '../returns/refund.entity.js';
import { Allowance } from '../subscriptions/allowances/allowance.entity.js';
import { AdoptedProduct } from '../subscriptions/mirror/adopted-product.entity.js';
import { EarlierSubscription } from '../subscriptions/mirror/earlier-subscription.entity.js';
import { Subscription } from '../subscriptions/mirror/subscription.entity.js';
import { Voucher, VoucherCode } from '../vouchers/voucher.entity.js';
import { VoucherRedemption } from '../vouchers/voucher-redemption.entity.js';
import { StripeEvent } from '../webhooks/stripe-event.entity.js';

/** The entities of all rooms. Tables that only handwritten SQL touches, such as the ledger's, have none. */
export const entities = [
  Account,
  AdoptedProduct,
  Alert,
  AlertFiring,
  Allowance,
  ApiKey,
  Dispute,
  EarlierSubscription,
  Evidence,
  FormerCustomer,
  FraudWarning,
  InvoicePayment,
  OffSessionClearance,
  Order,
  ParkedPayment,
  PaymentLink,
  PortalConfiguration,
  Product,
  ProductPrice,
  ProductRevision,
  Refund,
  StripeEvent,
  Subscription,
  Voucher,
  VoucherCode,
  VoucherRedemption,
  WebhookDelivery,
  WebhookEndpoint,
  WebhookMessage,
];
