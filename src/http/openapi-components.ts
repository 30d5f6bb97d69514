type Schema = Readonly<Record<string, unknown>>;
type Schemas = Readonly<Record<string, Schema>>;

const REFERENCE = '#/components/schemas/';
const INPUT = 'Input';

/**
 * The type provider makes two components of each schema, `Table` and `TableInput`. Keeps those that are referred to, gives
 * input schemas the plain name where it is free or the schemas are equal, and adds what follows from the schemas.
 */
export function tidyComponents<T extends object>(document: T): T {
  const { components, ...rest } = document as { components: { schemas: Schemas } };
  const used = reachable(rest, components.schemas);
  const names = plainNames(used, components.schemas);
  const schemas = [...used].sort().map((name) => [names.get(name), components.schemas[name]]);
  const renamed = rename({ ...document, components: { ...components, schemas: Object.fromEntries(schemas) } }, names);
  return withExamples(withOptionalBodies(renamed as Completable)) as T;
}

interface Completable {
  readonly components: { readonly schemas: Schemas };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Schema>>>>;
}

/** A body that may be null may be omitted as well; @fastify/swagger calls every body required. */
function withOptionalBodies(document: Completable): Completable {
  const { schemas } = document.components;
  const paths = Object.entries(document.paths).map(([path, operations]) => {
    const completed = Object.entries(operations).map(([method, operation]) => {
      const body = operation['requestBody'];
      const isOptional = isSchema(body) && takesNull(body['content'], schemas);
      return [method, isOptional ? { ...operation, requestBody: { ...body, required: false } } : operation];
    });
    return [path, Object.fromEntries(completed)];
  });
  return { ...document, paths: Object.fromEntries(paths) };
}

function takesNull(content: unknown, schemas: Schemas): boolean {
  if (!isSchema(content)) return false;
  return Object.values(content).some((media) => {
    const schema = isSchema(media) ? media['schema'] : undefined;
    if (!isSchema(schema)) return false;
    const { anyOf } = schemas[referenced(schema) ?? ''] ?? schema;
    return Array.isArray(anyOf) && anyOf.some((one) => isSchema(one) && one['type'] === 'null');
  });
}

/** The names of the schemas that a document refers to, directly or through other schemas. */
function reachable(document: unknown, schemas: Schemas): Set<string> {
  const found = new Set<string>();
  const open: unknown[] = [document];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    for (const child of Object.values(value)) open.push(child);
    const name = referenced(value);
    if (name === undefined || found.has(name)) continue;
    found.add(name);
    open.push(schemas[name]);
  }
  return found;
}

function plainName(name: string): string {
  return name.endsWith(INPUT) ? name.slice(0, -INPUT.length) : name;
}

function plainNames(used: ReadonlySet<string>, schemas: Schemas): Map<string, string> {
  return new Map(
    [...used].map((name) => {
      const plain = plainName(name);
      const isFree = !used.has(plain) || JSON.stringify(schemas[plain]) === JSON.stringify(schemas[name]);
      return [name, isFree ? plain : name];
    }),
  );
}

/** Renames every reference, and removes the bounds that all integers in JSON have. */
function rename(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => rename(item, names));
  if (typeof value !== 'object' || value === null) return value;
  const name = referenced(value);
  if (name !== undefined) return { ...value, $ref: `${REFERENCE}${names.get(name) ?? name}` };
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, child]) => child !== Number.MAX_SAFE_INTEGER && child !== Number.MIN_SAFE_INTEGER)
      .map(([key, child]) => [key, rename(child, names)]),
  );
}

function referenced(value: object): string | undefined {
  if (!('$ref' in value) || typeof value.$ref !== 'string') return undefined;
  return value.$ref.startsWith(REFERENCE) ? value.$ref.slice(REFERENCE.length) : undefined;
}

/** Fields of a component type get the example of the component, so that it is written once. */
function withExamples<T extends { readonly components: { readonly schemas: Schemas } }>(document: T): T {
  const { schemas } = document.components;
  const completed = Object.entries(schemas).map(([name, schema]) => {
    if (!isSchema(schema['properties'])) return [name, schema];
    const properties = Object.entries(schema['properties']).map(([field, property]) => {
      if (!isSchema(property) || 'example' in property || '$ref' in property) return [field, property];
      const example = exampleOf(property, schemas);
      return [field, example === undefined ? property : { ...property, example }];
    });
    return [name, { ...schema, properties: Object.fromEntries(properties) }];
  });
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(completed) } };
}

function exampleOf(schema: unknown, schemas: Schemas): unknown {
  if (!isSchema(schema)) return undefined;
  if ('example' in schema) return schema['example'];
  const name = referenced(schema);
  if (name !== undefined) return exampleOf(schemas[name], schemas);
  if (Array.isArray(schema['anyOf'])) return exampleOf(schema['anyOf'][0], schemas);
  if (schema['type'] === 'array') {
    const item = exampleOf(schema['items'], schemas);
    return item === undefined ? [] : [item];
  }
  if (!isSchema(schema['properties'])) return undefined;
  const fields = Object.entries(schema['properties']).map(([field, property]) => [field, exampleOf(property, schemas)]);
  return Object.fromEntries(fields);
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
