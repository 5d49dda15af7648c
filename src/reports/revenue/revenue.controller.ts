import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../../auth/require-scope.js';
import { ApiProblems } from '../../http/problems/api-problems.js';
import { ReportSumTooLarge, ReportTooLarge } from '../reports.problems.js';
import { RevenueQuery, RevenueReportAnswer } from './revenue.dto.js';
import { RevenueReport } from './revenue-report.js';

@ApiTags('Reports')
@Controller('v1/reports/revenue')
export class RevenueController {
  constructor(private readonly report: RevenueReport) {}

  @Get()
  @RequireScope('admin')
  @ApiOperation({ operationId: 'getRevenue', summary: 'What became of the money that was paid, by currency' })
  @ApiOkResponse({ type: RevenueReportAnswer })
  @ApiProblems(ReportTooLarge, ReportSumTooLarge)
  revenue(@Query() query: RevenueQuery): Promise<RevenueReportAnswer> {
    return this.report.run(query);
  }
}
