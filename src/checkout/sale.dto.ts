import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsCurrency, IsInteger, IsText, MayBeAbsent } from '../http/input/fields.js';

/** What is sold, however it is paid. */
export class SaleBody {
  @ApiProperty({ type: String, example: 'basic', description: 'The key of a pack in the catalogue.' })
  @IsText({ max: 64 })
  product!: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100, default: 1 })
  @MayBeAbsent()
  @IsInteger({ min: 1, max: 100 })
  quantity?: number;

  @ApiPropertyOptional({
    type: String,
    example: 'usd',
    description: "The default currency when left out, or the product's first price when it has none in that.",
  })
  @MayBeAbsent()
  @IsCurrency()
  currency?: string;
}

export const PROMOTION_CODES = {
  type: Boolean,
  example: true,
  description: 'Whether the page takes promotion codes; as configured when left out.',
};
