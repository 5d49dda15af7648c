import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { type LinesBody, usageLinesOf } from '../../rating/lines.dto.js';
import { RateCards } from '../../rating/rates/rate-cards.js';
import { partsOfSpendId, spendIdOf } from '../book/spend-id.js';
import { type CorrectionPrices, type CorrectionRequest, correctSpendCommand } from '../commands/corrections.js';
import type { LedgerCommand } from '../posting/decide-commands.js';
import { requireAccount } from '../require-account.js';
import { EventNotFound } from '../usage/events.problems.js';
import { findEventSpend, lastCorrectionOf } from '../usage/find-event.js';
import { type SpendUsage, toUsage } from '../usage/kept-lines.js';
import { toUsedLine } from '../usage/spend-requests.js';
import type { EventName } from '../usage/usage-events.js';

/** What never changes of a spend by lines. */
interface KeptSpend {
  readonly usage: SpendUsage;
  readonly usedAt: Date;
  readonly description: string | null;
  readonly metadata: Record<string, string> | null;
}

interface KeptSpendRow {
  readonly seq: string;
  readonly salt: number;
  readonly recorded_at: Date;
  readonly description: string | null;
  readonly metadata: string | null;
  readonly lines: string;
}

/** Whose spend is corrected, and by whom. */
export interface AskedCorrection {
  readonly accountId: string;
  readonly spendId: string;
  readonly actor: string;
}

/** What the usage was, said rightly this time, and why it is corrected. */
type CorrectedUsage = LinesBody & { readonly reason: string };

/**
 * Makes the commands of corrections. What a spend was of never changes, so it is read before its account is locked, and
 * with it the cards of its time; whether it can still be corrected is decided under the lock.
 */
@Injectable()
export class CorrectionCommands {
  constructor(
    private readonly database: Database,
    private readonly cards: RateCards,
  ) {}

  /** @throws ValidationFailed, MeterNotFound */
  ofSpend(key: string, asked: AskedCorrection, { reason, ...usage }: CorrectedUsage): Promise<LedgerCommand> {
    const { accountId, spendId } = asked;
    const lines = usageLinesOf(usage).map(toUsedLine);
    const route = `POST /v1/accounts/${accountId}/spends/${spendId}/corrections`;
    return this.make(key, asked, { lines, reason, asked: { route, body: { lines, reason } } });
  }

  /**
   * Of the spend that an event stands for by now. The request is told by the name of the event: sent again, it gets its
   * answer, though by then the event stands for another.
   * @throws ValidationFailed, MeterNotFound, AccountNotFound, EventNotFound
   */
  async ofEvent(
    key: string,
    { accountId, actor, ...name }: EventName & Omit<AskedCorrection, 'spendId'>,
    { reason, ...usage }: CorrectedUsage,
  ): Promise<LedgerCommand> {
    const lines = usageLinesOf(usage).map(toUsedLine);
    const first = await findEventSpend(this.database, accountId, name);
    if (first === undefined) {
      await requireAccount(this.database, accountId);
      throw new EventNotFound({ accountId, ...name });
    }
    const spendId = await lastCorrectionOf(this.database, accountId, first);
    const asked = { route: 'POST /v1/usage/corrections', body: { accountId, ...name, lines, reason } };
    return this.make(key, { accountId, spendId, actor }, { lines, reason, asked });
  }

  private async make(
    key: string,
    { accountId, spendId, actor }: AskedCorrection,
    { lines, reason, asked }: Pick<CorrectionRequest, 'lines' | 'reason' | 'asked'>,
  ): Promise<LedgerCommand> {
    const kept = await this.find(accountId, spendId);
    const { usedAt = new Date(0), description = null, metadata = null } = kept ?? {};
    const said = { description, metadata, usedAt: usedAt.toISOString() };
    const meters = new Set(lines.map(({ meter }) => meter));
    return correctSpendCommand(
      key,
      { accountId, spendId, lines, reason, actor, asked, ...said },
      await this.pricesOf(kept, meters),
    );
  }

  /** The versions that priced it, and of other meters those that were in force at its time. */
  private async pricesOf(kept: KeptSpend | undefined, meters: ReadonlySet<string>): Promise<CorrectionPrices> {
    // Then it is refused before it is priced.
    if (kept === undefined) return { month: '', cards: new Map() };
    const versions = new Map(kept.usage.lines.map(({ line }) => [line.meter, line.rateVersion]));
    return { month: kept.usage.month, cards: await this.cards.inForce(meters, kept.usedAt, versions) };
  }

  private async find(accountId: string, spendId: string): Promise<KeptSpend | undefined> {
    const [row] = await this.database.query<KeptSpendRow>(
      `select seq, salt, recorded_at, description, metadata::text as metadata, lines::text as lines from entry_rows
       where account_id = $1 and seq = $2 and kind = 's' and lines is not null`,
      [accountId, `${partsOfSpendId(spendId)?.seq ?? 0n}`],
    );
    if (row === undefined) return undefined;
    const { recorded_at: recordedAt, description, metadata } = row;
    const id = spendIdOf({ recordedMs: recordedAt.getTime(), seq: BigInt(row.seq), salt: row.salt });
    if (id !== spendId) return undefined;
    const usage = toUsage(row.lines);
    return {
      usage,
      usedAt: usage.usedAt ?? recordedAt,
      description,
      metadata: metadata === null ? null : JSON.parse(metadata),
    };
  }
}
