import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { jsonWithTexts } from '../domain/json-text.js';
import { type CsvColumn, csvLine, headerLine } from './csv.js';
import { jsonPieces } from './json-pieces.js';
import { createPatientBody } from './patient-body.js';
import { ProblemError } from './problem.js';

/** Up to so many characters an answer is sent as a whole; beyond, it is sent in stretches of so many, while it is made. */
const STRETCH = 128 * 1024;

/** Where an answer is written to. */
export interface Output {
  /** Resolves when more may come: when the reader has taken what there was, and the others have had their turn. */
  write(text: string): Promise<void>;
  /** An answer, or a part of it, whose lists may be long. */
  writeJson(value: unknown): Promise<void>;
  /** One of many. */
  writeItem(value: unknown): Promise<void>;
  /** False if the reader went away. */
  isWanted(): boolean;
}

/** @param withHeader false: what follows in a CSV that was begun */
export async function writeCsv<Item>(
  items: readonly Item[],
  columns: readonly CsvColumn<Item>[],
  output: Output,
  withHeader = true,
): Promise<void> {
  if (withHeader) await output.write(headerLine(columns));
  // Line by line: each may be long.
  for (const item of items) await output.write(csvLine(item, columns));
}

/** A list, as it is read. @param each gives what there is, some at a time; it ends early when nobody reads on */
export async function writeList<Item>(
  each: (take: (items: readonly Item[]) => Promise<void>) => Promise<void>,
  output: Output,
): Promise<void> {
  let separator = '[';
  await each(async (items) => {
    for (const item of items) {
      await output.write(separator);
      await output.writeItem(item);
      separator = ',';
    }
    if (!output.isWanted()) throw new ReaderGone();
  });
  await output.write(separator === '[' ? '[]' : ']');
}

/** Ends what makes an answer that nobody waits for any more. */
class ReaderGone extends Error {
  override readonly name = 'ReaderGone';
}

async function writeAll(pieces: Iterable<string>, output: Pick<Output, 'write'>): Promise<void> {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < STRETCH) continue;
    await output.write(text);
    text = '';
  }
  await output.write(text);
}

/** How many answers that hold a snapshot of the database may be sent at a time. @param what in words: `all tables` */
export function createLongReads(most: number, what: string) {
  let underWay = 0;
  return {
    /** @returns what ends it. @throws ProblemError 503 if there are too many */
    begin(): () => void {
      if (underWay >= most) {
        const detail = `${most} answers of ${what} are being sent: try again later.`;
        throw new ProblemError(503, detail, [], { 'retry-after': '5' });
      }
      underWay++;
      return () => {
        underWay--;
      };
    },
  };
}

/**
 * What an answer's body is, made by `make` while it is read: a text if it is short, else a stream.
 * @param onLong called when it turns out long: whatever it throws is the answer; what it returns is called at its end
 */
export function bodyOf(
  make: (output: Output) => Promise<void>,
  onLong: () => () => void = () => () => undefined,
): Promise<string | Readable> {
  return new Promise((begin, fail) => {
    let gathered = '';
    let body: ReturnType<typeof createPatientBody> | undefined;
    let leave = () => {};
    const output: Output = {
      isWanted: () => body?.isOpen() ?? true,
      async write(text) {
        gathered += text;
        if (gathered.length < STRETCH) return;
        if (body === undefined) {
          leave = onLong();
          body = createPatientBody();
          begin(body.stream);
        }
        const stretch = gathered;
        gathered = '';
        await body.write(stretch);
        await nextTurn();
      },
      writeJson: (value) => writeAll(jsonPieces(value), output),
      writeItem: (value) => writeAll(jsonWithTexts(value), output),
    };
    make(output)
      .then(async () => {
        if (body === undefined) return begin(gathered);
        await body.write(gathered);
        body.end();
      })
      .catch((error) => {
        fail(error);
        body?.fail(error);
      })
      .finally(() => leave());
  });
}
