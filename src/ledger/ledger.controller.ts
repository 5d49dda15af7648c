import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AccountIdParam } from '../http/account-id.param.js';
import { ApiPageResponse } from '../http/open-api.js';
import { cursorKeyOf, PageQuery } from '../http/page-query.js';
import { BalanceDto, EntryDto, GrantDto, ReceiptDto } from './ledger.dto.js';
import { LedgerQueries } from './ledger.queries.js';

const ENTRY_KEY = /^\d{1,18}$/;
const GRANT_KEY = /^grt_[0-9a-z]{26}$/;

@ApiTags('ledger')
@Controller('v1/accounts/:accountId')
export class LedgerController {
  constructor(private readonly ledger: LedgerQueries) {}

  @Get('balance')
  @ApiOperation({ summary: 'What an account has, holds and can spend' })
  @ApiOkResponse({ type: BalanceDto })
  balance(@AccountIdParam() accountId: string) {
    return this.ledger.balance(accountId);
  }

  @Get('entries')
  @ApiOperation({ summary: 'The append-only ledger of an account, newest first' })
  @ApiPageResponse(EntryDto)
  entries(@AccountIdParam() accountId: string, @Query() page: PageQuery) {
    return this.ledger.entries(accountId, { limit: page.limit, after: cursorKeyOf(page, ENTRY_KEY) });
  }

  @Get('grants')
  @ApiOperation({ summary: 'The lots of credits of an account, newest first' })
  @ApiPageResponse(GrantDto)
  grants(@AccountIdParam() accountId: string, @Query() page: PageQuery) {
    return this.ledger.grants(accountId, { limit: page.limit, after: cursorKeyOf(page, GRANT_KEY) });
  }

  @Get('spends/:spendId')
  @ApiOperation({ summary: 'The receipt of a spend' })
  @ApiOkResponse({ type: ReceiptDto })
  receipt(@AccountIdParam() accountId: string, @Param('spendId') spendId: string) {
    return this.ledger.receipt(accountId, spendId);
  }
}
