import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AccountIdParam } from '../http/input/account-id.param.js';
import { ApiProblems } from '../http/problems/api-problems.js';
import { Clock } from '../kernel/clock.js';
import { AccountNotFound } from '../ledger/ledger.problems.js';
import { InclusionsQueries } from '../ledger/usage/included/inclusions.queries.js';
import { IncludedAnswer, toInclusionAnswer } from './included.dto.js';

@ApiTags('Metering')
@Controller('v1/accounts/:accountId/included')
export class IncludedController {
  constructor(
    private readonly inclusions: InclusionsQueries,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'getIncluded',
    summary: "Show what usage an account's plan includes, and what of it is left",
    description: 'Of the months that run now. Included usage costs no credits.',
  })
  @ApiOkResponse({ type: IncludedAnswer })
  @ApiProblems(AccountNotFound)
  async get(@AccountIdParam() accountId: string): Promise<IncludedAnswer> {
    const now = this.clock.now();
    const inclusions = await this.inclusions.covering(accountId, now);
    return { accountId, data: inclusions.map(toInclusionAnswer), asOf: now.toISOString() };
  }
}
