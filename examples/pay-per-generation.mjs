/**
 * An app that charges for each generation, in one file and with Node alone: it shows the credits of its one customer, sells
 * more, and takes for a generation what it did cost. Start Scrip, then, in the same folder:
 *
 *   SCRIP_KEY=$(npm run --silent scrip -- key) node examples/pay-per-generation.mjs
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

const SCRIP = process.env.SCRIP ?? 'http://localhost:3000';
const KEY = process.env.SCRIP_KEY;
const PORT = Number(process.env.PORT ?? 4000);
/** In a real app: whoever is logged in. */
const ACCOUNT = process.env.ACCOUNT ?? 'demo-customer';
/** No generation costs more, so this much is put aside before one begins. */
const MOST_CREDITS = 8;
const WORDS_PER_CREDIT = 3;

if (KEY === undefined) {
  console.error('Set SCRIP_KEY to a secret key of Scrip: npm run --silent scrip -- key');
  process.exit(1);
}

/** Calls Scrip. A refusal is an answer too: its `type` names the problem, and its facts say how to go on. */
async function scrip(method, path, { body, idempotencyKey } = {}) {
  const answer = await fetch(`${SCRIP}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${KEY}`,
      'content-type': 'application/json',
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}

/**
 * One generation: hold what it may cost, do the work, capture what it did cost. The job's id is the key of both calls, so a form
 * that is sent twice, and a job that is begun again after a crash, is paid for once.
 */
async function generate(jobId, prompt) {
  const hold = await scrip('POST', '/v1/holds', {
    body: { accountId: ACCOUNT, amount: MOST_CREDITS, expiresInSeconds: 300 },
    idempotencyKey: `${jobId}-hold`,
  });
  if (hold.status === 402) return `You have ${hold.body.availableCredits} credits, and this may take ${MOST_CREDITS}.`;
  if (hold.status !== 201) throw new Error(`no hold: ${hold.body.detail}`);

  const held = `/v1/accounts/${ACCOUNT}/holds/${hold.body.id}`;
  let text;
  try {
    text = await work(prompt);
  } catch {
    await scrip('POST', `${held}/release`);
    return 'That did not work, and cost nothing.';
  }
  const amount = Math.min(MOST_CREDITS, Math.ceil(text.split(' ').length / WORDS_PER_CREDIT));
  const capture = await scrip('POST', `${held}/captures`, { body: { amount }, idempotencyKey: `${jobId}-capture` });
  if (capture.status !== 201) throw new Error(`not captured: ${capture.body.detail}`);
  return `${text} (${amount} credits)`;
}

/** Here a model would be asked. */
async function work(prompt) {
  if (prompt === 'fail') throw new Error('the model is out of order');
  return prompt.split(' ').reverse().join(' ');
}

async function page(message = '') {
  await scrip('PUT', `/v1/accounts/${ACCOUNT}`, { body: { email: 'demo@example.com' } });
  const { body } = await scrip('GET', `/v1/accounts/${ACCOUNT}/balance`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Generations</title>
<h1>Generations</h1>
<p>You have <b>${body.available}</b> credits.</p>
<form method="post" action="/buy"><button>Buy 12 credits for $10.00</button></form>
<form method="post" action="/generate">
<input type="hidden" name="job" value="${randomUUID()}">
<label>Prompt <input name="prompt" required></label> <button>Generate</button>
</form>
<p role="status">${escapeHtml(message)}</p></html>`;
}

const escapeHtml = (text) => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);

async function formOf(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return new URLSearchParams(text);
}

const own = `http://localhost:${PORT}/`;

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, own);
  const show = async (message) => response.setHeader('content-type', 'text/html').end(await page(message));
  try {
    if (request.method === 'POST' && pathname === '/buy') {
      await page();
      const { body } = await scrip('POST', '/v1/checkout-sessions', {
        body: { accountId: ACCOUNT, product: 'basic', successUrl: own, cancelUrl: own },
      });
      response.writeHead(303, { location: body.url }).end();
    } else if (request.method === 'POST' && pathname === '/generate') {
      const form = await formOf(request);
      await show(await generate(form.get('job'), form.get('prompt') ?? ''));
    } else await show();
  } catch (error) {
    response.writeHead(502).end(`Please try again. ${error.message}`);
  }
});
server.listen(PORT, () => console.log(`An app that charges for each generation: ${own}`));
