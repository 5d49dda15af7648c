import { setImmediate } from 'node:timers/promises';
import type { LedgerCommand } from './posting/decide-commands.js';
import { type Outcome, Refused } from './posting/waiting.js';
import type { Posting } from './posting.js';

const ITEMS_A_TURN = 100;

/** A command, or why there is none. */
type Made = LedgerCommand | Refused;

/**
 * Posts the commands of many items in their order, and returns what has become of each: some a turn of the event loop,
 * since a thousand would take it for as long as a hundred other requests. `commandOf` may throw, and refuses its item
 * alone.
 */
export async function postInTurns<Item>(
  posting: Posting,
  items: readonly Item[],
  commandOf: (item: Item) => Made | Promise<Made>,
): Promise<Outcome[]> {
  const posted: Promise<readonly Outcome[]>[] = [];
  for (let from = 0; from < items.length; from += ITEMS_A_TURN) {
    if (from > 0) await setImmediate();
    const commands = items.slice(from, from + ITEMS_A_TURN).map((item) => made(commandOf, item));
    // In their order, which those of one account are decided in.
    posted.push(posting.postAll(areMade(commands) ? commands : await Promise.all(commands)));
  }
  return (await Promise.all(posted)).flat();
}

function made<Item>(commandOf: (item: Item) => Made | Promise<Made>, item: Item): Made | Promise<Made> {
  try {
    const command = commandOf(item);
    return command instanceof Promise ? command.catch((error) => new Refused(error)) : command;
  } catch (error) {
    return new Refused(error);
  }
}

function areMade(commands: readonly (Made | Promise<Made>)[]): commands is readonly Made[] {
  return !commands.some((command) => command instanceof Promise);
}
