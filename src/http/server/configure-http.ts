import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ValidationPipe } from '../input/validation.pipe.js';
import { setupOpenApi } from '../openapi/open-api.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { NestLogger, RequestLog } from './logging.js';

export interface HttpOptions {
  /** Whether `/docs` and `/openapi.json` are served. */
  docs?: boolean;
}

/** Everything that holds for all routes, for the service and for the tests alike. To be called before `listen`. */
export function configureHttp(app: NestFastifyApplication, { docs = true }: HttpOptions = {}): void {
  const log = app.get(RequestLog);
  app.useLogger(app.get(NestLogger));
  app.useGlobalFilters(new ProblemFilter());
  app.useGlobalPipes(new ValidationPipe());
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onResponse', (request, reply, done) => {
      log.note(request, reply);
      done();
    });
  if (docs) setupOpenApi(app);
}
