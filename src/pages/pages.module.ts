import { type DynamicModule, Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/catalog.module.js';
import { PROBLEMS } from '../http/problems/api-problems.js';
import type { ProblemClass } from '../kernel/problem.js';
import { PagesController } from './pages.controller.js';

@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: a Nest module is a class
export class PagesModule {
  /** `problems` are those of all rooms: each room lists its own in `<room>.problems.ts`. */
  static forRoot({ problems }: { problems: readonly ProblemClass[] }): DynamicModule {
    return {
      module: PagesModule,
      imports: [CatalogModule],
      controllers: [PagesController],
      providers: [{ provide: PROBLEMS, useValue: problems }],
    };
  }
}
