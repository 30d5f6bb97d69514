import { malformed } from '../decode-error.js';

/** An Avro schema (specification 1.11), with its names resolved. A record may refer to itself. */
export type AvroType =
  | { readonly kind: 'null' | 'boolean' | 'long' | 'float' | 'double' | 'string' | 'bytes' }
  | { readonly kind: 'enum'; readonly symbols: readonly string[] }
  | { readonly kind: 'array' | 'map'; readonly items: AvroType }
  | { readonly kind: 'union'; readonly branches: readonly AvroType[] }
  | { readonly kind: 'record'; readonly fields: AvroField[] };

interface AvroField {
  readonly name: string;
  readonly type: AvroType;
}

const PRIMITIVES: ReadonlyMap<string, AvroType> = new Map<string, AvroType>([
  ['null', { kind: 'null' }],
  ['boolean', { kind: 'boolean' }],
  ['int', { kind: 'long' }],
  ['long', { kind: 'long' }],
  ['float', { kind: 'float' }],
  ['double', { kind: 'double' }],
  ['string', { kind: 'string' }],
  ['bytes', { kind: 'bytes' }],
]);

/**
 * @param schema as JSON values
 * @throws DecodeError malformed
 */
export function compileSchema(schema: unknown): AvroType {
  return new SchemaCompiler().type(schema, '');
}

class SchemaCompiler {
  private readonly named = new Map<string, AvroType>();

  /** @param namespace the namespace of the enclosing schema, for names without one */
  type(schema: unknown, namespace: string): AvroType {
    if (typeof schema === 'string') return this.byName(schema, namespace);
    if (Array.isArray(schema)) {
      return { kind: 'union', branches: schema.map((branch) => this.type(branch, namespace)) };
    }
    if (typeof schema !== 'object' || schema === null) throw wrongSchema();
    return this.complex(schema as Readonly<Record<string, unknown>>, namespace);
  }

  private complex(schema: Readonly<Record<string, unknown>>, namespace: string): AvroType {
    switch (schema['type']) {
      case 'record':
        return this.record(schema, namespace);
      case 'enum':
        return this.define(schema, namespace, { kind: 'enum', symbols: texts(schema['symbols']) });
      case 'fixed':
        return this.define(schema, namespace, { kind: 'bytes' });
      case 'array':
        return { kind: 'array', items: this.type(schema['items'], namespace) };
      case 'map':
        return { kind: 'map', items: this.type(schema['values'], namespace) };
      default:
        return this.type(schema['type'], namespace);
    }
  }

  private record(schema: Readonly<Record<string, unknown>>, namespace: string): AvroType {
    const fields: AvroField[] = [];
    const record = this.define(schema, namespace, { kind: 'record', fields });
    const inner = namespaceOf(fullName(schema, namespace));
    for (const field of list(schema['fields'])) {
      const { name, type } = Object(field) as { readonly name?: unknown; readonly type?: unknown };
      if (typeof name !== 'string') throw wrongSchema();
      fields.push({ name, type: this.type(type, inner) });
    }
    return record;
  }

  private define(schema: Readonly<Record<string, unknown>>, namespace: string, type: AvroType): AvroType {
    this.named.set(fullName(schema, namespace), type);
    return type;
  }

  private byName(name: string, namespace: string): AvroType {
    const type = PRIMITIVES.get(name) ?? this.named.get(qualified(name, namespace)) ?? this.named.get(name);
    if (type === undefined) throw wrongSchema();
    return type;
  }
}

function fullName({ name, namespace }: Readonly<Record<string, unknown>>, outer: string): string {
  if (typeof name !== 'string') throw wrongSchema();
  return qualified(name, typeof namespace === 'string' ? namespace : outer);
}

function qualified(name: string, namespace: string): string {
  return namespace === '' || name.includes('.') ? name : `${namespace}.${name}`;
}

function namespaceOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('.')));
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw wrongSchema();
  return value;
}

function texts(value: unknown): readonly string[] {
  return list(value).map((item) => {
    if (typeof item !== 'string') throw wrongSchema();
    return item;
  });
}

function wrongSchema() {
  return malformed('The Avro file has no valid schema.');
}
