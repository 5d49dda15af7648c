import { ApiProperty } from '@nestjs/swagger';
import { IsAccountId } from '../../http/input/fields.js';
import { SaleBody } from '../sale.dto.js';

export class CreatePaymentIntentBody extends SaleBody {
  @ApiProperty({ type: String, example: 'ada' })
  @IsAccountId()
  accountId!: string;
}

export class PaymentIntentAnswer {
  @ApiProperty({ type: String, example: 'ord_01kbhe5m8f6q0000000000000a' })
  orderId!: string;

  @ApiProperty({
    type: String,
    example: 'pi_a1b2_secret_c3d4',
    description: "For Stripe's elements in the customer's browser. Whoever has it can pay; keep it out of logs.",
  })
  clientSecret!: string;

  @ApiProperty({
    type: String,
    format: 'uri',
    example:
      'https://credits.example.com/checkout/success?order=ord_01kbhe5m8f6q0000000000000a&key=pX3vY0bqQvGJmZkq0dJq3w',
    description: 'A page that says what became of the payment, as `return_url` for an app that has none of its own.',
  })
  returnUrl!: string;
}
