import type { Json } from './commands.js';

/** Stands for the texts of a value that is made into JSON, which are put in afterwards. Nobody else's text is this. */
const MARK = '\u0000JsonText\u0000';
const MARK_IN_JSON = JSON.stringify(MARK);

/** Of the value that is being made into JSON; undefined: nobody asked for pieces. */
let texts: string[] | undefined;

/**
 * JSON that goes out as it is stored: nobody makes objects of it only to make text of them again. Where pieces aren't
 * asked for, JSON.stringify makes of it what it says.
 */
export class JsonText {
  constructor(readonly text: string) {}

  /** Without line ends, which in JSON are never part of a value. */
  get line(): string {
    return this.text.replace(/[\r\n]+/g, ' ');
  }

  toJSON(): Json {
    if (texts === undefined) return JSON.parse(this.text);
    texts.push(this.text);
    return MARK;
  }

  /** @param text null, or JSON's null: nothing */
  static of(text: string | null): JsonText | null {
    return text === null || text === 'null' ? null : new JsonText(text);
  }
}

/** The JSON of a value, piece by piece, with the texts in it as they are. */
export function* jsonWithTexts(value: unknown): Generator<string> {
  const found: string[] = [];
  texts = found;
  let between: string[];
  try {
    // NUL, which no stored text holds, keeps the mark apart.
    between = JSON.stringify(value).split(MARK_IN_JSON);
  } finally {
    texts = undefined;
  }
  for (const [i, piece] of between.entries()) {
    yield piece;
    if (i < found.length) yield found[i] as string;
  }
}
