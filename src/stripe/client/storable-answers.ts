import type Stripe from 'stripe';
import { storable } from '../../kernel/storable.js';

type HttpClient = ReturnType<typeof Stripe.createNodeHttpClient>;

/**
 * The same client, from whose answers every text can be stored: names, descriptions and reasons that people have typed
 * at Stripe go into columns of the books, and one that Postgres cannot hold would fail whatever is written with it.
 */
export function withStorableAnswers(client: HttpClient): HttpClient {
  return {
    getClientName: () => client.getClientName(),
    makeRequest: async (...request) => {
      const response = await client.makeRequest(...request);
      const toJson = response.toJSON.bind(response);
      response.toJSON = async () => storable(await toJson());
      return response;
    },
  };
}
