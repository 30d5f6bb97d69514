import { expect, it } from 'vitest';
import { openApiDocument } from '../../../openapi/document.js';
import { apiServerForAllTests } from '../../support/api-server.js';
import { type Document, documentedRequests, urlOf } from '../../support/documented-requests.js';

// The stream of alerts doesn't end.
const requests = documentedRequests(JSON.parse(await openApiDocument()) as Document).filter(
  ({ path }) => path !== '/v1/alerts/stream',
);

/** The addresses of its example aren't registered: 422. */
const FEEDBACK = '/v1/detectors/{name}/feedback';

const server = apiServerForAllTests();

it.each(requests)('$method $path: its examples are a request that is understood', async (request) => {
  const body = request.examples.find((example) => example.in === 'body')?.value;
  const { status, text } = await server.call(request.method, urlOf(request), body);
  // 404, 409: nothing is wrong with asking for what isn't there; all examples of messages have the same uuid.
  const understood = [200, 201, 202, 204, 404, 409, ...(request.path === FEEDBACK ? [422] : [])];
  expect(understood, text).toContain(status);
});
