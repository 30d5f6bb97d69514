import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { clientSchema } from '../../../openapi/generate-client.js';

test('the types of the client are those of the OpenAPI document', async () => {
  const committed = await readFile(new URL('../../../src/client/schema.ts', import.meta.url), 'utf8');
  expect(await clientSchema(), 'run openapi/generate-client.ts').toBe(committed);
});
