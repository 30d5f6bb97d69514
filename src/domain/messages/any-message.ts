import type { z } from 'zod';
import { MessageError } from './message-error.js';
import { CoincidenceTier, ConnectionTest, Heartbeat, Retraction, SignificanceTier, TimingTier } from './tiers.js';

/** A message of any kind, as the collaboration's clients build it, of today or older. */
export type ReadMessage =
  | { readonly kind: 'CoincidenceTier'; readonly message: CoincidenceTier }
  | { readonly kind: 'Retraction'; readonly message: Retraction }
  | { readonly kind: 'Heartbeat'; readonly message: Heartbeat }
  | { readonly kind: 'TimingTier'; readonly message: TimingTier }
  | { readonly kind: 'SignificanceTier'; readonly message: SignificanceTier }
  /** `0_test-connection`: the message as it came. */
  | { readonly kind: 'test-connection'; readonly message: ConnectionTest }
  /** Another command: its name without `0_`. */
  | { readonly kind: 'command'; readonly name: string; readonly isTest: boolean; readonly isFiredrill: boolean };

const COMMAND_PREFIX = '0_';
const KINDS = 'CoincidenceTier, Retraction, Heartbeat, TimingTier, SignificanceTier';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a message by its own word: an `id` (or `_id`) that begins with `0_` names a command, else its `tier` is
 * its kind, else the part of `id` after the first underscore.
 * @throws MessageError if it is none, or doesn't fit its kind
 */
export function readMessage(value: unknown): ReadMessage {
  const message = requireFields(value);
  const fields = withTodaysKeys(message);
  const name = commandName(fields);
  if (name === 'test-connection') return { kind: name, message: conform(ConnectionTest, message) };
  if (name !== undefined) return { kind: 'command', name, ...streamFlags(fields) };
  const kind = kindOf(fields);
  fields['tier'] = kind;
  switch (kind) {
    case 'CoincidenceTier':
      return { kind, message: conform(CoincidenceTier, fields) };
    case 'Retraction':
      return { kind, message: conform(Retraction, fields) };
    case 'Heartbeat':
      return { kind, message: conform(Heartbeat, fields) };
    case 'TimingTier':
      return { kind, message: conform(TimingTier, fields) };
    case 'SignificanceTier':
      return { kind, message: conform(SignificanceTier, fields) };
    default:
      throw new MessageError('The message is of no kind that this server knows.', [
        { path: ['tier'], message: `expected one of ${KINDS}, or an id that names it` },
      ]);
  }
}

/**
 * Reads a message of a kind that is known beforehand.
 * @throws MessageError if it doesn't fit
 */
export function readAs<Message>(schema: z.ZodType<Message>, value: unknown): Message {
  return conform(schema, withTodaysKeys(requireFields(value)));
}

function requireFields(value: unknown): Fields {
  if (isFields(value)) return value;
  throw new MessageError('A message is a JSON object.', [{ path: [], message: 'not an object' }]);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function conform<Message>(schema: z.ZodType<Message>, fields: Fields): Message {
  const read = schema.safeParse(fields);
  if (!read.success) throw new MessageError('The message does not fit its kind.', read.error.issues);
  return read.data;
}

function commandName({ id }: Fields): string | undefined {
  return typeof id === 'string' && id.startsWith(COMMAND_PREFIX) ? id.slice(COMMAND_PREFIX.length) : undefined;
}

function kindOf({ tier, id }: Fields): unknown {
  return tier ?? (typeof id === 'string' ? id.split('_')[1] : undefined);
}

/** Keys of clients before snews_pt 2, and today's. */
const OLDER_KEYS = [
  ['_id', 'id'],
  ['neutrino_time', 'neutrino_time_utc'],
  ['machine_time', 'machine_time_utc'],
  ['sent_time', 'sent_time_utc'],
] as const;

const FLAGS = ['is_test', 'is_firedrill', 'is_pre_sn'] as const;

/** A copy. */
function withTodaysKeys(fields: Fields): Record<string, unknown> {
  const today: Record<string, unknown> = { ...fields };
  for (const [older, name] of OLDER_KEYS) today[name] ??= fields[older];
  const meta = isFields(fields['meta']) ? fields['meta'] : {};
  for (const flag of FLAGS) today[flag] = either(asBoolean(fields[flag]), asBoolean(meta[flag]));
  return today;
}

/** Older clients write "True". What is no flag at all is left for the schema to refuse. */
function asBoolean(flag: unknown): unknown {
  const text = typeof flag === 'string' ? flag.toLowerCase() : flag;
  return text === 'true' ? true : text === 'false' ? false : flag;
}

/** Marked in one place is marked: a test must never pass for a real observation. */
function either(flag: unknown, inMeta: unknown): unknown {
  return flag === true || inMeta === undefined || inMeta === null || inMeta === false ? (flag ?? inMeta) : inMeta;
}

function streamFlags(fields: Fields): { isTest: boolean; isFiredrill: boolean } {
  for (const flag of ['is_test', 'is_firedrill']) {
    if (fields[flag] === undefined || fields[flag] === null || typeof fields[flag] === 'boolean') continue;
    throw new MessageError('The command does not say which cache it means.', [
      { path: [flag], message: 'not a boolean' },
    ]);
  }
  return { isTest: fields['is_test'] === true, isFiredrill: fields['is_firedrill'] === true };
}
