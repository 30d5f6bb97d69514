import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { openApiDocument } from '../../../openapi/document.js';
import { type Document, documentedRequests } from '../../support/documented-requests.js';

const document = JSON.parse(await openApiDocument()) as Document;
// Keywords of OpenAPI stand among the schemas' own, formats are not of ajv itself.
const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema(document, 'openapi');

it.each(documentedRequests(document))('$method $path: its examples fit their schemas', ({ examples }) => {
  for (const { name, schema, value } of examples) {
    const reference = schema.$ref === undefined ? schema : { $ref: `openapi${schema.$ref}` };
    const fits = ajv.compile(reference);
    expect(value, name).toBeDefined();
    expect(fits(value), `${name} ${JSON.stringify(value)}: ${ajv.errorsText(fits.errors)}`).toBe(true);
  }
});
