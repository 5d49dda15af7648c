import { ApiProperty } from '@nestjs/swagger';
import type { NewDomainEvent } from '../outbox/domain-event.js';
import type { EventCatalogue } from '../outbox/event-types.js';
import type { Finding } from './finding.js';
import { FindingAnswer, toFindingAnswer } from './reconciliation.dto.js';
import type { Reconciliation } from './reconciliation.js';

export class ReportedFindingAnswer extends FindingAnswer {
  @ApiProperty({ type: String, example: 'rcn_01kbhe5m8f6q0000000000000a' })
  reconciliationId!: string;
}

export const reconciliationEvents = {
  'reconciliation.found': {
    data: ReportedFindingAnswer,
    description: 'Stripe and the books do not agree about something, and did not when it was looked at a second time.',
  },
} satisfies Partial<EventCatalogue>;

export function foundEvent({ id: reconciliationId }: Reconciliation, finding: Finding): NewDomainEvent {
  return {
    type: 'reconciliation.found',
    accountId: finding.accountId,
    data: { reconciliationId, ...toFindingAnswer(finding) } satisfies ReportedFindingAnswer,
  };
}
