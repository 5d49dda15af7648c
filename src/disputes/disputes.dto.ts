import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn } from 'class-validator';
import { IsAccountId, IsText, MayBeAbsent } from '../http/input/fields.js';
import { SpanQuery, StripeIdFilter } from '../http/input/page-query.js';
import { DisputeAnswer } from '../returns/dispute.dto.js';
import { DISPUTE_STATUSES, type DisputeStatus } from '../returns/dispute-lifecycle.js';

export class ListDisputesQuery extends SpanQuery {
  @ApiPropertyOptional({ description: 'Those of one account alone.', type: String, example: 'ada' })
  @MayBeAbsent()
  @IsAccountId()
  accountId?: string;

  @ApiPropertyOptional({
    description: 'Those of one order alone.',
    type: String,
    example: 'ord_01kbhe5m8f6q0000000000000a',
  })
  @MayBeAbsent()
  @IsText({ max: 64 })
  orderId?: string;

  @ApiPropertyOptional({
    description: 'Those with this status alone.',
    enum: [...DISPUTE_STATUSES],
    enumName: 'DisputeStatus',
  })
  @MayBeAbsent()
  @IsIn(DISPUTE_STATUSES, { message: `must be one of ${DISPUTE_STATUSES.join(', ')}` })
  status?: DisputeStatus;

  @StripeIdFilter('du_1Tb2QmA', 'The one that is this dispute at Stripe.')
  stripeDisputeId?: string;
}

export class DisputeListAnswer {
  @ApiProperty({ type: [DisputeAnswer] })
  data!: DisputeAnswer[];

  @ApiProperty({ type: String, nullable: true, example: null })
  nextCursor!: string | null;
}

/** The most that Stripe takes in one field of evidence. */
const MAX_EVIDENCE_LENGTH = 20_000;

function EvidenceText(description: string, example: string): PropertyDecorator {
  return (target, name) => {
    ApiPropertyOptional({ type: String, maxLength: MAX_EVIDENCE_LENGTH, description, example })(target, name);
    MayBeAbsent()(target, name);
    IsText({ max: MAX_EVIDENCE_LENGTH })(target, name);
  };
}

/** Fields that are left out stay as they were said before. */
export class SubmitEvidenceBody {
  @EvidenceText('What was sold.', 'Twelve credits for image generation, used online')
  productDescription?: string;

  @EvidenceText('The name that the customer gave.', 'Ada Lovelace')
  customerName?: string;

  @EvidenceText('The e-mail address that the customer gave.', 'ada@example.com')
  customerEmailAddress?: string;

  @EvidenceText('The address from which the customer bought.', '203.0.113.7')
  customerPurchaseIp?: string;

  @EvidenceText('The billing address that the customer gave.', '12 St James Square, London')
  billingAddress?: string;

  @EvidenceText('Logs that show how what was bought was used.', '2026-11-21T09:30:00Z spent 5 credits from 203.0.113.7')
  accessActivityLog?: string;

  @EvidenceText('When the service was used, in words that a person reads.', '21 November 2026')
  serviceDate?: string;

  @EvidenceText('How the customer was shown the refund policy.', 'It is linked beside the button on the payment page.')
  refundPolicyDisclosure?: string;

  @EvidenceText('Why the customer gets no refund.', 'All of the credits were used.')
  refundRefusalExplanation?: string;

  @EvidenceText('How the payment differs from the one that it is said to repeat.', 'The other bought another pack.')
  duplicateChargeExplanation?: string;

  @EvidenceText('The charge at Stripe that it is said to repeat.', 'ch_3Tb2QmA')
  duplicateChargeId?: string;

  @EvidenceText('Whatever else the bank should know.', 'The customer wrote that it was a mistake.')
  uncategorizedText?: string;

  @ApiPropertyOptional({
    type: Boolean,
    default: true,
    description:
      'Whether all that was said goes to the bank now, which can be done once. With false it is kept on the dispute.',
  })
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  submit?: boolean;
}
