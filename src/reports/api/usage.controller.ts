import { Controller, Get, Headers, Query, StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { RequireScope } from '../../auth/require-scope.js';
import { AccountIdParam } from '../../http/input/account-id.param.js';
import { ApiProblems } from '../../http/problems/api-problems.js';
import { AccountNotFound } from '../../ledger/ledger.problems.js';
import { ReportSumTooLarge, ReportTooLarge } from '../reports.problems.js';
import { TopAccountsAnswer, TopAccountsQuery, UsageQuery, UsageReportAnswer } from './usage.dto.js';
import { type UsageReport, usageCsv, usageReportAnswer } from './usage-answers.js';
import { UsageReports } from './usage-reports.js';

const DESCRIPTION =
  'By the time of the usage itself. What was given back is taken off where it was spent. What was spent before the ' +
  'report is asked for is in it, unless it has `asOf`.';
const FORMS = {
  description: 'As JSON, or as a table with `Accept: text/csv`',
  content: {
    'application/json': { schema: { $ref: getSchemaPath(UsageReportAnswer) } },
    'text/csv': { schema: { type: 'string' } },
  },
};

@ApiTags('Reports')
@ApiExtraModels(UsageReportAnswer)
@Controller('v1')
export class UsageController {
  constructor(private readonly reports: UsageReports) {}

  @Get('accounts/:accountId/usage')
  @ApiOperation({
    operationId: 'getAccountUsage',
    summary: 'What an account has used, by period, meter and dimensions',
    description: DESCRIPTION,
  })
  @ApiOkResponse(FORMS)
  @ApiProblems(AccountNotFound, ReportTooLarge, ReportSumTooLarge)
  async ofAccount(
    @AccountIdParam() accountId: string,
    @Query() query: UsageQuery,
    @Headers('accept') accept: string | undefined,
  ): Promise<UsageReportAnswer | StreamableFile> {
    return inFormOf(accept, await this.reports.ofAccount(accountId, query));
  }

  @Get('usage')
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'getUsage',
    summary: 'What all accounts have used, by period, meter and dimensions',
    description: DESCRIPTION,
  })
  @ApiOkResponse(FORMS)
  @ApiProblems(ReportTooLarge, ReportSumTooLarge)
  async ofAll(
    @Query() query: UsageQuery,
    @Headers('accept') accept: string | undefined,
  ): Promise<UsageReportAnswer | StreamableFile> {
    return inFormOf(accept, await this.reports.ofAll(query));
  }

  @Get('usage/top-accounts')
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'getTopAccounts',
    summary: 'The accounts that spent most',
    description: `${DESCRIPTION} Fastest over whole days in UTC.`,
  })
  @ApiOkResponse({ type: TopAccountsAnswer })
  @ApiProblems(ReportSumTooLarge)
  topAccounts(@Query() query: TopAccountsQuery): Promise<TopAccountsAnswer> {
    return this.reports.topAccounts(query);
  }
}

/** @throws ReportSumTooLarge, unless as a table */
function inFormOf(accept: string | undefined, report: UsageReport): UsageReportAnswer | StreamableFile {
  if (accept?.includes('text/csv') !== true) return usageReportAnswer(report);
  return new StreamableFile(Buffer.from(usageCsv(report)), { type: 'text/csv; charset=utf-8' });
}
