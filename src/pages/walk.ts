/** One step of the walk that shows a newcomer what the service does. */
export interface WalkStep {
  title: string;
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

const SPEND = `curl -sS -i "$SCRIP/v1/spends" \\
  ${WITH_JSON}
  -H "Idempotency-Key: pages-$ORDER" \\
  -d '{"accountId": "ada", "amount": 5}'`;

const BALANCE = `curl -sS "$SCRIP/v1/accounts/ada/balance" ${AUTHORIZED}`;

/** Buy, spend, refund: every command works as it stands, one after the other, in one shell. */
export function walkSteps({ baseUrl, key, sandbox }: WalkOptions): WalkStep[] {
  return [
    {
      title: 'Name the service and your key',
      command: `export SCRIP=${baseUrl}\nexport SCRIP_KEY=${key ?? "'sk_…'"}`,
      expect: 'Nothing yet; the next steps use both.',
    },
    {
      title: 'Make an account for your customer Ada',
      command: `curl -sS -X PUT "$SCRIP/v1/accounts/ada" \\
  ${WITH_JSON}
  -d '{"name": "Ada Lovelace", "email": "ada@example.com"}'`,
      expect: 'The account `ada`. It is safe to repeat.',
    },
    {
      title: 'Sell her the pack basic: 12 credits for $10.00',
      command: `SESSION=$(curl -sS "$SCRIP/v1/checkout-sessions" \\
  ${WITH_JSON}
  -d '{"accountId": "ada", "product": "basic"}')
ORDER=$(printf %s "$SESSION" | grep -o 'ord_[0-9a-z]*' | head -n 1)
URL=$(printf %s "$SESSION" | grep -o '"url":"[^"]*"' | cut -d '"' -f 4)
echo "$URL"`,
      expect: 'The address of a payment page. Nothing is credited before the money is there.',
    },
    sandbox ? PAY_SANDBOX : PAY_STRIPE,
    {
      title: 'See her credits',
      command: BALANCE,
      expect: '`"balance":12`. The payment arrived as a signed webhook, a moment after the page.',
    },
    {
      title: 'Spend 5 credits, twice with the same key',
      command: `${SPEND}\n\n${SPEND}`,
      expect:
        '201 with 7 credits left, both times; the second answer says `idempotency-replayed: true` and took nothing.',
    },
    {
      title: 'Try to spend 8 of the 7 that are left',
      command: `curl -sS -i "$SCRIP/v1/spends" \\
  ${WITH_JSON}
  -H "Idempotency-Key: large-$ORDER" \\
  -d '{"accountId": "ada", "amount": 8}'`,
      expect: '402 `insufficient-credits` with `"availableCredits":7`. Nothing is written.',
    },
    {
      title: 'Give the money back',
      command: `curl -sS "$SCRIP/v1/refunds" \\
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
      command: `curl -sS "$SCRIP/v1/accounts/ada/entries" ${AUTHORIZED}`,
      expect:
        'Every change with the balance before and after it, newest first, each chained to the one before by its hash.',
    },
  ];
}

const PAY_SANDBOX: WalkStep = {
  title: 'Pay with a test card',
  command: `curl -sS -o /dev/null -w '%{http_code}\\n' "$URL" \\
  -d cardNumber=4242424242424242 -d expiry=12/34 -d cvc=123 -d email=ada@example.com`,
  expect: '303. Or open the address in a browser and type the card in: 4242 4242 4242 4242, any later date, any CVC.',
};

const PAY_STRIPE: WalkStep = {
  title: 'Pay',
  command: 'echo "Open in a browser: $URL"',
  expect: 'The payment page of Stripe. In test mode it takes 4242 4242 4242 4242, any later date, any CVC.',
};
