import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { RequireScope } from '../auth/require-scope.js';
import { fingerprintOf, IdempotencyKey, keyDigest } from '../http/idempotency-key.js';
import { credits } from '../kernel/credits.js';
import { spendAnswer } from './answers.js';
import { decideSpend } from './decisions/spend.js';
import { SpendDto, SpendRequestDto } from './ledger.dto.js';
import type { Answer, LedgerCommand } from './post-commands.js';
import { PostingQueue } from './posting-queue.js';

@ApiTags('spends')
@Controller('v1/spends')
export class SpendsController {
  constructor(private readonly queue: PostingQueue) {}

  @Post()
  @RequireScope('spend')
  @ApiOperation({ summary: 'Spend credits, once per key' })
  @ApiCreatedResponse({ type: SpendDto })
  async spend(
    @IdempotencyKey({ required: true }) key: string,
    @Body() request: SpendRequestDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return sendStored(reply, await this.queue.post(spendCommand(key, request)));
  }
}

function spendCommand(key: string, request: SpendRequestDto): LedgerCommand {
  const { accountId, amount, description = null, metadata = {} } = request;
  return {
    needs: { accountId },
    idempotency: { digest: keyDigest(accountId, key), fingerprint: fingerprintOf('POST /v1/spends', request) },
    status: 201,
    decide(book) {
      const { spend, entry } = decideSpend(book, {
        amount: credits(amount),
        idempotencyKey: key,
        description,
        metadata,
      });
      return spendAnswer(book, spend, entry);
    },
  };
}

/** Sends a stored answer as it is, to the byte. */
export function sendStored(reply: FastifyReply, answer: Answer): string {
  reply.status(answer.status).type('application/json; charset=utf-8');
  if (answer.replayed) reply.header('Idempotency-Replayed', 'true');
  return answer.body;
}
