import { Body, Controller, Get, Injectable, Param, type PipeTransform, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Caller, type Principal } from '../../auth/principal.js';
import { RequireScope } from '../../auth/require-scope.js';
import { Database } from '../../database/database.js';
import { PageQuery } from '../../http/input/page-query.js';
import { ApiPageResponse } from '../../http/openapi/open-api.js';
import { ApiProblems } from '../../http/problems/api-problems.js';
import { ValidationFailed } from '../../http/problems/http.problems.js';
import { fingerprintOf, IdempotencyKey } from '../../idempotency/idempotency-key.js';
import { IdempotentWrites, sendAnswer } from '../../idempotency/idempotent-writes.js';
import { Clock } from '../../kernel/clock.js';
import type { Page } from '../../kernel/keyset-page.js';
import { MeterKeyParam } from '../meters/meter-key.param.js';
import {
  MeterNotFound,
  RateAmbiguous,
  RateInstantTaken,
  RateNotFound,
  RateTooEarly,
  RateTooFine,
} from '../rating.problems.js';
import { CreateRate, untilBegun } from './create-rate.js';
import { toRateAnswer, toRateTerms } from './rate-terms.js';
import { RateAnswer, RateBody } from './rates.dto.js';
import { RatesQueries } from './rates.queries.js';

@Injectable()
class VersionPipe implements PipeTransform<string, number> {
  transform(value: string): number {
    if (!/^[1-9]\d{0,8}$/.test(value))
      throw ValidationFailed.at('/version', 'must be a whole number from 1 to 999999999', 'path');
    return Number(value);
  }
}

@ApiTags('Metering')
@Controller('v1/meters/:key/rates')
export class RatesController {
  constructor(
    private readonly database: Database,
    private readonly queries: RatesQueries,
    private readonly clock: Clock,
    private readonly writes: IdempotentWrites,
    private readonly createRate: CreateRate,
  ) {}

  @Post()
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'createRate',
    summary: 'Make a version of a rate card',
    description:
      'Versions are numbered and never change. One prices what is used from `effectiveAt` on, until another begins; ' +
      'what was used before the first is priced by version 1. The call returns when the version has begun, which ' +
      'takes some two seconds; one that is planned for later is only kept.',
  })
  @ApiCreatedResponse({ type: RateAnswer })
  @ApiProblems(MeterNotFound, RateAmbiguous, RateTooEarly, RateInstantTaken, RateTooFine)
  async create(
    @MeterKeyParam() meter: string,
    @Body() body: RateBody,
    @IdempotencyKey({ required: false }) idempotencyKey: string | undefined,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RateAnswer> {
    const command = {
      meter,
      terms: toRateTerms(body),
      effectiveAt: body.effectiveAt === undefined ? null : new Date(body.effectiveAt),
      apiKeyId: caller.keyId,
    };
    const fingerprint = fingerprintOf(`POST /v1/meters/${meter}/rates`, body);
    const answer = await this.database.transaction((tx) =>
      this.writes.run(tx, { accountId: '', key: idempotencyKey, fingerprint }, async () => ({
        status: 201,
        body: toRateAnswer(await this.createRate.run(tx, command)),
      })),
    );
    await untilBegun(new Date(answer.body.effectiveAt), this.clock);
    return sendAnswer(reply, answer);
  }

  @Get()
  @ApiOperation({
    operationId: 'listRates',
    summary: 'List the versions of a rate card',
    description: 'Newest first. A page with very many prices ends early: follow `nextCursor`.',
  })
  @ApiPageResponse(RateAnswer)
  @ApiProblems(MeterNotFound)
  list(@MeterKeyParam() meter: string, @Query() page: PageQuery): Promise<Page<RateAnswer>> {
    return this.queries.list(meter, page, toRateAnswer);
  }

  @Get(':version')
  @ApiOperation({ operationId: 'getRate', summary: 'Show a version of a rate card' })
  @ApiParam({ name: 'version', schema: { type: 'integer', minimum: 1 }, example: 1, description: 'Its number.' })
  @ApiOkResponse({ type: RateAnswer })
  @ApiProblems(MeterNotFound, RateNotFound)
  async get(@MeterKeyParam() meter: string, @Param('version', VersionPipe) version: number): Promise<RateAnswer> {
    return toRateAnswer(await this.queries.require(meter, version));
  }
}
