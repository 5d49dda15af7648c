import { Readable } from 'node:stream';
import { Body, Controller, HttpCode, Post, Res, StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { RequireScope } from '../../auth/require-scope.js';
import { Database } from '../../database/database.js';
import { ApiProblems } from '../../http/problems/api-problems.js';
import { ValidationFailed } from '../../http/problems/http.problems.js';
import { addDays, Clock } from '../../kernel/clock.js';
import { MeterKeyParam } from '../../rating/meters/meter-key.param.js';
import { draftCard } from '../../rating/rates/create-rate.js';
import { toRateTerms } from '../../rating/rates/rate-terms.js';
import { MeterNotFound, RateAmbiguous, RateTooFine } from '../../rating/rating.problems.js';
import { SimulationRunning } from '../metering.problems.js';
import {
  SimulatedAccountAnswer,
  SimulationBeginAnswer,
  SimulationBody,
  SimulationProblemAnswer,
  SimulationProgressAnswer,
  SimulationTotalAnswer,
} from './simulation.dto.js';
import { SimulationLimits } from './simulation-limits.js';
import { Simulations } from './simulations.js';

const MAX_SPAN_DAYS = 366;

const LINES = {
  begin: SimulationBeginAnswer,
  account: SimulatedAccountAnswer,
  progress: SimulationProgressAnswer,
  total: SimulationTotalAnswer,
  problem: SimulationProblemAnswer,
};

@ApiTags('Metering')
@Controller('v1/meters/:key/rates/simulate')
export class SimulationController {
  constructor(
    private readonly database: Database,
    private readonly simulations: Simulations,
    private readonly clock: Clock,
    private readonly limits: SimulationLimits,
  ) {}

  /** Sent while it is read: see `simulation-lines.ts`. */
  @Post()
  @HttpCode(200)
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'simulateRate',
    summary: 'What a rate card would have charged for past usage',
    description:
      'Goes through what was used in a span as if the draft had been in force in it, and changes nothing. A line of ' +
      'JSON for each account, as it is done, and a last one with the totals; where that is missing the answer was ' +
      'cut off. Usage counts by its own time. What was undone or corrected counts in no sum. Tiers by month and ' +
      'carried fractions go on from where each account stood. A process simulates one card at a time.',
  })
  @ApiExtraModels(...Object.values(LINES))
  @ApiOkResponse({
    description: 'Lines of JSON: `begin`, an `account` each, and `total`, or `problem` where it could not be finished',
    content: {
      'application/x-ndjson': {
        schema: {
          oneOf: Object.values(LINES).map((answer) => ({ $ref: getSchemaPath(answer) })),
          discriminator: {
            propertyName: 'line',
            mapping: Object.fromEntries(Object.entries(LINES).map(([line, answer]) => [line, getSchemaPath(answer)])),
          },
        },
      },
    },
  })
  @ApiProblems(MeterNotFound, RateAmbiguous, RateTooFine, SimulationRunning)
  async simulate(
    @MeterKeyParam() meter: string,
    @Body() body: SimulationBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const span = this.spanOf(body);
    const draft = await draftCard(this.database.dataSource.manager, meter, toRateTerms(body.draft, '/draft'));
    const { text, end } = this.simulations.begin({ meter, draft, ...span }, reply.request.id);
    const { raw } = reply;
    raw.once('close', end);
    if (raw.closed) end();
    raw.setTimeout(this.limits.stallMs, () => raw.destroy());
    return new StreamableFile(Readable.from(text), { type: 'application/x-ndjson' });
  }

  /** @throws ValidationFailed */
  private spanOf(body: SimulationBody): { from: Date; to: Date } {
    const [from, to] = [new Date(body.from), new Date(body.to)];
    if (to <= from) throw ValidationFailed.at('/to', 'must be later than from');
    if (to > addDays(from, MAX_SPAN_DAYS))
      throw ValidationFailed.at('/to', `must be at most ${MAX_SPAN_DAYS} days later than from`);
    if (to > this.clock.now()) throw ValidationFailed.at('/to', 'must not lie in the future');
    return { from, to };
  }
}
