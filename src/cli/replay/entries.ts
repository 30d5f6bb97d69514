import { open } from 'node:fs/promises';
import { LosslessNumber, parse } from 'lossless-json';
import { CliError } from '../exit.js';

/** The fields of a message, with numbers exactly as in the file. */
export type Fields = Readonly<Record<string, unknown>>;

/** A message or operation, and its place in the file. */
export interface ReplayEntry {
  /** `line 12`, `line 12, op 3`, `op 3`. */
  readonly place: string;
  readonly action: ReplayAction;
}

export type ReplayAction =
  | { readonly kind: 'message'; readonly message: Fields }
  /** Retracts all observations of this file with this id, which may repeat. */
  | { readonly kind: 'retract-id'; readonly detector: string; readonly id: string }
  | { readonly kind: 'reset' };

/** `retract_latest_n` larger than the number of observations retracts all of them. */
const ALL = 1_000_000_000;

/**
 * Reads a file of JSON lines, or of one JSON document, entry by entry. Its format is described in the help of
 * `snews replay`.
 * @throws CliError that names the file and the line that cannot be read
 */
export async function* readEntries(path: string): AsyncGenerator<ReplayEntry> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'there is no such file' : error.message;
    throw new CliError(`${path}: ${why}`, undefined, { cause: error });
  });
  try {
    let line = 0;
    let isDocument: boolean | undefined;
    const document: string[] = [];
    for await (const text of file.readLines()) {
      line++;
      const content = line === 1 ? text.replace(/^\uFEFF/, '') : text;
      if (content.trim() === '' && isDocument !== true) continue;
      // If the first line is not JSON, the file is one document over several lines.
      isDocument ??= tryParse(content) === undefined;
      if (isDocument) document.push(content);
      else yield* entriesOf(parseText(content, path, `line ${line}`), path, `line ${line}`);
    }
    if (isDocument === true) yield* entriesOf(parseText(document.join('\n'), path, ''), path, '');
  } finally {
    await file.close();
  }
}

function parseText(text: string, path: string, place: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const where = place === '' ? path : `${path}, ${place}`;
    throw new CliError(`${where}: not JSON (${(error as Error).message}). Nothing was sent.`, undefined, {
      cause: error,
    });
  }
}

/** The value, or undefined if the text is not JSON. */
function tryParse(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

function* entriesOf(value: unknown, path: string, place: string): Generator<ReplayEntry> {
  const isScenario = isFields(value) && Array.isArray(value['ops']);
  const parts = Array.isArray(value) ? (value as unknown[]) : isScenario ? (value['ops'] as unknown[]) : undefined;
  if (parts === undefined) return yield { place, action: actionOf(value, path, place) };
  for (const [i, part] of parts.entries()) {
    yield* entriesOf(part, path, [place, `op ${i + 1}`].filter((name) => name !== '').join(', '));
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof LosslessNumber);
}

function actionOf(value: unknown, path: string, place: string): ReplayAction {
  const invalid = (why: string) => new CliError(`${path}, ${place || 'at its beginning'}: ${why}. Nothing was sent.`);
  if (!isFields(value)) throw invalid('this is neither a message nor an operation; expected a JSON object');
  const { op, ...fields } = value;
  const detector = fields['detector_name'];
  switch (op) {
    case undefined:
      return { kind: 'message', message: withTier(value) };
    case 'observe':
      return { kind: 'message', message: { ...fields, tier: 'CoincidenceTier' } };
    case 'retract_latest':
      return retraction(detector, fields['n']);
    case 'retract_detector':
      return retraction(detector, ALL);
    case 'retract_id': {
      const id = fields['id'];
      if (typeof detector !== 'string' || typeof id !== 'string')
        throw invalid('retract_id requires detector_name and id');
      return { kind: 'retract-id', detector, id };
    }
    case 'reset':
      return { kind: 'reset' };
    default:
      throw invalid(`unknown op ${JSON.stringify(op)}`);
  }
}

/** The kind of a message that does not name it follows from its fields. */
function withTier(message: Fields): Fields {
  const id = message['id'] ?? message['_id'];
  const isNamed = typeof id === 'string' && id.includes('_');
  if (isNamed || (message['tier'] ?? null) !== null) return message;
  const [tier] = FIELDS_OF_TIERS.find(([, fields]) => fields.some((field) => Object.hasOwn(message, field))) ?? [];
  return tier === undefined ? message : { ...message, tier };
}

/** The first match counts, because a timing series also has a neutrino time. */
const FIELDS_OF_TIERS = [
  ['Retraction', ['retract_latest_n', 'retract_message_uuid']],
  ['Heartbeat', ['detector_status']],
  ['TimingTier', ['timing_series']],
  ['SignificanceTier', ['p_values']],
  ['CoincidenceTier', ['neutrino_time_utc', 'neutrino_time']],
] as const;

function retraction(detector: unknown, latest: unknown): ReplayAction {
  return { kind: 'message', message: { tier: 'Retraction', detector_name: detector, retract_latest_n: latest } };
}
