import type { Pair, Scene } from './pair.js';

const tenCredits = ({ left }: Scene) => left.grant(10);
const tenWithHoldOf = (amount: number) => async (scene: Scene) => {
  await scene.left.grant(10);
  scene.ids.hold = (await scene.left.hold(amount, 60)).body.id;
};
const tenWithSpendOf = (amount: number) => async (scene: Scene) => {
  await scene.left.grant(10);
  scene.ids.spend = (await scene.left.spend(amount)).body.id;
};
/** The left side stands one millisecond before the deadline of the hold, the right side on it. */
const atTheDeadlineOfHold = (amount: number) => async (scene: Scene) => {
  await tenWithHoldOf(amount)(scene);
  scene.later(59.999);
  scene.rightIsPastTheDeadline();
};
/** 10 credits whose time is over, 5 that stay, and a hold of 6 past its deadline: all of it not yet written down. */
const aLotIsDue = async (scene: Scene) => {
  const { left } = scene;
  const now = new Date((await left.grant(5)).body.effectiveAt).getTime();
  await left.grant(10, { expiresAt: new Date(now + 60_000).toISOString() });
  scene.ids.hold = (await left.hold(6, 60)).body.id;
  scene.later(60);
};
const hold = ({ ids }: Scene) => ids.hold ?? '';
const spend = ({ ids }: Scene) => ids.spend ?? '';

