import { type AccountAnswer, toAccountAnswer } from '../../accounts/accounts.dto.js';
import { AccountsQueries } from '../../accounts/accounts.queries.js';
import { toJsonInteger } from '../../kernel/credits.js';
import type { ReceiptAnswer } from '../../ledger/api/receipts.dto.js';
import { BalancesNow } from '../../ledger/walks/balances-now.js';
import { LedgerWalks, type OwnedEntryAnswer, type RecordedSpan } from '../../ledger/walks/ledger-walks.js';
import { type OrderAnswer, toOrderAnswer } from '../../orders/orders.dto.js';
import { OrdersQueries } from '../../orders/orders.queries.js';
import { type Columns, type Format, jsonCell, textsOf } from '../files/formats.js';
import type { Exported } from './exported.js';

/** An account with what the API shows of it elsewhere, so that it can be taken to another place as a whole. */
interface ExportedAccount extends AccountAnswer {
  stripeCustomerId: string | null;
  /** As it is when it is read, with all that is due by then. */
  balance: number;
}

const ACCOUNT: Columns<ExportedAccount> = {
  id: ({ id }) => id,
  email: ({ email }) => email,
  name: ({ name }) => name,
  metadata: ({ metadata }) => jsonCell(metadata),
  balance: ({ balance }) => balance,
  hasPaymentMethod: ({ hasPaymentMethod }) => `${hasPaymentMethod}`,
  offSessionStop: ({ offSessionStop }) => offSessionStop?.reason,
  stripeCustomerId: ({ stripeCustomerId }) => stripeCustomerId,
  createdAt: ({ createdAt }) => createdAt,
  updatedAt: ({ updatedAt }) => updatedAt,
};

const ENTRY: Columns<OwnedEntryAnswer> = {
  accountId: ({ accountId }) => accountId,
  seq: ({ seq }) => seq,
  kind: ({ kind }) => kind,
  amount: ({ amount }) => amount,
  balanceBefore: ({ balanceBefore }) => balanceBefore,
  balanceAfter: ({ balanceAfter }) => balanceAfter,
  debt: ({ debt }) => debt,
  sourceType: ({ source }) => source.type,
  sourceId: ({ source }) => source.id,
  allocations: ({ allocations }) => jsonCell(allocations),
  reason: ({ reason }) => reason,
  actor: ({ actor }) => actor,
  effectiveAt: ({ effectiveAt }) => effectiveAt,
  recordedAt: ({ recordedAt }) => recordedAt,
  hash: ({ hash }) => hash,
};

const ORDER: Columns<OrderAnswer> = {
  id: ({ id }) => id,
  accountId: ({ accountId }) => accountId,
  product: ({ product }) => product,
  productName: ({ productName }) => productName,
  quantity: ({ quantity }) => quantity,
  status: ({ status }) => status,
  credits: ({ credits }) => credits,
  amountMinor: ({ amountMinor }) => amountMinor,
  currency: ({ currency }) => currency,
  refundedMinor: ({ refundedMinor }) => refundedMinor,
  disputedMinor: ({ disputedMinor }) => disputedMinor,
  openDisputes: ({ openDisputes }) => openDisputes,
  reversedCredits: ({ reversedCredits }) => reversedCredits,
  lapsedCredits: ({ lapsedCredits }) => lapsedCredits,
  shortfallCredits: ({ shortfallCredits }) => shortfallCredits,
  checkoutSessionId: ({ checkoutSessionId }) => checkoutSessionId,
  paymentIntentId: ({ paymentIntentId }) => paymentIntentId,
  paymentLinkId: ({ paymentLinkId }) => paymentLinkId,
  grantId: ({ grantId }) => grantId,
  createdAt: ({ createdAt }) => createdAt,
  fulfilledAt: ({ fulfilledAt }) => fulfilledAt,
  updatedAt: ({ updatedAt }) => updatedAt,
};

const SPEND: Columns<ReceiptAnswer> = {
  accountId: ({ accountId }) => accountId,
  seq: ({ seq }) => seq,
  id: ({ id }) => id,
  amount: ({ amount }) => amount,
  reversed: ({ reversed }) => reversed,
  balanceBefore: ({ balanceBefore }) => balanceBefore,
  balanceAfter: ({ balanceAfter }) => balanceAfter,
  description: ({ description }) => description,
  metadata: ({ metadata }) => jsonCell(metadata),
  allocations: ({ allocations }) => jsonCell(allocations),
  lines: ({ lines }) => jsonCell(lines),
  usedAt: ({ usedAt }) => usedAt,
  eventSource: ({ event }) => event?.source,
  eventId: ({ event }) => event?.id,
  holdId: ({ holdId }) => holdId,
  reversals: ({ reversals }) => jsonCell(reversals),
  corrects: ({ corrects }) => corrects,
  correctedBy: ({ correctedBy }) => correctedBy,
  createdAt: ({ createdAt }) => createdAt,
};

/**
 * All accounts, entries, orders or spends of a span of time, as the text of a file: by the time of their making, or
 * recording. Their order is the same each time. Nothing is locked, and memory stays flat.
 */
export class Exports {
  constructor(
    private readonly accountsQueries: AccountsQueries,
    private readonly balancesNow: BalancesNow,
    private readonly ledger: LedgerWalks,
    private readonly orders: OrdersQueries,
  ) {}

  texts(exported: Exported, span: RecordedSpan, format: Format): AsyncGenerator<string> {
    switch (exported) {
      case 'accounts':
        return textsOf(this.accounts(span), ACCOUNT, format);
      case 'entries':
        return textsOf(this.ledger.entries(span), ENTRY, format);
      case 'orders':
        return textsOf(mapped(this.orders.walk(span), toOrderAnswer), ORDER, format);
      case 'spends':
        return textsOf(this.ledger.spends(span), SPEND, format);
    }
  }

  private async *accounts(span: RecordedSpan): AsyncGenerator<ExportedAccount[]> {
    for await (const accounts of this.accountsQueries.walk(span)) {
      const balances = await this.balancesNow.of(accounts.map(({ id }) => id));
      yield accounts.map((account) => ({
        ...toAccountAnswer(account),
        stripeCustomerId: account.stripeCustomerId,
        balance: toJsonInteger(balances.get(account.id) ?? 0n),
      }));
    }
  }
}

async function* mapped<From, To>(pieces: AsyncIterable<From[]>, map: (row: From) => To): AsyncGenerator<To[]> {
  for await (const rows of pieces) yield rows.map(map);
}
