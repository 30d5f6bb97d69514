import { JsonError, type JsonErrorKind } from '../domain/json-error.js';
import { type JsonRules, MAXIMUM_DEPTH, readJsonText } from '../domain/json-reader.js';
import { type FieldError, ProblemError, pointer } from './problem.js';

/** Clients have no bigints: what would be altered on its way is an error. The size of a body bounds the keys. */
const RULES: JsonRules = { integers: 'exact', prototypeKeys: 'reject', maximumKeys: Number.POSITIVE_INFINITY };

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** Bytes as text; 400 unless they are well-formed UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw new ProblemError(400, 'The body is not well-formed UTF-8.');
    throw error;
  }
}

/**
 * JSON of a request; see `readJsonText`.
 * @throws ProblemError 400
 */
export function parseJson(text: string): unknown {
  try {
    return readJsonText(text, RULES);
  } catch (error) {
    throw error instanceof JsonError ? rejection(error) : error;
  }
}

const UNFIT = 'a NUL character or a lone surrogate, which can not be stored';

const DETAILS: Readonly<Record<JsonErrorKind, (literal: string) => string>> = {
  syntax: () => 'The body is not JSON.',
  depth: () => `The body nests deeper than ${MAXIMUM_DEPTH} levels.`,
  keys: () => 'An object in the body has too many keys.',
  number: (number) => `The number ${number} is beyond what a double can carry.`,
  integer: (integer) => `The integer ${integer} can't be carried exactly by a JSON number: it would be altered.`,
  text: () => `The body holds ${UNFIT}.`,
  prototype: (key) =>
    key === 'prototype' ? 'The body holds the key "prototype" in "constructor".' : `The body holds the key "${key}".`,
};

const MOST_SHOWN = 40;

function rejection({ kind, literal, path }: JsonError): ProblemError {
  const shown = literal.length > MOST_SHOWN ? `${literal.slice(0, MOST_SHOWN)}…` : literal;
  const errors: FieldError[] = kind === 'text' ? [{ path: pointer(path), message: `holds ${UNFIT}` }] : [];
  return new ProblemError(400, DETAILS[kind](shown), errors);
}
