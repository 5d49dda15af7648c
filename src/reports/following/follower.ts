import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { RecurringWork } from '../../jobs/recurring-work.js';
import { addSeconds, Clock } from '../../kernel/clock.js';
import { type Head, headsAfter, headsOf, headsSince } from '../../ledger/history/heads.js';
import { ACCOUNTS_PER_STEP, FollowAccounts } from './follow-accounts.js';
import {
  beginWalk,
  endWalk,
  type Following,
  noteFollowedThrough,
  noteWalked,
  readFollowing,
} from './following.store.js';
import { inShare } from './in-share.js';
import { progressOf } from './progress.store.js';

const FOLLOW_EVERY_MS = 1_000;
/**
 * How long it rests once all is followed. Reports follow what is new before they answer, so that nobody waits for this;
 * and the more entries an account has by then, the fewer rows are written for each of them.
 */
const REST_SECONDS = 30;
/** How long the follower goes on before it pauses. */
const MOST_AT_ONCE_MS = 2_000;
/**
 * How much later than an entry says it may become visible: what writes it has waited for locks and the database, and
 * clocks of machines differ. What comes later still is found by the next walk.
 */
const VISIBLE_AFTER_SECONDS = 15;
/** What is new is looked for by time up to here; what was missed for longer is found by a walk. */
const MOST_BEHIND_SECONDS = 600;
/** How far behind the follower leaves callers their share. Behind for longer, it follows on without rest. */
const PATIENT_SECONDS = 300;
const WALK_EVERY_SECONDS = 3_600;
const ACCOUNTS_PER_PAGE = 1_000;

/**
 * Follows all accounts: what is new by when it was recorded, which costs next to nothing where nothing is, and at times
 * by a walk over all balances, which finds what was there before the follower and whatever came too late. In several
 * processes at once each account is followed by one of them.
 */
@Injectable()
export class Follower implements OnModuleInit {
  private readonly log = new Logger(Follower.name);
  private restsUntil = new Date(0);

  constructor(
    private readonly database: Database,
    private readonly accounts: FollowAccounts,
    private readonly clock: Clock,
    private readonly recurring: RecurringWork,
  ) {}

  onModuleInit(): void {
    const recurring = { work: 'the follower of entries', everyMs: FOLLOW_EVERY_MS, log: this.log };
    this.recurring.register(recurring, () => this.followInTurn());
  }

  private async followInTurn(): Promise<void> {
    if (this.clock.now() < this.restsUntil) return;
    if (await this.followAll({ withinMs: MOST_AT_ONCE_MS, inBackground: true }))
      this.restsUntil = addSeconds(this.clock.now(), REST_SECONDS);
  }

  /**
   * Follows what there is. Returns whether all entries are followed that were visible when it began; otherwise the time
   * was too short. In the background it leaves callers their share of a busy process, as long as it is not far behind.
   */
  async followAll({ withinMs, inBackground = false }: FollowAll): Promise<boolean> {
    const until = performance.now() + withinMs;
    const beganAt = this.clock.now();
    const visible = addSeconds(beganAt, -VISIBLE_AFTER_SECONDS);
    const following = await readFollowing(this.database);
    const { followedThrough } = following;
    const isCertain = followedThrough !== null && followedThrough >= addSeconds(beganAt, -MOST_BEHIND_SECONDS);
    const since = isCertain && followedThrough < visible ? followedThrough : visible;
    const rests = inBackground && isCertain && followedThrough >= addSeconds(beganAt, -PATIENT_SECONDS);
    const isNewFollowed = await this.followHeads(await headsSince(this.database, since), until, { rests });
    if (isCertain && isNewFollowed) await noteFollowedThrough(this.database, visible);
    const isWalked = isWalkDue(following, beganAt) ? await this.walk(beganAt, until) : true;
    if (isCertain || !isWalked) return isCertain && isNewFollowed;
    // What is new since that walk began is known by its time.
    return this.followAll({ withinMs: until - performance.now(), inBackground });
  }

  /**
   * Follows one account. Returns up to which entry it is followed, and whether these are all that were visible when it
   * began; undefined where there is no such account.
   */
  async followOne(accountId: string, { withinMs }: { withinMs: number }): Promise<Followed | undefined> {
    const until = performance.now() + withinMs;
    const [head] = await headsOf(this.database, [accountId]);
    if (head === undefined) return undefined;
    const isComplete = await this.followHeads([head], until);
    const seq = isComplete ? head.seq : ((await progressOf(this.database, [accountId])).get(accountId)?.seq ?? 0n);
    return { seq, isComplete };
  }

  /** Goes on with the walk over all balances, and begins one before. Returns whether it has come to the end. */
  private async walk(now: Date, until: number): Promise<boolean> {
    await beginWalk(this.database, now);
    while (performance.now() < until) {
      const { walk } = await readFollowing(this.database);
      if (walk === null) return true;
      const page = await headsAfter(this.database, walk.through, ACCOUNTS_PER_PAGE);
      if (!(await this.followHeads(page, until))) return false;
      const last = page.at(-1);
      if (last !== undefined) {
        await noteWalked(this.database, walk.through, last.accountId);
        continue;
      }
      await endWalk(this.database, walk.through, now);
      await noteFollowedThrough(this.database, addSeconds(walk.beganAt, -VISIBLE_AFTER_SECONDS));
      return true;
    }
    return false;
  }

  /** Follows those accounts that have entries which were not followed yet. Returns whether there was time for all. */
  private async followHeads(heads: readonly Head[], until: number, { rests = false } = {}): Promise<boolean> {
    let behind = await this.notFollowed(heads);
    let skipLocked = true;
    while (behind.length > 0) {
      const left: string[] = [];
      for (let from = 0; from < behind.length; from += ACCOUNTS_PER_STEP) {
        if (performance.now() >= until) return false;
        const follow = () => this.accounts.step(behind.slice(from, from + ACCOUNTS_PER_STEP), { skipLocked });
        const step = rests ? await inShare(follow) : await follow();
        left.push(...step.behind, ...step.skipped);
      }
      // Those that somebody else has followed meanwhile are waited for.
      skipLocked = false;
      behind = left;
    }
    return true;
  }

  private async notFollowed(heads: readonly Head[]): Promise<string[]> {
    if (heads.length === 0) return [];
    const { generation } = await readFollowing(this.database);
    const progress = await progressOf(
      this.database,
      heads.map(({ accountId }) => accountId),
    );
    return heads
      .filter(({ accountId, seq }) => {
        const followed = progress.get(accountId);
        return followed === undefined ? seq > 0n : followed.seq < seq || followed.generation < generation;
      })
      .map(({ accountId }) => accountId);
  }
}

interface FollowAll {
  readonly withinMs: number;
  /** Nobody waits for it. */
  readonly inBackground?: boolean;
}

/** How far an account was followed. */
export interface Followed {
  readonly seq: bigint;
  readonly isComplete: boolean;
}

function isWalkDue({ followedThrough, walk, walkedAt }: Following, now: Date): boolean {
  if (walk !== null || followedThrough === null || walkedAt === null) return true;
  return followedThrough < addSeconds(now, -MOST_BEHIND_SECONDS) || walkedAt < addSeconds(now, -WALK_EVERY_SECONDS);
}
