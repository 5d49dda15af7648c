import { addSeconds } from '../../kernel/clock.js';
import { type Credits, credits } from '../../kernel/credits.js';

/** At most so often an alert of an account fires. */
const ALERT_INTERVAL_SECONDS = 3_600;

/**
 * What the row of a balance keeps as JSON of marks, which what is available is compared with behind each change. Null
 * for an account that has none, and on which no alert for all accounts has fired.
 */
export interface Marks {
  /** Alerts of the account's own, by their keys. */
  readonly alerts?: Readonly<Record<string, OwnAlert>>;
  /** What has become of alerts for all accounts, by their ids. */
  readonly common?: Readonly<Record<string, Fired>>;
  /** Below it credits are bought by themselves. */
  readonly topUp?: TopUpMark;
}

/** What has become of an alert. */
export interface Fired {
  /** When it fired last; absent where it never has. */
  readonly firedAt?: string;
  /** What is available has fallen below within an hour of that, and has not been told yet. */
  readonly isOwed?: true;
}

export interface OwnAlert extends Fired {
  /** Absent of an alert that looks for something else, and takes the place of one for all accounts. */
  readonly below?: number;
}

export interface TopUpMark {
  readonly below: number;
  /** What is available is below, and nothing that was spent or held has told so yet. */
  readonly isOwed?: true;
}

/** An alert for all accounts. */
export interface CommonMark {
  readonly id: string;
  readonly key: string;
  readonly below: Credits;
}

/** How an account stood when crossings were last noted. */
export interface Noted {
  available: Credits;
  /** What each change steps: see `Balance`. */
  seq: bigint;
  holdsChanged: bigint;
  /** How many spends and holds its book had made. */
  taken: number;
}

/** What was available before something was decided, and is now. */
export interface Move {
  readonly before: Credits;
  readonly after: Credits;
  readonly at: Date;
}

/**
 * What becomes of an alert, and whether it fires: at the crossing, at most once an hour. What has crossed within the
 * hour fires with the first change after it, if it is below by then. The same object where nothing has become of it.
 */
export function alertAfter<T extends Fired>(alert: T, below: Credits, move: Move): { alert: T; fires: boolean } {
  const { isOwed, ...rest } = alert;
  if (move.after >= below) return { alert: isOwed === true ? (rest as T) : alert, fires: false };
  if (move.before < below && isOwed !== true) return { alert, fires: false };
  if (mayFire(alert, move.at)) return { alert: { ...rest, firedAt: move.at.toISOString() } as T, fires: true };
  return { alert: isOwed === true ? alert : { ...alert, isOwed: true }, fires: false };
}

function mayFire({ firedAt }: Fired, at: Date): boolean {
  return firedAt === undefined || addSeconds(new Date(firedAt), ALERT_INTERVAL_SECONDS) <= at;
}

/**
 * What becomes of the mark for topping up, and whether it is told that it was crossed: by what is spent or held alone.
 * Where something else has crossed it, by what is spent or held next.
 */
export function topUpAfter(mark: TopUpMark, move: Move, isTaken: boolean): { mark: TopUpMark; isTold: boolean } {
  const below = credits(mark.below);
  if (move.after >= below) return { mark: mark.isOwed === true ? { below: mark.below } : mark, isTold: false };
  if (move.before < below && mark.isOwed !== true) return { mark, isTold: false };
  if (isTaken) return { mark: mark.isOwed === true ? { below: mark.below } : mark, isTold: true };
  return { mark: mark.isOwed === true ? mark : { ...mark, isOwed: true }, isTold: false };
}

/** Without what is empty; null where nothing is left. */
export function keptMarks({ alerts, common, topUp }: Marks): Marks | null {
  const kept: Marks = {
    ...(isAny(alerts) && { alerts }),
    ...(isAny(common) && { common }),
    ...(topUp !== undefined && { topUp }),
  };
  return isAny(kept) ? kept : null;
}

function isAny(object: object | undefined): boolean {
  return object !== undefined && Object.keys(object).length > 0;
}
