interface Schema {
  readonly $ref?: string;
  readonly example?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: Schema;
  readonly example?: unknown;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

export interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Example {
  readonly name: string;
  readonly in: Parameter['in'] | 'body';
  readonly schema: Schema;
  readonly value: unknown;
}

/** A request as the OpenAPI document shows it: every parameter and every field with its example. */
export interface DocumentedRequest {
  readonly method: string;
  readonly path: string;
  readonly examples: readonly Example[];
}

/** Each operation of the document with its examples. */
export function documentedRequests({ components, paths }: Document): readonly DocumentedRequest[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => {
      const body = requestBody?.content['application/json']?.schema;
      const examples: Example[] = parameters.map((parameter) => ({
        ...parameter,
        value: parameter.example ?? exampleOf(parameter.schema),
      }));
      if (body !== undefined) examples.push({ name: 'body', in: 'body', schema: body, value: exampleOf(body) });
      return { method: method.toUpperCase(), path, examples };
    }),
  );

  /** A schema's own example, else that of its first alternative, else one of its fields'. */
  function exampleOf(schema: Schema): unknown {
    if (schema.example !== undefined) return schema.example;
    const referred = components.schemas[schema.$ref?.split('/').at(-1) ?? ''];
    const first = referred ?? schema.anyOf?.[0];
    if (first !== undefined) return exampleOf(first);
    if (schema.properties === undefined) return undefined;
    return Object.fromEntries(Object.entries(schema.properties).map(([name, field]) => [name, exampleOf(field)]));
  }
}

/** The path and query of a documented request. */
export function urlOf({ path, examples }: DocumentedRequest): string {
  const inPath = new Map(examples.filter((example) => example.in === 'path').map(({ name, value }) => [name, value]));
  const query = examples
    .filter((example) => example.in === 'query')
    .map(({ name, value }): [string, string] => [name, String(value)]);
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(inPath.get(name))));
  return query.length === 0 ? filled : `${filled}?${new URLSearchParams(query)}`;
}
