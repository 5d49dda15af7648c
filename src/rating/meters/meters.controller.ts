import { Body, Controller, Get, Put, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Caller, type Principal } from '../../auth/principal.js';
import { RequireScope } from '../../auth/require-scope.js';
import { Database } from '../../database/database.js';
import { PageQuery } from '../../http/input/page-query.js';
import { ApiPageResponse } from '../../http/openapi/open-api.js';
import { ApiProblems } from '../../http/problems/api-problems.js';
import { fingerprintOf, IdempotencyKey } from '../../idempotency/idempotency-key.js';
import { IdempotentWrites, sendAnswer } from '../../idempotency/idempotent-writes.js';
import { Clock } from '../../kernel/clock.js';
import type { Page } from '../../kernel/keyset-page.js';
import { MeterNotFound } from '../rating.problems.js';
import { MeterKeyParam } from './meter-key.param.js';
import { MeterAnswer, PutMeterBody, toMeterAnswer, toMeterTerms } from './meters.dto.js';
import { MetersQueries } from './meters.queries.js';
import { PutMeter } from './put-meter.js';
import { untilKnown } from './until-known.js';

@ApiTags('Metering')
@Controller('v1/meters')
export class MetersController {
  constructor(
    private readonly database: Database,
    private readonly queries: MetersQueries,
    private readonly clock: Clock,
    private readonly writes: IdempotentWrites,
    private readonly putMeter: PutMeter,
  ) {}

  @Put(':key')
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'putMeter',
    summary: 'Add a meter or replace what it says',
    description:
      'What it costs is told by the versions of its rate card. A change returns when every process goes by it, which ' +
      'takes some two seconds.',
  })
  @ApiOkResponse({ type: MeterAnswer, description: 'The meter was there' })
  @ApiCreatedResponse({ type: MeterAnswer, description: 'The meter is new' })
  async put(
    @MeterKeyParam() key: string,
    @Body() body: PutMeterBody,
    @IdempotencyKey({ required: false }) idempotencyKey: string | undefined,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MeterAnswer> {
    const terms = toMeterTerms(body);
    const fingerprint = fingerprintOf(`PUT /v1/meters/${key}`, body);
    let isChanged = false;
    const answer = await this.database.transaction((tx) =>
      this.writes.run(tx, { accountId: '', key: idempotencyKey, fingerprint }, async () => {
        const { meter, created, changed } = await this.putMeter.run(tx, { key, terms, apiKeyId: caller.keyId });
        isChanged = changed;
        return { status: created ? 201 : 200, body: toMeterAnswer(meter) };
      }),
    );
    await untilKnown(answer.body, { isChanged, now: this.clock.now() });
    return sendAnswer(reply, answer);
  }

  @Get(':key')
  @ApiOperation({ operationId: 'getMeter', summary: 'Show a meter' })
  @ApiOkResponse({ type: MeterAnswer })
  @ApiProblems(MeterNotFound)
  async get(@MeterKeyParam() key: string): Promise<MeterAnswer> {
    return toMeterAnswer(await this.queries.require(key));
  }

  @Get()
  @ApiOperation({ operationId: 'listMeters', summary: 'List the meters', description: 'Newest first.' })
  @ApiPageResponse(MeterAnswer)
  list(@Query() page: PageQuery): Promise<Page<MeterAnswer>> {
    return this.queries.list(page, toMeterAnswer);
  }
}
