import { JsonError } from '../../domain/json-error.js';
import { type JsonRules, readJsonText } from '../../domain/json-reader.js';
import { malformed } from './decode-error.js';
import { MAXIMUM_KEYS } from './limits.js';

/** Python's integers have any number of digits. No message has `__proto__`; captured ones that do are read without it. */
const RULES: JsonRules = { integers: 'bigint', prototypeKeys: 'drop', maximumKeys: MAXIMUM_KEYS };

/**
 * JSON of a record; see `readJsonText`.
 * @throws DecodeError malformed
 */
export function readJson(text: string): unknown {
  try {
    return readJsonText(text, RULES);
  } catch (error) {
    throw error instanceof JsonError ? malformed(error.message) : error;
  }
}
