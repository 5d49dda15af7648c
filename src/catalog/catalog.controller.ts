import { Body, Controller, Get, Injectable, Param, type PipeTransform, Put, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Caller, type Principal } from '../auth/principal.js';
import { RequireScope } from '../auth/require-scope.js';
import { Database } from '../database/database.js';
import { ApiPageResponse } from '../http/openapi/open-api.js';
import { ApiProblems } from '../http/problems/api-problems.js';
import { ValidationFailed } from '../http/problems/http.problems.js';
import { IdempotencyKeyReused } from '../idempotency/idempotency.problems.js';
import { fingerprintOf, IdempotencyKey } from '../idempotency/idempotency-key.js';
import { IdempotentWrites, sendAnswer } from '../idempotency/idempotent-writes.js';
import type { Page } from '../kernel/keyset-page.js';
import { MeterNotFound } from '../rating/rating.problems.js';
import { ListProductsQuery, PutProductBody, toOffer } from './catalog.dto.js';
import { ProductKindFixed, ProductNotFound } from './catalog.problems.js';
import { CatalogQueries } from './catalog.queries.js';
import { ProductAnswer, toProductAnswer } from './product-answer.dto.js';
import { PutProduct } from './put-product.js';

const KEY_PATTERN = /^[a-z0-9][a-z0-9._-]{0,63}$/;

@Injectable()
class ProductKeyPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!KEY_PATTERN.test(value))
      throw ValidationFailed.at(
        '/key',
        'must be 1 to 64 characters of a-z 0-9 . _ -, beginning with a letter or digit',
        'path',
      );
    return value;
  }
}

@ApiTags('Catalogue')
@Controller('v1/products')
export class CatalogController {
  constructor(
    private readonly database: Database,
    private readonly queries: CatalogQueries,
    private readonly writes: IdempotentWrites,
    private readonly putProduct: PutProduct,
  ) {}

  @Put(':key')
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'putProduct',
    summary: 'Add a product or replace its offer',
    description: 'What was bought before keeps its terms.',
  })
  @ApiParam({ name: 'key', type: String, example: 'basic' })
  @ApiOkResponse({ type: ProductAnswer, description: 'The product was there' })
  @ApiCreatedResponse({ type: ProductAnswer, description: 'The product is new' })
  @ApiProblems(ValidationFailed, ProductKindFixed, MeterNotFound, IdempotencyKeyReused)
  async put(
    @Param('key', ProductKeyPipe) key: string,
    @Body() body: PutProductBody,
    @IdempotencyKey({ required: false }) idempotencyKey: string | undefined,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProductAnswer> {
    const offer = toOffer(body);
    const fingerprint = fingerprintOf(`PUT /v1/products/${key}`, body);
    const answer = await this.database.transaction((tx) =>
      this.writes.run(tx, { accountId: '', key: idempotencyKey, fingerprint }, async () => {
        const { product, created } = await this.putProduct.run(tx, { key, offer, apiKeyId: caller.keyId });
        return { status: created ? 201 : 200, body: toProductAnswer(product) };
      }),
    );
    return sendAnswer(reply, answer);
  }

  @Get(':key')
  @ApiOperation({ operationId: 'getProduct', summary: 'Show a product' })
  @ApiParam({ name: 'key', type: String, example: 'basic' })
  @ApiOkResponse({ type: ProductAnswer })
  @ApiProblems(ProductNotFound)
  async get(@Param('key', ProductKeyPipe) key: string): Promise<ProductAnswer> {
    return toProductAnswer(await this.queries.require(key));
  }

  @Get()
  @ApiOperation({ operationId: 'listProducts', summary: 'List the catalogue', description: 'Newest first.' })
  @ApiPageResponse(ProductAnswer)
  list(@Query() page: ListProductsQuery): Promise<Page<ProductAnswer>> {
    return this.queries.list(page, toProductAnswer);
  }
}
