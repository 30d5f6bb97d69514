import { readFileSync } from 'node:fs';
import { parse } from 'lossless-json';
import { DecodeError } from '../../src/intake/wire/decode-error.js';
import { decodeRecord, type WireRecord } from '../../src/intake/wire/decode-record.js';

/** A record that came over a real broker, and what must come of it. */
export interface Captured {
  readonly name: string;
  readonly record: WireRecord;
  readonly expect: { readonly json?: Readonly<Record<string, unknown>>; readonly error?: string };
}

interface Line {
  readonly name: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly value: string | null;
  readonly expect: Captured['expect'];
}

export const CAPTURED: readonly Captured[] = fixture<Line>('messages.jsonl').map((line) => ({
  name: line.name,
  expect: line.expect,
  record: {
    headers: Object.fromEntries(line.headers.map(([name, value]) => [name, Buffer.from(value, 'base64')])),
    value: line.value === null ? null : Buffer.from(line.value, 'base64'),
  },
}));

/** What a client of the collaboration, or a library that they use, has written, and what it meant. */
export interface Written {
  readonly name: string;
  readonly bytes: Buffer;
  readonly json: unknown;
}

/** Written by Python 3.11, in each protocol. */
export const PICKLES = written('wire/pickles.jsonl');
/** Written by fastavro 1.13, most with schemas of hop-client 0.13. */
export const AVRO_FILES = written('wire/avro.jsonl');

function written(name: string): readonly Written[] {
  return fixture<{ name: string; value: string; json: unknown }>(name).map((line) => ({
    name: line.name,
    bytes: Buffer.from(line.value, 'base64'),
    json: line.json,
  }));
}

function fixture<Line>(name: string): Line[] {
  return readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => losslessJson(line) as Line);
}

/** JSON as another library reads it, integers beyond 2^53 as bigints. */
export function losslessJson(text: string): unknown {
  return parse(text, null, (digits) => {
    const number = Number(digits);
    return /^-?\d+$/.test(digits) && !Number.isSafeInteger(number) ? BigInt(digits) : number;
  });
}

/** What decoding came to: the value, or the reason why there is none. Any other error is thrown on. */
export function decodedOrReason(record: WireRecord): unknown {
  try {
    return decodeRecord(record).value;
  } catch (error) {
    if (error instanceof DecodeError) return error.reason;
    throw error;
  }
}

export function blob(bytes: Buffer): WireRecord {
  return { headers: { _format: Buffer.from('blob') }, value: bytes };
}
