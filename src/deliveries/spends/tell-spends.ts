import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Database, type Tx } from '../../database/database.js';
import { RecurringWork } from '../../jobs/recurring-work.js';
import { addSeconds, Clock } from '../../kernel/clock.js';
import { toJsonInteger } from '../../kernel/credits.js';
import { newId } from '../../kernel/ids.js';
import { type Head, headsSince } from '../../ledger/history/heads.js';
import { type EntrySpan, type RecordedEntry, readEntries } from '../../ledger/history/read-history.js';
import { lastSeqBy } from '../../ledger/statements/balance-at.js';
import type { ToldSpendAnswer } from '../deliveries.events.js';
import { SPEND_CREATED } from '../endpoints/event-filter.js';
import { addDeliveries } from '../sending/deliveries.store.js';
import { WebhookMessage } from '../sending/webhook-message.entity.js';
import {
  beginTelling,
  countWaiting,
  endpointsTold,
  endTelling,
  isTelling,
  lockTelling,
  noteTold,
  noteToldThrough,
  type Telling,
  toldOf,
} from './spends-told.store.js';

const LOOK_EVERY_MS = 2_000;
/** How much later than an entry says it may become visible: what writes it has waited, and clocks differ. */
const VISIBLE_AFTER_SECONDS = 15;
/** What is told of in one step: it shares the database with those who spend. */
const ENTRIES_PER_STEP = 600;
/** Of one account, so that those behind it come in the same step. */
const ENTRIES_PER_ACCOUNT = 300;
/** A message of so many is below 20 kB, whatever the ids of accounts are. */
const SPENDS_PER_MESSAGE = 60;
/** While so many messages wait, no more are made: the entries stay where they are. */
const MOST_WAITING = 100;

/**
 * Tells endpoints that have asked for it by name of spends, in batches, from the entries: nothing is written where
 * credits are spent. Spends of an account are told of in their order, each exactly once in what is added; how far that
 * is, is noted in the transaction that adds the deliveries. At a bounded pace, so that those who spend do not notice:
 * what is spent faster for a while is told of later.
 */
@Injectable()
export class TellSpends implements OnModuleInit {
  private readonly log = new Logger(TellSpends.name);
  /** The account that was told of last: the next step goes on behind it, so that one that is busy hides no other. */
  private lastAccountId = '';

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly recurring: RecurringWork,
  ) {}

  onModuleInit(): void {
    const recurring = { work: 'the telling of spends', everyMs: LOOK_EVERY_MS, log: this.log };
    this.recurring.register(recurring, () => this.run());
  }

  /** One step. Returns how many spends were told of. */
  async run(): Promise<number> {
    const { manager } = this.database.dataSource;
    const endpointIds = await endpointsTold(manager);
    if (endpointIds.length === 0) {
      if (await isTelling(manager)) await this.database.transaction((tx) => endTelling(tx));
      return 0;
    }
    return this.database.transaction(async (tx) => {
      const now = this.clock.now();
      await beginTelling(tx, now);
      const telling = await lockTelling(tx);
      if (telling === undefined || (await countWaiting(tx)) >= MOST_WAITING) return 0;
      return this.tell(tx, telling, endpointIds, now);
    });
  }

  private async tell(tx: Tx, telling: Telling, endpointIds: readonly string[], now: Date): Promise<number> {
    const heads = await headsSince(tx, addSeconds(telling.toldThrough, -VISIBLE_AFTER_SECONDS));
    const { spans, isAll } = await nextOf(tx, telling, behind(heads, this.lastAccountId));
    const entries = await readEntries(tx, spans);
    const spends = entries.filter(({ entry }) => entry.kind === 'spend').map(spendOf);
    for (let first = 0; first < spends.length; first += SPENDS_PER_MESSAGE) {
      const id = newId('msg', now);
      const data = { spends: spends.slice(first, first + SPENDS_PER_MESSAGE) };
      await tx.insert(WebhookMessage, { id, type: SPEND_CREATED, data, occurredAt: now });
      for (const endpointId of endpointIds)
        await addDeliveries(tx, endpointId, [{ messageId: id, type: SPEND_CREATED }], { now });
    }
    await noteTold(tx, spans);
    this.lastAccountId = isAll ? '' : (spans.at(-1)?.accountId ?? '');
    if (isAll) await noteToldThrough(tx, now);
    return spends.length;
  }
}

/** In the order of the accounts, from the one behind an account on, and around. */
function behind(heads: readonly Head[], accountId: string): Head[] {
  const sorted = heads.toSorted((a, b) => (a.accountId < b.accountId ? -1 : 1));
  const first = sorted.findIndex((head) => head.accountId > accountId);
  return first <= 0 ? sorted : [...sorted.slice(first), ...sorted.slice(0, first)];
}

/** The entries that come next, and whether these are all that are visible now. */
async function nextOf(
  tx: Tx,
  { begunAt }: Telling,
  heads: readonly Head[],
): Promise<{ spans: EntrySpan[]; isAll: boolean }> {
  const told = await toldOf(
    tx,
    heads.map(({ accountId }) => accountId),
  );
  const spans: EntrySpan[] = [];
  let [left, isAll] = [ENTRIES_PER_STEP, true];
  for (const { accountId, seq: head } of heads) {
    const seq = told.get(accountId) ?? (await lastSeqBy(tx, accountId, begunAt));
    const due = Number(head - seq);
    const next = Math.min(due, left, ENTRIES_PER_ACCOUNT);
    if (next > 0) spans.push({ accountId, from: seq + 1n, to: seq + BigInt(next) });
    left -= Math.max(0, next);
    if (next < due) isAll = false;
    if (left === 0) return { spans, isAll: false };
  }
  return { spans, isAll };
}

function spendOf({ entry }: RecordedEntry): ToldSpendAnswer {
  return {
    id: entry.source.id,
    accountId: entry.accountId,
    amount: -toJsonInteger(entry.amount),
    seq: toJsonInteger(entry.seq),
    createdAt: entry.recordedAt.toISOString(),
  };
}
