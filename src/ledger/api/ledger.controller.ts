import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AccountIdParam } from '../../http/input/account-id.param.js';
import { cursorKeyOf, PageQuery } from '../../http/input/page-query.js';
import { ApiPageResponse } from '../../http/openapi/open-api.js';
import { ValidationFailed } from '../../http/problems/http.problems.js';
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
  balance(@AccountIdParam() accountId: string, @Query() { at, runway }: BalanceQuery): Promise<BalanceAnswer> {
    const withRunway = runway === 'true';
    if (at === undefined) return withRunway ? this.ledger.balanceWithRunway(accountId) : this.ledger.balance(accountId);
    if (withRunway) throw ValidationFailed.at('/runway', 'must be left out where at is given', 'query');
    return this.ledger.balanceAt(accountId, new Date(at));
  }

  @Get('entries')
  @ApiOperation({ operationId: 'listEntries', summary: 'The append-only ledger of an account, newest first' })
  @ApiPageResponse(EntryAnswer)
  entries(@AccountIdParam() accountId: string, @Query() page: PageQuery): Promise<Page<EntryAnswer>> {
    return this.ledger.entries(accountId, { limit: page.limit, after: cursorKeyOf(page, ENTRY_KEY) });
  }
}
