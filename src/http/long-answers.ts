import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { jsonWithTexts } from '../domain/json-text.js';
import { type CsvColumn, csvLine, headerLine } from './csv.js';
import { jsonPieces } from './json-pieces.js';
import { createPatientBody } from './patient-body.js';
import { ProblemError } from './problem.js';

/** An answer of fewer characters is sent as a whole; a longer one in chunks of this size, while it is made. */
const CHUNK = 128 * 1024;

/** The output of an answer. */
export interface Output {
  /** Resolves when more may be written: the client has read what was written, and other requests had their turn. */
  write(text: string): Promise<void>;
  /** Writes an answer, or a part of it, that may contain long lists. */
  writeJson(value: unknown): Promise<void>;
  /** Writes one of many items. */
  writeItem(value: unknown): Promise<void>;
  /** False if the client has closed the connection. */
  isWanted(): boolean;
}

/** @param withHeader false: the lines continue a CSV that was begun */
export async function writeCsv<Item>(
  items: readonly Item[],
  columns: readonly CsvColumn<Item>[],
  output: Output,
  withHeader = true,
): Promise<void> {
  if (withHeader) await output.write(headerLine(columns));
  // Line by line, as each may be long.
  for (const item of items) await output.write(csvLine(item, columns));
}

/** Writes a list while it is read. @param each calls back with some items at a time; it rejects if the client is gone */
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
    if (!output.isWanted()) throw new ClientGone();
  });
  await output.write(separator === '[' ? '[]' : ']');
}

/** Ends the making of an answer whose client has closed the connection. */
class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

async function writeAll(pieces: Iterable<string>, output: Pick<Output, 'write'>): Promise<void> {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < CHUNK) continue;
    await output.write(text);
    text = '';
  }
  await output.write(text);
}

/** Limits how many answers that hold a snapshot of the database are sent at a time. @param what in words: `all sub-groups` */
export function createLongReads(most: number, what: string) {
  let underWay = 0;
  return {
    /** @returns to be called at the end. @throws ProblemError 503 if there are too many */
    begin(): () => void {
      if (underWay >= most) {
        const detail = `${most} answers with ${what} are being sent at present: try again later.`;
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
 * The body of an answer, written by `make` while the client reads it: text if it is short, else a stream.
 * @param onLong called when the body turns out long. An error that it throws is the answer; the function that it returns is
 * called at the end
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
        if (gathered.length < CHUNK) return;
        if (body === undefined) {
          leave = onLong();
          body = createPatientBody();
          begin(body.stream);
        }
        const chunk = gathered;
        gathered = '';
        await body.write(chunk);
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
