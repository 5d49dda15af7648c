import { ApiProperty } from '@nestjs/swagger';
import { Matches, MaxLength, MinLength } from 'class-validator';
import { IsAccountId, IsText } from '../../http/input/fields.js';
import { LinesBody } from '../../rating/lines.dto.js';
import { SpendReversalAnswer } from '../api/receipts.dto.js';
import { SpendAnswer } from '../api/spends.dto.js';
import { MAX_ATTRIBUTE_LENGTH } from '../usage/usage-events.js';

/** How a spend should have been. */
export class CorrectionBody extends LinesBody {
  @ApiProperty({ description: 'Why, for the ledger: at most 500 characters.', example: 'The wrong model was named' })
  @IsText({ max: 500 })
  reason!: string;
}

/** How the usage that an event has told of should have been. */
export class UsageCorrectionBody extends CorrectionBody {
  @ApiProperty({ example: 'ada' })
  @IsAccountId()
  accountId!: string;

  @ApiProperty({
    description: 'The `source` of the event.',
    type: String,
    maxLength: MAX_ATTRIBUTE_LENGTH,
    example: '/renderer',
  })
  @Matches(/^\S+$/, { message: 'must be text without blanks' })
  @MaxLength(MAX_ATTRIBUTE_LENGTH, { message: `must have at most ${MAX_ATTRIBUTE_LENGTH} characters` })
  source!: string;

  @ApiProperty({
    description: 'The `id` of the event.',
    type: String,
    maxLength: MAX_ATTRIBUTE_LENGTH,
    example: 'job-42',
  })
  @MinLength(1, { message: 'must not be empty' })
  @MaxLength(MAX_ATTRIBUTE_LENGTH, { message: `must have at most ${MAX_ATTRIBUTE_LENGTH} characters` })
  id!: string;
}

/** A spend that was made in place of another. The balance is the account's after both entries. */
export class CorrectionAnswer extends SpendAnswer {
  @ApiProperty({ description: 'The spend that was undone.', type: String, example: 'spd_01kahn2qe1c3p7x5m4v8r9t6ws' })
  corrects!: string;

  @ApiProperty({ description: 'What was given back of it.', type: SpendReversalAnswer })
  reversal!: SpendReversalAnswer;
}
