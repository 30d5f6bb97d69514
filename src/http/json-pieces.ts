import { jsonWithTexts } from '../domain/json-text.js';

/** The JSON of an answer in pieces: lists of objects come item by item. */
export function* jsonPieces(value: unknown): Generator<string> {
  if (isListOfObjects(value)) yield* listPieces(value);
  else if (isObject(value) && Object.values(value).some(isListOfObjects)) yield* objectPieces(value);
  else yield* jsonWithTexts(value);
}

function* listPieces(items: readonly unknown[]): Generator<string> {
  let separator = '[';
  for (const item of items) {
    yield separator;
    yield* jsonWithTexts(item);
    separator = ',';
  }
  yield ']';
}

function* objectPieces(object: object): Generator<string> {
  let separator = '{';
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined) continue;
    yield `${separator}${JSON.stringify(key)}:`;
    if (isListOfObjects(value)) yield* listPieces(value);
    else yield* jsonWithTexts(value);
    separator = ',';
  }
  yield '}';
}

function isListOfObjects(value: unknown): value is readonly object[] {
  return Array.isArray(value) && typeof value[0] === 'object' && value[0] !== null;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
