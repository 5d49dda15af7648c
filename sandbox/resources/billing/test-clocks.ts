import type Stripe from 'stripe';
import { listPage, need } from '../../api/common.js';
import { type Call, type Resource, route } from '../../api/resource.js';
import {
  advanceTestClock,
  createTestClock,
  deleteTestClock,
  reachTestClock,
} from '../../billing/test-clocks/test-clocks.js';
import { kinds } from '../../kinds/kinds.js';
import { remains } from '../../store/objects.js';

type TestClock = Stripe.TestHelpers.TestClock;

const create = ({ work, params }: Call<Stripe.TestHelpers.TestClockCreateParams>): Promise<TestClock> =>
  createTestClock(work, params);

async function retrieve({ work, id }: Call<unknown>): Promise<TestClock> {
  return (await need(work, kinds.testClock, id)).shown;
}

const advance = ({ work, params, id }: Call<Stripe.TestHelpers.TestClockAdvanceParams>): Promise<TestClock> =>
  advanceTestClock(work, id, params.frozen_time);

async function remove({ work, id }: Call<unknown>): Promise<object> {
  await deleteTestClock(work, id);
  return remains('test_helpers.test_clock', id);
}

const list = ({ work, params }: Call<Stripe.TestHelpers.TestClockListParams>) =>
  listPage(work, kinds.testClock, '/v1/test_helpers/test_clocks', params);

export const testClocks: Resource = {
  routes: [
    route('POST /v1/test_helpers/test_clocks', create),
    route('GET /v1/test_helpers/test_clocks/:id', retrieve),
    route('POST /v1/test_helpers/test_clocks/:id/advance', advance),
    route('DELETE /v1/test_helpers/test_clocks/:id', remove),
    route('GET /v1/test_helpers/test_clocks', list),
  ],
  jobs: { 'reach-test-clock': reachTestClock },
};
