import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Database } from '../../database/database.js';
import { ApiProblems } from '../problems/api-problems.js';
import { DatabaseUnavailable } from '../problems/http.problems.js';
import { Public } from './public.js';

const READY_TIMEOUT_MS = 2_000;

export class HealthAnswer {
  @ApiProperty({ description: 'Always `ok`: what is not is answered as a problem.', type: String, example: 'ok' })
  status!: 'ok';
}

/** What a load balancer or an orchestrator asks. */
@Public()
@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(private readonly database: Database) {}

  @Get('live')
  @ApiOperation({
    operationId: 'getLiveness',
    summary: 'Whether the process runs',
    description: 'Asks nothing else, so a lost database does not end the process.',
  })
  @ApiOkResponse({ type: HealthAnswer })
  live(): HealthAnswer {
    return { status: 'ok' };
  }

  /** @throws DatabaseUnavailable when the database has not taken a write of nothing within two seconds. */
  @Get('ready')
  @ApiOperation({
    operationId: 'getReadiness',
    summary: 'Whether requests can be answered',
    description: '503 when the database does not answer within two seconds, or takes no writes.',
  })
  @ApiOkResponse({ type: HealthAnswer })
  @ApiProblems(DatabaseUnavailable)
  async ready(): Promise<HealthAnswer> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new DatabaseUnavailable()), READY_TIMEOUT_MS);
    });
    try {
      await Promise.race([this.database.requireWrites(), timeout]);
    } catch {
      throw new DatabaseUnavailable();
    } finally {
      clearTimeout(timer);
    }
    return { status: 'ok' };
  }
}
