import type { Json } from './commands.js';

/** Placeholder for each JsonText during serialization. Stored text cannot equal it, because it contains no NUL. */
const PLACEHOLDER = '\u0000JsonText\u0000';
const PLACEHOLDER_IN_JSON = JSON.stringify(PLACEHOLDER);

/** The texts of the value that `jsonWithTexts` is serializing; undefined outside of it. */
let texts: string[] | undefined;

/**
 * JSON text that is sent as it is stored, without being parsed and serialized again. `jsonWithTexts` inserts it into the
 * output; plain JSON.stringify parses it and gives the same value.
 */
export class JsonText {
  constructor(readonly text: string) {}

  /** The text in one line. In JSON, line ends are only white space between tokens. */
  get line(): string {
    return this.text.replace(/[\r\n]+/g, ' ');
  }

  toJSON(): Json {
    if (texts === undefined) return JSON.parse(this.text);
    texts.push(this.text);
    return PLACEHOLDER;
  }

  /** @returns null if the text is null or JSON's `null` */
  static of(text: string | null): JsonText | null {
    return text === null || text === 'null' ? null : new JsonText(text);
  }
}

/** Serializes a value to JSON, in pieces. Each JsonText in it is inserted unchanged. */
export function* jsonWithTexts(value: unknown): Generator<string> {
  const found: string[] = [];
  texts = found;
  let between: string[];
  try {
    between = JSON.stringify(value).split(PLACEHOLDER_IN_JSON);
  } finally {
    texts = undefined;
  }
  for (const [i, piece] of between.entries()) {
    yield piece;
    if (i < found.length) yield found[i] as string;
  }
}
