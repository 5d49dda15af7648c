import { Readable } from 'node:stream';
import { Controller, Get, Headers, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { RequireScope } from '../auth/require-scope.js';
import { PageQuery } from '../http/input/page-query.js';
import { ApiProblems } from '../http/problems/api-problems.js';
import { csvOf } from '../kernel/csv.js';
import { toVoucherCodeAnswer, VoucherCodeListAnswer } from './vouchers.dto.js';
import { VoucherNotFound } from './vouchers.problems.js';
import { VouchersQueries } from './vouchers.queries.js';

const COLUMNS = ['code', 'redemptions', 'disabledAt'] as const;

@ApiTags('Vouchers')
@Controller('v1/vouchers/:voucherId/codes')
export class VoucherCodesController {
  constructor(private readonly vouchers: VouchersQueries) {}

  @Get()
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'listVoucherCodes',
    summary: 'The codes of a voucher, in the order of their making',
    description: 'A page of them as JSON; all of them as a table with `Accept: text/csv`.',
  })
  @ApiExtraModels(VoucherCodeListAnswer)
  @ApiOkResponse({
    description: 'A page of them, or with `Accept: text/csv` all as a table',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(VoucherCodeListAnswer) } },
      'text/csv': { schema: { type: 'string' } },
    },
  })
  @ApiProblems(VoucherNotFound)
  async codes(
    @Param('voucherId') voucherId: string,
    @Query() page: PageQuery,
    @Headers('accept') accept: string | undefined,
  ): Promise<VoucherCodeListAnswer | StreamableFile> {
    if (accept?.includes('text/csv') !== true) return this.vouchers.codes(voucherId, page, toVoucherCodeAnswer);
    await this.vouchers.require(voucherId);
    return new StreamableFile(Readable.from(this.csv(voucherId)), { type: 'text/csv; charset=utf-8' });
  }

  /** Sent while it is read. */
  private async *csv(voucherId: string): AsyncGenerator<string> {
    yield csvOf([COLUMNS]);
    for await (const codes of this.vouchers.allCodes(voucherId)) {
      const rows = codes.map(toVoucherCodeAnswer);
      yield csvOf(rows.map((row) => COLUMNS.map((column) => row[column])));
    }
  }
}
