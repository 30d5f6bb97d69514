import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';

const DOCUMENT = new URL('openapi.json', import.meta.url);
const SCHEMA = new URL('../src/client/schema.ts', import.meta.url);

const HEADER = `/* Made from openapi/openapi.json by openapi/generate-client.ts: don't edit, generate it anew. */

`;

/** The types of the client, as the committed OpenAPI document asks for them. */
export async function clientSchema(): Promise<string> {
  const document = JSON.parse(await readFile(DOCUMENT, 'utf8')) as OpenAPI3;
  return HEADER + astToString(await openapiTS(document));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(SCHEMA, await clientSchema());
