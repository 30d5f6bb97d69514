import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { openApiDocument } from '../../../openapi/document.js';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly example?: unknown;
  readonly examples?: unknown;
  readonly 'x-unit'?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly unknown[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly description?: string;
    readonly schema: Schema;
    readonly example?: unknown;
  }[];
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

let text: string;
let document: Document;

beforeAll(async () => {
  text = await openApiDocument();
  document = JSON.parse(text) as Document;
});

describe('openapi/openapi.json', () => {
  it('is what the routes say', async () => {
    const committed = await readFile(new URL('../../../openapi/openapi.json', import.meta.url), 'utf8');
    expect(text === committed, 'run: npx tsx openapi/write.ts').toBe(true);
  });

  it('does not depend on chance', async () => {
    expect((await openApiDocument()) === text).toBe(true);
  });

  it('describes every field, with unit and example', () => {
    const lacking = Object.entries(document.components.schemas).flatMap(([name, schema]) => lacks(schema, name));
    expect(lacking).toEqual([]);
  });

  it('describes every operation, its parameters and its errors', () => {
    const ids = new Set<string>();
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        const line = `${method} ${path}`;
        for (const key of ['operationId', 'summary', 'description', 'tags', 'security'] as const) {
          expect(operation[key], `${line}: ${key}`).toBeDefined();
        }
        ids.add(operation.operationId ?? '');
        for (const { name, description, schema, example } of operation.parameters ?? []) {
          expect([line, name, description]).toEqual([line, name, expect.any(String)]);
          expect(example ?? schema.example, `${line}: example of ${name}`).toBeDefined();
        }
        const errors = ['429', '500', ...(operation.security?.length === 0 ? [] : ['401', '503'])];
        const posts = method === 'post' ? ['400', '403', '413', '415'] : [];
        expect(Object.keys(operation.responses), line).toEqual(expect.arrayContaining([...errors, ...posts]));
        for (const [status, { content }] of Object.entries(operation.responses)) {
          if (Number(status) >= 400) expect(Object.keys(content ?? {}), line).toEqual(['application/problem+json']);
        }
      }
    }
    expect(ids.size).toBe(Object.values(document.paths).flatMap(Object.values).length);
  });

  it('refers only to components that are there', () => {
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      expect(document.components.schemas[name ?? '']).toBeDefined();
    }
  });
});

function lacks({ properties = {} }: Schema, path: string): string[] {
  return Object.entries(properties).flatMap(([name, field]) => {
    const here = `${path}.${name}`;
    const inside = [field, field.items, ...(field.anyOf ?? [])].flatMap((schema) =>
      schema ? lacks(schema, here) : [],
    );
    if (field.$ref !== undefined) return inside;
    return [
      ...(field.description === undefined ? [`${here}: description`] : []),
      ...(field.example === undefined && field.examples === undefined ? [`${here}: example`] : []),
      ...(isNumeric(field) && field['x-unit'] === undefined ? [`${here}: unit`] : []),
      ...inside,
    ];
  });
}

function isNumeric({ type, items, anyOf = [] }: Schema): boolean {
  const types = [type, items?.type, ...anyOf.map((schema) => schema.type)].flat();
  return types.includes('number') || types.includes('integer');
}
