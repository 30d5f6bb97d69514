/** Python's pickle protocol 2, as far as a message of the collaboration's clients needs it. */

const MODULE = 'snews.models.messages';

type Value = string | number | boolean | null;

/** A message of a class of `snews.models.messages` whose fields have these values; the tier is one of its `Tier`. */
export function pickled(model: string, fields: Readonly<Record<string, Value>>): Buffer {
  const entries = Object.entries(fields).flatMap(([name, value]) => [
    text(name),
    name === 'tier' ? tier(value) : of(value),
  ]);
  const state = [op('}('), text('__dict__'), op('}('), ...entries, op('uu')];
  return Buffer.concat([op('\x80\x02'), op(`c${MODULE}\n${model}\n)\x81`), ...state, op('b.')]);
}

function tier(name: Value): Buffer {
  return Buffer.concat([op(`c${MODULE}\nTier\n`), text(String(name)), op('\x85R')]);
}

function of(value: Value): Buffer {
  switch (typeof value) {
    case 'string':
      return text(value);
    case 'number': {
      const float = Buffer.alloc(9);
      float.write('G', 'latin1');
      float.writeDoubleBE(value, 1);
      return float;
    }
    case 'boolean':
      return op(value ? '\x88' : '\x89');
    default:
      return op('N');
  }
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const head = Buffer.alloc(5);
  head.write('X', 'latin1');
  head.writeUInt32LE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

function op(codes: string): Buffer {
  return Buffer.from(codes, 'latin1');
}
