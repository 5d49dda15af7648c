import { Body, type CanActivate, Controller, HttpCode, Injectable, Post, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../auth/require-scope.js';
import { ApiProblems } from '../http/problems/api-problems.js';
import { RouteNotFound, ValidationFailed } from '../http/problems/http.problems.js';
import { AdvanceClock } from './advance-clock.js';
import { SandboxClock } from './sandbox-clock.js';
import { AdvanceClockBody, TestClockAnswer } from './test-clock.dto.js';

const ADDRESS = { method: 'POST', path: '/v1/test-clock/advance' };

/** Where the service speaks to Stripe itself there is no such address. */
@Injectable()
class OnlyWithSandbox implements CanActivate {
  constructor(private readonly sandbox: SandboxClock) {}

  canActivate(): boolean {
    if (!this.sandbox.exists) throw new RouteNotFound(ADDRESS);
    return true;
  }
}

@ApiTags('Test clock')
@Controller('v1/test-clock')
@UseGuards(OnlyWithSandbox)
export class TestClockController {
  constructor(private readonly advanceClock: AdvanceClock) {}

  @Post('advance')
  @RequireScope('admin')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'advanceTestClock',
    summary: 'Move the time on',
    description:
      "Only beside the sandbox. Moves its clock and the service's together, and answers when renewals, expiries and " +
      'jobs of that span are worked off.',
  })
  @ApiOkResponse({ type: TestClockAnswer })
  @ApiProblems(RouteNotFound, ValidationFailed)
  async advance(@Body() body: AdvanceClockBody): Promise<TestClockAnswer> {
    return { now: (await this.advanceClock.run(body.seconds)).toISOString() };
  }
}
