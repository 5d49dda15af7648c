import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AccountIdParam } from '../../http/input/account-id.param.js';
import { cursorKeyOf, PageQuery } from '../../http/input/page-query.js';
import { ApiPageResponse } from '../../http/openapi/open-api.js';
import type { Page } from '../../kernel/keyset-page.js';
import { BalanceAnswer, BalanceQuery, EntryAnswer } from './entries.dto.js';
import { LedgerQueries } from './ledger.queries.js';

const ENTRY_KEY = /^\d{1,18}$/;

@ApiTags('Ledger')
@Controller('v1/accounts/:accountId')
export class LedgerController {
  constructor(private readonly ledger: LedgerQueries) {}

  @Get('balance')
  @ApiOperation({ operationId: 'getBalance', summary: 'What an account has, holds and can spend' })
  @ApiOkResponse({ type: BalanceAnswer })
  balance(@AccountIdParam() accountId: string, @Query() { at }: BalanceQuery): Promise<BalanceAnswer> {
    return at === undefined ? this.ledger.balance(accountId) : this.ledger.balanceAt(accountId, new Date(at));
  }

  @Get('entries')
  @ApiOperation({ operationId: 'listEntries', summary: 'The append-only ledger of an account, newest first' })
  @ApiPageResponse(EntryAnswer)
  entries(@AccountIdParam() accountId: string, @Query() page: PageQuery): Promise<Page<EntryAnswer>> {
    return this.ledger.entries(accountId, { limit: page.limit, after: cursorKeyOf(page, ENTRY_KEY) });
  }
}
