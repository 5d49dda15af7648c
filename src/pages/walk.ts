/** One step of the walk that shows a newcomer what the service does. */
export interface WalkStep {
  title: string;
  /** What can be done instead of typing the command. */
  intro?: string;
  /** What to type into a POSIX shell with curl. */
  command: string;
  /** What is to be seen then. */
  expect: string;
}

export interface WalkOptions {
  baseUrl: string;
  /** A secret key to show; without one the reader puts their own in its place. */
  key?: string;
  /** Whether the payment page is the sandbox's, which also takes a plain form. */
  sandbox: boolean;
}

const AUTHORIZED = `-H "Authorization: Bearer $SCRIP_KEY"`;
const WITH_JSON = `${AUTHORIZED} -H 'Content-Type: application/json' \\`;
/** A response does not end its line, so curl does, and the next prompt stands on one of its own. */
const CURL = `curl -sS -w '\\n'`;

const pages = (quantity: number) =>
  `-d "{\\"accountId\\": \\"$ACCOUNT\\", \\"meter\\": \\"pages\\", \\"quantity\\": ${quantity}}"`;

const SPEND = `${CURL} -i "$SCRIP/v1/spends" \\
  ${WITH_JSON}
  -H "Idempotency-Key: pages-$ORDER" \\
  ${pages(2)}`;

const BALANCE = `${CURL} "$SCRIP/v1/accounts/$ACCOUNT/balance" ${AUTHORIZED}`;

/** Sells a product to the account and keeps the order's id and the payment page's address. */
const sell = (product: string) => `SESSION=$(curl -sS "$SCRIP/v1/checkout-sessions" \\
  ${WITH_JSON}
  -d "{\\"accountId\\": \\"$ACCOUNT\\", \\"product\\": \\"${product}\\"}")
ORDER=$(printf %s "$SESSION" | grep -o 'ord_[0-9a-z]*' | head -n 1)
URL=$(printf %s "$SESSION" | grep -o '"url":"[^"]*"' | cut -d '"' -f 4)
echo "$URL"`;

/** The longest month, and the hours after its end in which an invoice is closed and paid. */
const A_MONTH_SECONDS = 31 * 86_400 + 6 * 3_600;

/** Buy, spend, refund: every command works as it stands, one after the other, in one shell (bash, dash or zsh). */
export function walkSteps({ baseUrl, key, sandbox }: WalkOptions): WalkStep[] {
  return [
    {
      title: 'Name the service, your key and an account',
      command: `export SCRIP=${baseUrl}\nexport SCRIP_KEY=${key ?? "'sk_…'"}\nexport ACCOUNT=ada`,
      expect: 'Nothing yet; the next steps use all three. For another walk choose an account that is not there yet.',
    },
    {
      title: 'Make an account for your customer Ada',
      command: `${CURL} -X PUT "$SCRIP/v1/accounts/$ACCOUNT" \\
  ${WITH_JSON}
  -d '{"name": "Ada Lovelace", "email": "ada@example.com"}'`,
      expect: 'The account. It is safe to repeat.',
    },
    {
      title: 'Sell her the pack basic: 12 credits for $10.00',
      command: sell('basic'),
      expect: 'The address of a payment page. Nothing is credited before the money is there.',
    },
    sandbox ? PAY_SANDBOX : PAY_STRIPE,
    {
      title: 'See her credits',
      command: BALANCE,
      expect: '`"balance":12`: what the webhook told was looked up, and credited once.',
    },
    {
      title: 'Ask what 4 pages would cost her',
      command: `${CURL} "$SCRIP/v1/quotes" \\
  ${WITH_JSON}
  ${pages(4)}`,
      expect: '`"amount":4`, and that she can pay it. The meter `pages` was made at the first start, at a credit each.',
    },
    {
      title: 'Put them aside for a job, and charge the 2 that there were',
      command: `HOLD=$(curl -sS "$SCRIP/v1/holds" \\
  ${WITH_JSON}
  -H "Idempotency-Key: job-$ORDER" \\
  ${pages(4)} | grep -o 'hld_[0-9a-z]*' | head -n 1)
${CURL} "$SCRIP/v1/accounts/$ACCOUNT/holds/$HOLD/captures" \\
  ${WITH_JSON}
  -H "Idempotency-Key: job-done-$ORDER" \\
  -d '{"quantity": 2}'`,
      expect: '`"amount":2`; the other two are free again. So ten jobs at once never cost more than there is.',
    },
    {
      title: 'Spend 2 pages, twice with the same key',
      command: `${SPEND}\n\n${SPEND}`,
      expect:
        '201 with the same spend, both times; the second answer says `idempotency-replayed: true` and took nothing.',
    },
    {
      title: 'Send a page as a usage event, as a queue or a log pipeline would',
      command: `${CURL} "$SCRIP/v1/usage" \\
  ${WITH_JSON}
  -d "{\\"specversion\\": \\"1.0\\", \\"source\\": \\"/walk\\", \\"id\\": \\"$ORDER\\", \\"type\\": \\"pages\\",
    \\"subject\\": \\"$ACCOUNT\\", \\"data\\": {\\"quantity\\": 1}}"`,
      expect: 'The spend that it is, once for its `source` and `id`: sent again, it gets the same and takes nothing.',
    },
    {
      title: 'Read its receipt',
      command: `${CURL} "$SCRIP/v1/spends?accountId=$ACCOUNT&limit=1" ${AUTHORIZED}`,
      expect: 'What was used, the price of it, the credits that it was taken from, and the balance before and after.',
    },
    {
      title: 'Try to spend 8 of the 7 that are left',
      command: `${CURL} -i "$SCRIP/v1/spends" \\
  ${WITH_JSON}
  -H "Idempotency-Key: large-$ORDER" \\
  -d "{\\"accountId\\": \\"$ACCOUNT\\", \\"amount\\": 8}"`,
      expect: '402 `insufficient-credits` with `"availableCredits":7`. Nothing is written.',
    },
    {
      title: 'Give the money back',
      command: `${CURL} "$SCRIP/v1/refunds" \\
  ${WITH_JSON}
  -H "Idempotency-Key: refund-$ORDER" \\
  -d "{\\"orderId\\": \\"$ORDER\\"}"`,
      expect: 'A refund of 1000 cents. The credits are taken back when the refund has succeeded.',
    },
    {
      title: 'See what she owes',
      command: BALANCE,
      expect: '`"balance":-5`: twelve were taken back, and five had been spent. Her next purchase repays them first.',
    },
    {
      title: 'Read the books',
      command: `${CURL} "$SCRIP/v1/accounts/$ACCOUNT/entries" ${AUTHORIZED}`,
      expect:
        'Every change with the balance before and after it, newest first, each chained to the one before by its hash.',
    },
  ];
}

