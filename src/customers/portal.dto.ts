import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsAccountId, MayBeAbsent } from '../http/input/fields.js';
import { IsWebAddress } from '../http/input/web-address.js';

export class CreatePortalSessionBody {
  @ApiProperty({ type: String, example: 'ada' })
  @IsAccountId()
  accountId!: string;

  @ApiPropertyOptional({
    type: String,
    format: 'uri',
    example: 'https://app.example/account',
    description: 'Where the page leads back to.',
  })
  @MayBeAbsent()
  @IsWebAddress()
  returnUrl?: string;
}

export class PortalSessionAnswer {
  @ApiProperty({
    type: String,
    format: 'uri',
    example: 'https://billing.stripe.com/p/session/a1b2',
    description: 'Send the customer here at once: it works for a few minutes.',
  })
  url!: string;
}
