import type { CommandParts, LedgerCommand } from '../posting/decide-commands.js';
import { correctSpendCommandOf } from './corrections.js';
import { adjustCommand, grantCommand, voidGrantCommand } from './grants.js';
import {
  captureHoldCommand,
  captureUsageCommandOf,
  extendHoldCommand,
  holdUsageCommandOf,
  placeHoldCommand,
  releaseHoldCommand,
} from './holds.js';
import { reverseSpendCommand, spendCommand, spendUsageCommandOf } from './spends.js';
import { usageEventCommandOf } from './usage-events.js';

const KINDS = {
  spend: spendCommand,
  'spend-usage': spendUsageCommandOf,
  'usage-event': usageEventCommandOf,
  'reverse-spend': reverseSpendCommand,
  'correct-spend': correctSpendCommandOf,
  'place-hold': placeHoldCommand,
  'hold-usage': holdUsageCommandOf,
  'capture-hold': captureHoldCommand,
  'capture-usage': captureUsageCommandOf,
  'release-hold': releaseHoldCommand,
  'extend-hold': extendHoldCommand,
  grant: grantCommand,
  'void-grant': voidGrantCommand,
  adjust: adjustCommand,
} as const;

/** Makes a command of what another process has made it of. Texts and their order come through JSON as they were. */
export function commandOf([kind, ...parts]: CommandParts): LedgerCommand {
  const make = KINDS[kind as keyof typeof KINDS] as (...parts: unknown[]) => LedgerCommand;
  // JSON has no undefined: a key that was not sent.
  return make(...parts.map((part) => part ?? undefined));
}
