import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsArray, ValidateNested } from 'class-validator';
import { QueryFailedError } from 'typeorm';
import { RequireScope } from '../../src/auth/require-scope.js';
import { AccountIdParam } from '../../src/http/input/account-id.param.js';
import {
  IsAccountId,
  IsCreditAmount,
  IsInstant,
  IsMetadata,
  IsMinorAmount,
  IsSignedCreditAmount,
  MayBeAbsent,
} from '../../src/http/input/fields.js';
import { PageQuery } from '../../src/http/input/page-query.js';
import { Public } from '../../src/http/server/public.js';
import { IdempotencyKey } from '../../src/idempotency/idempotency-key.js';
import { credits } from '../../src/kernel/credits.js';
import { Problem } from '../../src/kernel/problem.js';

class Item {
  @IsMinorAmount({ min: 1 })
  amountMinor!: number;
}

class ProbeBody {
  @IsAccountId()
  accountId!: string;

  @IsCreditAmount()
  amount!: number;

  @MayBeAbsent()
  @IsSignedCreditAmount()
  change?: number;

  @MayBeAbsent()
  @IsMetadata()
  metadata?: Record<string, string>;

  @MayBeAbsent()
  @IsInstant()
  at?: string;

  @MayBeAbsent()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Item)
  items?: Item[];
}

class TooLittle extends Problem {
  static readonly type = 'too-little';
  static readonly status = 402;
  static readonly title = 'Too little';
  static readonly remedy = 'More.';
  override readonly headers = { 'Retry-After': '7' };
  override readonly facts = { availableCredits: credits(7), status: 'captured' };

  get detail(): string {
    return 'It is too little.';
  }
}

/** Routes that show how the room of HTTP treats what comes in and what goes wrong. */
@Controller('v1/probe')
export class ProbeController {
  @Post()
  @RequireScope('spend')
  echo(@Body() body: ProbeBody): ProbeBody {
    return body;
  }

  @Post('accounts/:accountId')
  @RequireScope('spend')
  key(
    @AccountIdParam() accountId: string,
    @IdempotencyKey({ required: true }) key: string,
  ): { accountId: string; key: string } {
    return { accountId, key };
  }

  @Post('admin')
  unmarked(): string {
    return 'a write without @RequireScope';
  }

  @Get('page')
  page(@Query() page: PageQuery): PageQuery {
    return page;
  }

  @Public()
  @Get('problem')
  problem(): never {
    throw new TooLittle();
  }

  @Public()
  @Get('fault')
  fault(): never {
    throw new Error('the secret is hunter2');
  }

  @Public()
  @Get('sql-state')
  sqlState(@Query('code') code: string): never {
    throw new QueryFailedError('select 1', [], Object.assign(new Error('driver'), { code }));
  }

  @Public()
  @Get('lost')
  lost(): never {
    throw new Error('Connection terminated unexpectedly');
  }
}
