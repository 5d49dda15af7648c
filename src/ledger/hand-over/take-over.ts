import { Logger } from '@nestjs/common';
import { problemOf } from '../../http/problems/problem-of.js';
import { Problem } from '../../kernel/problem.js';
import { commandOf } from '../commands/command-of.js';
import type { Posting } from '../posting.js';
import { type Channel, type HandedCommand, type HandedVerdict, onParcel, Parcels, partsOf } from './channel.js';

/** Posts what a process hands over that answers HTTP, and tells it the verdicts as they come. */
export function takeOver(channel: Channel, posting: Posting): void {
  const log = new Logger('HandOver');
  const verdicts = new Parcels<HandedVerdict>(channel);
  const refuse = (number: number, error: unknown) => {
    // The other process knows nothing but the problem.
    if (!(error instanceof Problem)) log.error(error);
    verdicts.add([number, partsOf(problemOf(error, { method: '', path: '' }))]);
  };
  onParcel<HandedCommand>(channel, ([number, ...madeOf]) => {
    posting.postFor(commandOf(madeOf), {
      accepted: ({ status, body, replayed }) => verdicts.add([number, status, body, replayed]),
      refused: (reason) => refuse(number, reason),
    });
  });
}
