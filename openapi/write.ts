import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { openApiDocument } from './document.js';

/** Writes openapi/openapi.json from the routes. */
await writeFile(fileURLToPath(new URL('openapi.json', import.meta.url)), await openApiDocument());
