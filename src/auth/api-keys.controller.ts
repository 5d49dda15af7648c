import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '../database/database.js';
import { PageQuery } from '../http/input/page-query.js';
import { ApiPageResponse } from '../http/openapi/open-api.js';
import { ApiProblems } from '../http/problems/api-problems.js';
import { ValidationFailed } from '../http/problems/http.problems.js';
import type { Page } from '../kernel/keyset-page.js';
import { ApiKeysQueries } from './api-keys.queries.js';
import {
  ApiKeyAnswer,
  CreateApiKeyBody,
  CreatedApiKeyAnswer,
  toApiKeyAnswer,
  toCreatedApiKeyAnswer,
} from './auth.dto.js';
import { ApiKeyNotFound } from './auth.problems.js';
import { CreateApiKey } from './create-api-key.js';
import { KeyRing } from './key-ring.js';
import { RequireScope } from './require-scope.js';
import { RevokeApiKey } from './revoke-api-key.js';

@ApiTags('API keys')
@RequireScope('admin')
@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(
    private readonly database: Database,
    private readonly queries: ApiKeysQueries,
    private readonly createApiKey: CreateApiKey,
    private readonly revokeApiKey: RevokeApiKey,
    private readonly keys: KeyRing,
  ) {}

  @Post()
  @ApiOperation({
    operationId: 'createApiKey',
    summary: 'Make a key',
    description: 'The secret is in this answer and nowhere else. A repeated request makes another key.',
  })
  @ApiCreatedResponse({ type: CreatedApiKeyAnswer })
  @ApiProblems(ValidationFailed)
  async create(@Body() body: CreateApiKeyBody): Promise<CreatedApiKeyAnswer> {
    const created = await this.database.transaction((tx) => this.createApiKey.run(tx, body));
    this.keys.forget();
    return toCreatedApiKeyAnswer(created);
  }

  @Get()
  @ApiOperation({
    operationId: 'listApiKeys',
    summary: 'List keys',
    description: 'Newest first, without their secrets.',
  })
  @ApiPageResponse(ApiKeyAnswer)
  list(@Query() page: PageQuery): Promise<Page<ApiKeyAnswer>> {
    return this.queries.list(page, toApiKeyAnswer);
  }

  @Post(':keyId/revoke')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'revokeApiKey',
    summary: 'Revoke a key',
    description: 'For good, and within a second in every process.',
  })
  @ApiOkResponse({ type: ApiKeyAnswer })
  @ApiProblems(ApiKeyNotFound)
  async revoke(@Param('keyId') keyId: string): Promise<ApiKeyAnswer> {
    await this.database.transaction((tx) => this.revokeApiKey.run(tx, keyId));
    this.keys.forget();
    return toApiKeyAnswer(await this.queries.require(keyId));
  }
}
