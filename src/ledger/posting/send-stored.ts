import type { FastifyReply } from 'fastify';
import type { StoredAnswer } from './decide-commands.js';

/** Sends a stored answer as it is, to the byte. */
export function sendStored(reply: FastifyReply, answer: StoredAnswer): string {
  reply.status(answer.status).type('application/json; charset=utf-8');
  if (answer.replayed) reply.header('Idempotency-Replayed', 'true');
  return answer.body;
}
