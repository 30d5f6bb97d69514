import { MAXIMUM_DEPTH } from '../../../domain/json-reader.js';
import { malformed } from '../decode-error.js';
import { type JsonObject, requireFewKeys, setKey } from '../json-object.js';
import type { AvroBytes } from './byte-reader.js';
import type { AvroType } from './schema.js';

/**
 * Reads one value of the schema as JSON. A logical type is read as its underlying type.
 * @param most the largest number of values in it
 * @throws DecodeError malformed
 */
export function readValue(reader: AvroBytes, type: AvroType, most: number): unknown {
  return new ValueReader(reader, most).value(type, 0);
}

class ValueReader {
  constructor(
    private readonly reader: AvroBytes,
    private left: number,
  ) {}

  value(type: AvroType, depth: number): unknown {
    if (--this.left < 0) throw malformed('The Avro file would become far larger than it is.');
    if (depth > MAXIMUM_DEPTH) throw malformed(`The Avro file nests deeper than ${MAXIMUM_DEPTH} levels.`);
    const { reader } = this;
    switch (type.kind) {
      case 'null':
        return null;
      case 'boolean':
        return reader.boolean();
      case 'long':
        return reader.long();
      case 'float':
        return reader.float();
      case 'double':
        return reader.double();
      case 'string':
        return reader.string();
      case 'bytes':
        throw malformed('The Avro file holds bytes, which JSON can not carry.');
      case 'enum':
        return this.chosen(type.symbols);
      case 'union':
        return this.value(this.chosen(type.branches), depth);
      case 'array':
        return this.array(type.items, depth + 1);
      case 'map':
        return this.map(type.items, depth + 1);
      case 'record': {
        const record: JsonObject = {};
        for (const field of type.fields) setKey(record, field.name, this.value(field.type, depth + 1));
        return record;
      }
    }
  }

  private chosen<Choice>(choices: readonly Choice[]): Choice {
    const choice = choices[this.reader.count()];
    if (choice === undefined) throw malformed('The Avro file chooses what its schema does not offer.');
    return choice;
  }

  private array(items: AvroType, depth: number): unknown[] {
    const array: unknown[] = [];
    readBlocks(this.reader, () => array.push(this.value(items, depth)));
    return array;
  }

  private map(items: AvroType, depth: number): JsonObject {
    const map: JsonObject = {};
    let keys = 0;
    readBlocks(this.reader, () => {
      requireFewKeys(++keys);
      setKey(map, this.reader.string(), this.value(items, depth));
    });
    return map;
  }
}

/** Reads the blocks of an array or a map. A negative count is followed by the size of the block in bytes. */
export function readBlocks(reader: AvroBytes, readItem: () => void): void {
  for (let count = reader.count(); count !== 0; count = reader.count()) {
    if (count < 0) reader.count();
    for (let i = Math.abs(count); i > 0; i--) readItem();
  }
}
