import { CreateAccounts1795219200100 } from './1795219200100-create-accounts.js';
import { CreateCatalog1795219200200 } from './1795219200200-create-catalog.js';
import { CreateLedger1795219200300 } from './1795219200300-create-ledger.js';
import { CreateOrders1795219200400 } from './1795219200400-create-orders.js';
import { CreateStripeEvents1795219200500 } from './1795219200500-create-stripe-events.js';
import { CreateBookFunctions1795219200550 } from './1795219200550-create-book-functions.js';
import { CreateDisputes1795219200600 } from './1795219200600-create-disputes.js';
import { CreateReconciliations1795219200650 } from './1795219200650-create-reconciliations.js';
import { OpenWaysToPay1795219200700 } from './1795219200700-open-ways-to-pay.js';
import { SellPlans1795219200800 } from './1795219200800-sell-plans.js';
import { CompareInvoices1795219200910 } from './1795219200910-compare-invoices.js';
import { SwitchOffPaymentLinks1795219200920 } from './1795219200920-switch-off-payment-links.js';
import { ClearOffSessionStops1795219200930 } from './1795219200930-clear-off-session-stops.js';
import { CompareBooksWhenWriting1795219200940 } from './1795219200940-compare-books-when-writing.js';
import { CountWaitsOfEvents1795219200954 } from './1795219200954-count-waits-of-events.js';
import { IndexSpendsAndHolds1795219200958 } from './1795219200958-index-spends-and-holds.js';
import { WidenAccountIds1795219200966 } from './1795219200966-widen-account-ids.js';
import { IndexFilters1795219200970 } from './1795219200970-index-filters.js';
import { FollowSubscriptions1795219200975 } from './1795219200975-follow-subscriptions.js';
import { CompareSubscriptions1795219200976 } from './1795219200976-compare-subscriptions.js';
import { KeepContactsInStep1795219200980 } from './1795219200980-keep-contacts-in-step.js';
import { AdoptCustomers1795219200981 } from './1795219200981-adopt-customers.js';
import { AdoptSubscriptions1795219200982 } from './1795219200982-adopt-subscriptions.js';
import { IndexEndings1795219200986 } from './1795219200986-index-endings.js';
import { NoteOrderlessInvoices1795219200988 } from './1795219200988-note-orderless-invoices.js';
import { OneRowAnEntry1795219200992 } from './1795219200992-one-row-an-entry.js';
import { TakeTurns1795219200994 } from './1795219200994-take-turns.js';
import { CarryCredits1795219200998 } from './1795219200998-carry-credits.js';
import { KeepKeysOfHolds1795219201005 } from './1795219201005-keep-keys-of-holds.js';
import { MakeBookFunctionsAnew1795219201010 } from './1795219201010-make-book-functions-anew.js';
import { IndexGrantsInOrder1795219201020 } from './1795219201020-index-grants-in-order.js';
import { PriceUsage1795219201040 } from './1795219201040-price-usage.js';
import { SpendByLines1795219201050 } from './1795219201050-spend-by-lines.js';
import { KeepCountersWithBalances1795219201060 } from './1795219201060-keep-counters-with-balances.js';
import { HoldByLines1795219201080 } from './1795219201080-hold-by-lines.js';
import { IncludeUsage1795219201090 } from './1795219201090-include-usage.js';
import { FollowEntries1795219201110 } from './1795219201110-follow-entries.js';
import { FollowMoney1795219201120 } from './1795219201120-follow-money.js';
import { KeyUsageByDigest1795219201200 } from './1795219201200-key-usage-by-digest.js';
import { SumUpDays1795219201205 } from './1795219201205-sum-up-days.js';
import { ReadUnknownAccounts1795219201210 } from './1795219201210-read-unknown-accounts.js';
import { NumberEvents1795219201300 } from './1795219201300-number-events.js';
import { DeliverEvents1795219201310 } from './1795219201310-deliver-events.js';
import { NoteEvents1795219201320 } from './1795219201320-note-events.js';
import { RedeemVouchers1795219201350 } from './1795219201350-redeem-vouchers.js';
import { ImportLines1795219201360 } from './1795219201360-import-lines.js';

/** All migrations, in the order of their timestamps. */
export const migrations = [
  CreateAccounts1795219200100,
  CreateCatalog1795219200200,
  CreateLedger1795219200300,
  CreateOrders1795219200400,
  CreateStripeEvents1795219200500,
  CreateBookFunctions1795219200550,
  CreateDisputes1795219200600,
  CreateReconciliations1795219200650,
  OpenWaysToPay1795219200700,
  SellPlans1795219200800,
  CompareInvoices1795219200910,
  SwitchOffPaymentLinks1795219200920,
  ClearOffSessionStops1795219200930,
  CompareBooksWhenWriting1795219200940,
  CountWaitsOfEvents1795219200954,
  IndexSpendsAndHolds1795219200958,
  WidenAccountIds1795219200966,
  IndexFilters1795219200970,
  FollowSubscriptions1795219200975,
  CompareSubscriptions1795219200976,
  KeepContactsInStep1795219200980,
  AdoptCustomers1795219200981,
  AdoptSubscriptions1795219200982,
  IndexEndings1795219200986,
  NoteOrderlessInvoices1795219200988,
  OneRowAnEntry1795219200992,
  TakeTurns1795219200994,
  CarryCredits1795219200998,
  KeepKeysOfHolds1795219201005,
  MakeBookFunctionsAnew1795219201010,
  IndexGrantsInOrder1795219201020,
  PriceUsage1795219201040,
  SpendByLines1795219201050,
  KeepCountersWithBalances1795219201060,
  HoldByLines1795219201080,
  IncludeUsage1795219201090,
  FollowEntries1795219201110,
  FollowMoney1795219201120,
  KeyUsageByDigest1795219201200,
  SumUpDays1795219201205,
  ReadUnknownAccounts1795219201210,
  NumberEvents1795219201300,
  DeliverEvents1795219201310,
  NoteEvents1795219201320,
  RedeemVouchers1795219201350,
  ImportLines1795219201360,
];