/** Every two commands that compete for something, and every end that their race may have. */
export const PAIRS: Pair[] = [
  {
    name: 'spend × spend',
    given: tenCredits,
    left: ({ left }) => left.spend(7),
    right: ({ right }) => right.spend(6),
    allowed: ['accepted | insufficient-credits -> 3/0/3', 'insufficient-credits | accepted -> 4/0/4'],
  },
  {
    name: 'spend × spend with one key',
    given: tenCredits,
    left: ({ left }) => left.spend(7, 'K'),
    right: ({ right }) => right.spend(7, 'K'),
    allowed: ['accepted | replayed -> 3/0/3', 'replayed | accepted -> 3/0/3'],
  },
  {
    name: 'spend × another spend with its key',
    given: tenCredits,
    left: ({ left }) => left.spend(1, 'K'),
    right: ({ right }) => right.spend(2, 'K'),
    allowed: ['accepted | idempotency-key-reused -> 9/0/9', 'idempotency-key-reused | accepted -> 8/0/8'],
  },
  {
    name: 'spend × hold',
    given: tenCredits,
    left: ({ left }) => left.spend(7),
    right: ({ right }) => right.hold(6),
    allowed: ['accepted | insufficient-credits -> 3/0/3', 'insufficient-credits | accepted -> 10/6/4'],
  },
  {
    name: 'hold × hold',
    given: tenCredits,
    left: ({ left }) => left.hold(7),
    right: ({ right }) => right.hold(6),
    allowed: ['accepted | insufficient-credits -> 10/7/3', 'insufficient-credits | accepted -> 10/6/4'],
  },
  {
    name: 'spend × capture',
    given: tenWithHoldOf(6),
    left: ({ left }) => left.spend(5),
    right: (scene) => scene.right.capture(hold(scene), 2),
    allowed: ['accepted | accepted -> 3/0/3', 'insufficient-credits | accepted -> 8/0/8'],
  },
  {
    name: 'capture × capture',
    given: tenWithHoldOf(6),
    left: (scene) => scene.left.capture(hold(scene), 4),
    right: (scene) => scene.right.capture(hold(scene), 5),
    allowed: ['accepted | hold-already-captured -> 6/0/6', 'hold-already-captured | accepted -> 5/0/5'],
  },
  {
    name: 'part capture × part capture',
    given: tenWithHoldOf(6),
    left: (scene) => scene.left.capture(hold(scene), 4, { final: false }),
    right: (scene) => scene.right.capture(hold(scene), 5, { final: false }),
    allowed: ['accepted | capture-exceeds-hold -> 6/2/4', 'capture-exceeds-hold | accepted -> 5/1/4'],
  },
  {
    name: 'capture × release',
    given: tenWithHoldOf(6),
    left: (scene) => scene.left.capture(hold(scene), 4),
    right: (scene) => scene.right.release(hold(scene)),
    allowed: ['accepted | hold-already-captured -> 6/0/6', 'hold-already-released | accepted -> 10/0/10'],
  },
  {
    name: 'part capture × release',
    given: tenWithHoldOf(6),
    left: (scene) => scene.left.capture(hold(scene), 4, { final: false }),
    right: (scene) => scene.right.release(hold(scene)),
    allowed: ['accepted | accepted -> 6/0/6', 'hold-already-released | accepted -> 10/0/10'],
  },
  {
    name: 'release × release',
    given: tenWithHoldOf(6),
    left: (scene) => scene.left.release(hold(scene)),
    right: (scene) => scene.right.release(hold(scene)),
    allowed: ['accepted | hold-already-released -> 10/0/10', 'hold-already-released | accepted -> 10/0/10'],
  },
  {
    name: 'release × release with one key',
    given: tenWithHoldOf(6),
    left: (scene) => scene.left.release(hold(scene), 'K'),
    right: (scene) => scene.right.release(hold(scene), 'K'),
    allowed: ['accepted | replayed -> 10/0/10', 'replayed | accepted -> 10/0/10'],
  },
  {
    name: 'capture × expiry at the deadline',
    given: atTheDeadlineOfHold(6),
    atDeadline: true,
    left: (scene) => scene.left.capture(hold(scene), 4),
    right: (scene) => scene.sweepRight(),
    allowed: ['accepted | swept -> 6/0/6', 'hold-already-expired | swept -> 10/0/10'],
  },
  {
    name: 'capture × hold of the same credits at the deadline',
    given: atTheDeadlineOfHold(10),
    atDeadline: true,
    left: (scene) => scene.left.capture(hold(scene), 10),
    right: ({ right }) => right.hold(10),
    allowed: ['accepted | insufficient-credits -> 0/0/0', 'hold-already-expired | accepted -> 10/10/0'],
  },
  {
    name: 'extend × expiry at the deadline',
    given: atTheDeadlineOfHold(6),
    atDeadline: true,
    left: (scene) => scene.left.extend(hold(scene), 60),
    right: (scene) => scene.sweepRight(),
    allowed: ['accepted | swept -> 10/6/4', 'hold-already-expired | swept -> 10/0/10'],
  },
  {
    name: 'extend × spend of the same credits at the deadline',
    given: atTheDeadlineOfHold(6),
    atDeadline: true,
    left: (scene) => scene.left.extend(hold(scene), 60),
    right: ({ right }) => right.spend(5),
    allowed: ['accepted | insufficient-credits -> 10/6/4', 'hold-already-expired | accepted -> 5/0/5'],
  },
  {
    name: 'reversal × reversal',
    given: tenWithSpendOf(6),
    left: (scene) => scene.left.reverse(spend(scene), 4),
    right: (scene) => scene.right.reverse(spend(scene), 5),
    allowed: ['accepted | reversal-exceeds-spend -> 8/0/8', 'reversal-exceeds-spend | accepted -> 9/0/9'],
  },
  {
    name: 'reversal × spend',
    given: tenWithSpendOf(8),
    left: (scene) => scene.left.reverse(spend(scene), 5),
    right: ({ right }) => right.spend(6),
    allowed: ['accepted | accepted -> 1/0/1', 'accepted | insufficient-credits -> 7/0/7'],
  },
  {
    name: 'void × spend',
    given: async (scene) => {
      scene.ids.grant = (await scene.left.grant(10)).body.id;
    },
    left: ({ left, ids }) => left.voidGrant(ids.grant ?? ''),
    right: ({ right }) => right.spend(4),
    allowed: ['accepted | accepted -> 0/0/0', 'accepted | insufficient-credits -> 0/0/0'],
  },
  {
    name: 'void × hold',
    given: async (scene) => {
      scene.ids.grant = (await scene.left.grant(10)).body.id;
    },
    left: ({ left, ids }) => left.voidGrant(ids.grant ?? ''),
    right: ({ right }) => right.hold(4),
    allowed: ['accepted | insufficient-credits -> 0/0/0', 'grant-not-voidable | accepted -> 10/4/6'],
  },
  {
    name: 'adjustment × spend',
    given: tenCredits,
    left: ({ left }) => left.adjust(-8),
    right: ({ right }) => right.spend(5),
    allowed: ['accepted | accepted -> -3/0/-3', 'accepted | insufficient-credits -> 2/0/2'],
  },
  {
    name: 'grant × spend',
    given: async () => undefined,
    left: ({ left }) => left.grant(5),
    right: ({ right }) => right.spend(5),
    allowed: ['accepted | accepted -> 0/0/0', 'accepted | insufficient-credits -> 5/0/5'],
  },
  {
    name: 'return × spend, policy debt',
    given: ({ purchase }) => purchase(10),
    left: ({ settleLeft, left }) => settleLeft(left.id, 'P', 10),
    right: ({ right }) => right.spend(6),
    allowed: ['settled 0/10/0 | accepted -> -6/0/-6', 'settled 0/10/0 | insufficient-credits -> 0/0/0'],
  },
  {
    name: 'return × spend, policy remaining',
    given: ({ purchase }) => purchase(10),
    left: ({ settleLeft, left }) => settleLeft(left.id, 'P', 10, 'remaining'),
    right: ({ right }) => right.spend(6),
    allowed: ['settled 0/4/6 | accepted -> 0/0/0', 'settled 0/10/0 | insufficient-credits -> 0/0/0'],
  },
  {
    name: 'return × return of the same money',
    given: ({ purchase }) => purchase(10),
    left: ({ settleLeft, left }) => settleLeft(left.id, 'P', 6),
    right: ({ settleRight, right }) => settleRight(right.id, 'P', 6),
    allowed: ['settled 0/6/0 | settled 0/6/0 -> 4/0/4'],
  },
  {
    name: 'return rising × return falling',
    given: async ({ purchase, settleLeft, left }) => {
      await purchase(10);
      await settleLeft(left.id, 'P', 6);
    },
    left: ({ settleLeft, left }) => settleLeft(left.id, 'P', 10),
    right: ({ settleRight, right }) => settleRight(right.id, 'P', 2),
    allowed: ['settled 0/10/0 | settled 0/2/0 -> 8/0/8', 'settled 0/10/0 | settled 0/2/0 -> 0/0/0'],
  },
  {
    name: 'sweep × sweep',
    given: aLotIsDue,
    left: (scene) => scene.sweepLeft(),
    right: (scene) => scene.sweepRight(),
    allowed: ['swept | swept -> 5/0/5'],
  },
  {
    name: 'sweep × spend',
    given: aLotIsDue,
    left: (scene) => scene.sweepLeft(),
    right: ({ right }) => right.spend(6),
    allowed: ['swept | insufficient-credits -> 5/0/5'],
  },
  {
    name: 'sweep × capture',
    given: aLotIsDue,
    left: (scene) => scene.sweepLeft(),
    right: (scene) => scene.right.capture(hold(scene), 1),
    allowed: ['swept | hold-already-expired -> 5/0/5'],
  },
  {
    name: 'sweep × grant',
    given: aLotIsDue,
    left: (scene) => scene.sweepLeft(),
    right: ({ right }) => right.grant(1),
    allowed: ['swept | accepted -> 6/0/6'],
  },
  {
    name: 'sweep × adjustment',
    given: aLotIsDue,
    left: (scene) => scene.sweepLeft(),
    right: ({ right }) => right.adjust(-6),
    allowed: ['swept | accepted -> -1/0/-1'],
  },
  {
    name: 'sweep × reversal past expiry',
    given: async (scene) => {
      const now = new Date((await scene.left.grant(1)).body.effectiveAt).getTime();
      await scene.left.grant(10, { expiresAt: new Date(now + 60_000).toISOString(), priority: 0 });
      scene.ids.spend = (await scene.left.spend(4)).body.id;
      scene.later(60);
    },
    left: (scene) => scene.sweepLeft(),
    right: (scene) => scene.right.reverse(spend(scene)),
    allowed: ['swept | accepted -> 1/0/1'],
  },
  {
    name: 'sweep × return',
    given: async (scene) => {
      await scene.purchase(10);
      await aLotIsDue(scene);
    },
    left: (scene) => scene.sweepLeft(),
    right: ({ settleRight, right }) => settleRight(right.id, 'P', 10),
    allowed: ['swept | settled 0/10/0 -> 5/0/5'],
  },
];
