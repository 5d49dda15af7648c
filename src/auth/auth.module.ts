import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ApiKeyGuard } from './api-key.guard.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysQueries } from './api-keys.queries.js';
import { CreateApiKey } from './create-api-key.js';
import { EnsureBootstrapKey } from './ensure-bootstrap-key.js';
import { KeyRing } from './key-ring.js';
import { RevokeApiKey } from './revoke-api-key.js';
import { WrongKeys } from './wrong-keys.js';

/** Importing this module once guards every route of the application. */
@Module({
  controllers: [ApiKeysController],
  providers: [
    { provide: APP_GUARD, useClass: ApiKeyGuard },
    KeyRing,
    WrongKeys,
    ApiKeysQueries,
    CreateApiKey,
    RevokeApiKey,
    EnsureBootstrapKey,
  ],
  exports: [CreateApiKey, EnsureBootstrapKey],
})
export class AuthModule {}
