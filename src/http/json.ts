import { findUnfitText } from '../domain/messages/fit-text.js';
import { ProblemError, pointer } from './problem.js';

/** How deep a body may nest: no message of the field comes near. */
export const MAXIMUM_DEPTH = 64;

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
 * JSON as this server takes it: bounded in depth, nothing that would be altered on its way (integers and
 * numbers beyond a double), nothing that couldn't be stored (NUL, lone surrogates), nothing that could reach
 * an object's prototype.
 * @throws ProblemError 400
 */
export function parseJson(text: string): unknown {
  checkDepthAndNumbers(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ProblemError(400, 'The body is not JSON.');
    throw error;
  }
  // Only an escape can hide a NUL, a lone surrogate or a key.
  const escaped = text.includes('\\u');
  if (escaped) refuseUnfitText(value);
  if (escaped || text.includes('"__proto__"') || text.includes('"constructor"')) refusePrototypeKeys(value);
  return value;
}

function refuseUnfitText(value: unknown): void {
  const path = findUnfitText(value);
  if (path === undefined) return;
  const message = 'a NUL character or a lone surrogate, which no text can carry';
  throw new ProblemError(400, `The body holds ${message}.`, [{ path: pointer(path), message }]);
}

/** Keys by which careless code could be led to change a prototype: `__proto__`, and `constructor` with `prototype`. */
function refusePrototypeKeys(value: unknown): void {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const found = open.pop();
    if (typeof found !== 'object' || found === null) continue;
    if (Object.hasOwn(found, '__proto__')) throw new ProblemError(400, 'The body holds the key "__proto__".');
    if (Object.hasOwn(found, 'constructor')) {
      const maker: unknown = (found as Record<string, unknown>)['constructor'];
      if (typeof maker === 'object' && maker !== null && Object.hasOwn(maker, 'prototype')) {
        throw new ProblemError(400, 'The body holds the key "prototype" in "constructor".');
      }
    }
    for (const child of Object.values(found)) open.push(child);
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const OPENING_BRACKET = 0x5b;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACKET = 0x5d;
const CLOSING_BRACE = 0x7d;

/** One pass over the text, before anything is built from it. */
function checkDepthAndNumbers(text: string): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) {
      i = endOfString(text, i);
    } else if (isDigit(code) || code === MINUS) {
      const end = endOfNumber(text, i);
      // Shorter integers are exact, and without an exponent no short number is beyond a double.
      if (end - i >= 16 || hasExponent(text, i, end)) checkNumber(text.slice(i, end));
      i = end - 1;
    } else if (code === OPENING_BRACKET || code === OPENING_BRACE) {
      depth++;
      if (depth > MAXIMUM_DEPTH) throw new ProblemError(400, `The body nests deeper than ${MAXIMUM_DEPTH} levels.`);
    } else if (code === CLOSING_BRACKET || code === CLOSING_BRACE) {
      depth--;
    }
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** The index of the quote that ends the string; the text's length if none does. */
function endOfString(text: string, begin: number): number {
  for (let i = begin + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) return i;
    if (code === BACKSLASH) i++;
  }
  return text.length;
}

const IN_NUMBER = /[^0-9+\-.eE]|$/g;

function endOfNumber(text: string, begin: number): number {
  IN_NUMBER.lastIndex = begin;
  return IN_NUMBER.exec(text)?.index ?? text.length;
}

function hasExponent(text: string, begin: number, end: number): boolean {
  for (let i = begin; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x65 || code === 0x45) return true;
  }
  return false;
}

const INTEGER = /^-?\d+$/;

/** @param literal what stands where a number may: JSON.parse refuses what isn't one */
function checkNumber(literal: string): void {
  const value = Number(literal);
  if (Number.isNaN(value)) return;
  const shown = literal.length > 40 ? `${literal.slice(0, 40)}…` : literal;
  if (!Number.isFinite(value)) throw new ProblemError(400, `The number ${shown} is beyond what a double can carry.`);
  if (INTEGER.test(literal) && BigInt(literal) !== BigInt(value)) {
    throw new ProblemError(400, `The integer ${shown} can't be carried exactly by a JSON number: it would be altered.`);
  }
}
