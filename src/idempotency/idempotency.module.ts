import { Global, Module } from '@nestjs/common';
import { IdempotentWrites } from './idempotent-writes.js';

/** Every room that writes on request runs its writes once per key. */
@Global()
@Module({ providers: [IdempotentWrites], exports: [IdempotentWrites] })
export class IdempotencyModule {}
