/** Writes the client's types, src/client/schema.ts, from the committed OpenAPI document. */
import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';

const HEADER = '/* Generated from openapi/openapi.json by openapi/generate-client.ts. */\n\n';

const document = JSON.parse(await readFile(new URL('openapi.json', import.meta.url), 'utf8')) as OpenAPI3;
const schema = astToString(await openapiTS(document));
await writeFile(new URL('../src/client/schema.ts', import.meta.url), HEADER + schema);
