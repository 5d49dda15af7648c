import { Readable } from 'node:stream';
import { Controller, Get, Headers, Query, StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { AccountIdParam } from '../../http/input/account-id.param.js';
import { ValidationFailed } from '../../http/problems/http.problems.js';
import { Clock } from '../../kernel/clock.js';
import { StatementAnswer, StatementQuery } from './statement.dto.js';
import { type StatementRange, Statements } from './statement.js';
import { entryRow, lineRow, statementCsv } from './statement-csv.js';

@ApiTags('Ledger')
@Controller('v1/accounts/:accountId/statement')
export class StatementController {
  constructor(
    private readonly statements: Statements,
    private readonly clock: Clock,
  ) {}

  /** Sent while it is read. Without `to` it ends now, without `from` it begins with the first entry. */
  @Get()
  @ApiOperation({
    operationId: 'getStatement',
    summary: 'Opening, entries, closing: a chain that a customer can check',
  })
  @ApiExtraModels(StatementAnswer)
  @ApiOkResponse({
    description: 'As JSON, or as a table with `Accept: text/csv`',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(StatementAnswer) } },
      'text/csv': { schema: { type: 'string' } },
    },
  })
  async statement(
    @AccountIdParam() accountId: string,
    @Query() { from, to }: StatementQuery,
    @Headers('accept') accept: string | undefined,
  ): Promise<StreamableFile> {
    const begin = from === undefined ? new Date(0) : new Date(from);
    // Entries of this very millisecond belong to it as well.
    const end = to === undefined ? new Date(this.clock.now().getTime() + 1) : new Date(to);
    if (end <= begin) throw ValidationFailed.at('/to', 'must be later than from', 'query');
    const range = await this.statements.range(accountId, begin, end);
    return accept?.includes('text/csv') === true
      ? new StreamableFile(Readable.from(this.csv(range)), { type: 'text/csv; charset=utf-8' })
      : new StreamableFile(Readable.from(this.json(range)), { type: 'application/json; charset=utf-8' });
  }

  private async *json(range: StatementRange): AsyncGenerator<string> {
    const { accountId, from, to, opening, closing } = range;
    const head = JSON.stringify({ accountId, from, to, opening });
    yield `${head.slice(0, -1)},"entries":[`;
    let separator = '';
    for await (const entries of this.statements.entries(range)) {
      yield separator + entries.map((entry) => JSON.stringify(entry)).join(',');
      separator = ',';
    }
    yield `],"closing":${JSON.stringify(closing)}}`;
  }

  private async *csv(range: StatementRange): AsyncGenerator<string> {
    const { accountId, opening, closing } = range;
    yield statementCsv([lineRow('opening', accountId, opening)], { areFirst: true });
    for await (const entries of this.statements.entries(range))
      yield statementCsv(entries.map((entry) => entryRow(accountId, entry)));
    yield statementCsv([lineRow('closing', accountId, closing)]);
  }
}
