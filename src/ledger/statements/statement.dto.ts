import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInstant, MayBeAbsent } from '../../http/input/fields.js';
import { EntryAnswer } from '../api/entries.dto.js';

export class StatementQuery {
  @ApiPropertyOptional({ format: 'date-time', description: 'Entries recorded from here on; all when absent.' })
  @MayBeAbsent()
  @IsInstant()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Entries recorded before; up to now when absent.' })
  @MayBeAbsent()
  @IsInstant()
  to?: string;
}

/** Where the chain of entries stands: the last entry up to here, or nothing before the first. */
export class StatementLineAnswer {
  @ApiProperty({ description: 'The number of the last entry so far; 0 before the first.', type: 'integer', example: 2 })
  seq!: number;

  @ApiProperty({ description: 'The balance there, in credits.', type: 'integer', example: 7 })
  balance!: number;

  @ApiProperty({ description: 'The hash of that entry, in hexadecimal.', minLength: 64, maxLength: 64 })
  hash!: string;
}

export class StatementAnswer {
  @ApiProperty({ example: 'ada' })
  accountId!: string;

  @ApiProperty({ description: 'Entries recorded from here on are in it.', format: 'date-time' })
  from!: string;

  @ApiProperty({ description: 'Entries recorded before are in it.', format: 'date-time' })
  to!: string;

  @ApiProperty({ type: StatementLineAnswer, description: 'Where the chain stood before the first entry shown.' })
  opening!: StatementLineAnswer;

  @ApiProperty({ type: [EntryAnswer], description: 'Oldest first.' })
  entries!: EntryAnswer[];

  @ApiProperty({ type: StatementLineAnswer, description: 'Where it stands after the last.' })
  closing!: StatementLineAnswer;
}
