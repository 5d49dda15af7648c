import { Controller, Get, Inject, Injectable, Param, type PipeTransform } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { FEATURE_PATTERN } from '../catalog/catalog.dto.js';
import type { Config } from '../config/config.js';
import { CONFIG, RUNTIME, type Runtime } from '../config/config.module.js';
import { AccountIdParam } from '../http/input/account-id.param.js';
import { ApiProblems } from '../http/problems/api-problems.js';
import { ValidationFailed } from '../http/problems/http.problems.js';
import { AccountNotFound } from '../ledger/ledger.problems.js';
import { EntitlementCheckAnswer, EntitlementListAnswer, toEntitlementAnswer } from './entitlements.dto.js';
import { EntitlementsQueries } from './entitlements.queries.js';
import { upgradeUrlOf } from './upgrade-url.js';

@Injectable()
class FeaturePipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!FEATURE_PATTERN.test(value))
      throw ValidationFailed.at('/feature', 'must be 1 to 64 characters of a-z 0-9 . _ -', 'path');
    return value;
  }
}

@ApiTags('Entitlements')
@Controller('v1/accounts/:accountId/entitlements')
export class EntitlementsController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly entitlements: EntitlementsQueries,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listEntitlements',
    summary: 'List what an account may use',
    description: 'By name, with what it could use once. Features come with a plan, are bought once, or are free.',
  })
  @ApiOkResponse({ type: EntitlementListAnswer })
  @ApiProblems(AccountNotFound)
  async list(@AccountIdParam() accountId: string): Promise<EntitlementListAnswer> {
    const entitlements = await this.entitlements.list(accountId);
    return { data: entitlements.map(toEntitlementAnswer), nextCursor: null };
  }

  @Get(':feature')
  @ApiOperation({
    operationId: 'getEntitlement',
    summary: 'Say whether an account may use a feature',
    description: 'Made to be asked on every request of a customer: one look-up by key.',
  })
  @ApiParam({ name: 'feature', type: String, example: 'history' })
  @ApiOkResponse({ type: EntitlementCheckAnswer })
  @ApiProblems(AccountNotFound, ValidationFailed)
  async get(
    @AccountIdParam() accountId: string,
    @Param('feature', FeaturePipe) feature: string,
  ): Promise<EntitlementCheckAnswer> {
    const found = await this.entitlements.find(accountId, feature);
    const answer =
      found === undefined ? { feature, active: false, expiresAt: null, source: null } : toEntitlementAnswer(found);
    if (answer.active) return answer;
    const addresses = { upgradeUrl: this.config.upgradeUrl, publicUrl: this.runtime.publicUrl };
    return { ...answer, upgradeUrl: upgradeUrlOf(addresses, { accountId, feature }) };
  }
}