/** What follows on the walk with the sandbox, in the same shell: a subscription from its first month to its end. */
export function subscribeSteps(): WalkStep[] {
  const aMonthPasses = `${CURL} "$SCRIP/v1/test-clock/advance" \\
  ${WITH_JSON}
  -d '{"seconds": ${A_MONTH_SECONDS}}'`;
  const history = `${CURL} "$SCRIP/v1/accounts/$ACCOUNT/entitlements/history" \\
  ${AUTHORIZED}`;
  return [
    {
      title: 'Make an account for Grace, who wants to subscribe',
      command: `export ACCOUNT=grace
${CURL} -X PUT "$SCRIP/v1/accounts/$ACCOUNT" \\
  ${WITH_JSON}
  -d '{"name": "Grace Hopper", "email": "grace@example.com"}'`,
      expect: 'The account. For another walk choose one that is not there yet.',
    },
    {
      title: 'Sell her the plan basic-monthly: 20 credits a month for $15.00',
      command: sell('basic-monthly'),
      expect: 'The address of a payment page, as for a pack.',
    },
    PAY_SANDBOX,
    {
      title: 'See her credits, and what is open to her',
      command: `${BALANCE}\n${history}`,
      expect: '`"balance":20`, which last until the next month is paid, and `history` is `"active":true`.',
    },
    {
      title: 'Let a month pass',
      command: `${aMonthPasses}\n${CURL} "$SCRIP/v1/accounts/$ACCOUNT/entries" ${AUTHORIZED}`,
      expect: 'Newest first: the 20 credits of the new month, the expiry of what was left of the old one, and its 20.',
    },
    {
      title: 'Cancel, and let the month that is paid come to its end',
      command: `${CURL} -X POST "$SCRIP/v1/accounts/$ACCOUNT/subscription/cancel" \\
  ${AUTHORIZED}\n${aMonthPasses}\n${history}`,
      expect:
        '`"cancelAtPeriodEnd":true`; a month later `history` is `"active":false`, and the answer says how to open ' +
        'it again.',
    },
  ];
}

const PAY_SANDBOX: WalkStep = {
  title: 'Pay with a test card',
  intro:
    'Open the address in a browser and pay with 4242 4242 4242 4242, any later date, any CVC. Or let curl send the ' +
    'form:',
  command: `curl -sS -o /dev/null -w '%{http_code}\\n' "$URL" \\
  -d cardNumber=4242424242424242 -d expiry=12/34 -d cvc=123 -d "email=$ACCOUNT@example.com"
sleep 1`,
  expect:
    '303, the way back to the app. Who has paid in the browser is not charged again. A moment later a signed ' +
    'webhook tells of the payment.',
};

const PAY_STRIPE: WalkStep = {
  title: 'Pay',
  command: 'echo "Open in a browser: $URL"',
  expect: 'The payment page of Stripe. In test mode it takes 4242 4242 4242 4242, any later date, any CVC.',
};
