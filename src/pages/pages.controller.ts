import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CatalogQueries } from '../catalog/catalog.queries.js';
import type { Config } from '../config/config.js';
import { CONFIG, RUNTIME, type Runtime } from '../config/config.module.js';
import { sendPage } from '../html/page.js';
import { PROBLEMS } from '../http/problems/api-problems.js';
import { RouteNotFound } from '../http/problems/http.problems.js';
import { wantsPage } from '../http/problems/problem-page.js';
import { Public } from '../http/server/public.js';
import { Clock } from '../kernel/clock.js';
import type { ProblemClass } from '../kernel/problem.js';
import { firstPage } from './first-page.js';
import { maySeeKey } from './loopback.js';
import { problemPage, problemsPage, unknownProblemPage } from './problem-pages.js';

/** With the sandbox the clock follows by milliseconds what nobody has moved. */
const SHOWN_AHEAD_MS = 60_000;

@Public()
@ApiExcludeController()
@Controller()
export class PagesController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(RUNTIME) private readonly runtime: Runtime,
    @Inject(PROBLEMS) private readonly problems: readonly ProblemClass[],
    private readonly catalog: CatalogQueries,
    private readonly clock: Clock,
  ) {}

  @Get()
  async first(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { runtime } = this;
    sendPage(
      reply,
      firstPage({
        runtime,
        movedTo: this.clock.aheadMs >= SHOWN_AHEAD_MS ? this.clock.now() : undefined,
        packs: await this.catalog.onSale(['pack']),
        plans: await this.catalog.onSale(['plan']),
        creditDecimals: this.config.creditDecimals,
        defaultCurrency: this.config.defaultCurrency,
        key: maySeeKey(runtime, request) ? runtime.bootstrapKey : undefined,
      }),
    );
  }

  @Get('problems')
  index(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    if (wantsJson(request)) reply.send({ data: this.problems.map(toJson) });
    else sendPage(reply, problemsPage(this.problems));
  }

  @Get('problems/:name')
  problem(@Param('name') name: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const problem = this.problems.find(({ type }) => type === name);
    if (problem === undefined) {
      if (!wantsPage(request)) throw new RouteNotFound({ method: 'GET', path: `/problems/${name}` });
      sendPage(reply, unknownProblemPage(), 404);
    } else if (wantsJson(request)) reply.send(toJson(problem));
    else sendPage(reply, problemPage(problem));
  }
}

function wantsJson(request: FastifyRequest): boolean {
  const { accept = '' } = request.headers;
  return accept.includes('json') && !wantsPage(request);
}

function toJson({ type, title, status, remedy }: ProblemClass): Record<string, unknown> {
  return { type: `/problems/${type}`, title, status, remedy };
}
