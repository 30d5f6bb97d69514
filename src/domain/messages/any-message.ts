import type { z } from 'zod';
import { MessageError } from './message-error.js';
import { CoincidenceTier, ConnectionTest, Heartbeat, Retraction, SignificanceTier, TimingTier } from './tiers.js';

/** A parsed message of any kind, as current and older clients of the collaboration send it. */
export type ReadMessage =
  | { readonly kind: 'CoincidenceTier'; readonly message: CoincidenceTier }
  | { readonly kind: 'Retraction'; readonly message: Retraction }
  | { readonly kind: 'Heartbeat'; readonly message: Heartbeat }
  | { readonly kind: 'TimingTier'; readonly message: TimingTier }
  | { readonly kind: 'SignificanceTier'; readonly message: SignificanceTier }
  /** The command `0_test-connection`, with the unchanged message. */
  | { readonly kind: 'test-connection'; readonly message: ConnectionTest }
  /** Another command, with its name without `0_`. */
  | { readonly kind: 'command'; readonly name: string; readonly isTest: boolean; readonly isFiredrill: boolean };

const COMMAND_PREFIX = '0_';
const KINDS = 'CoincidenceTier, Retraction, Heartbeat, TimingTier, SignificanceTier';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Parses a message whose kind is not known beforehand. If `id` (or `_id`) begins with `0_`, the rest is the name of a
 * command. Otherwise `tier` is the kind; without `tier`, it is the part of `id` after the first underscore.
 * @throws MessageError if the kind is unknown or the message does not match its schema
 */
export function readMessage(value: unknown): ReadMessage {
  const message = requireFields(value);
  const fields = withCurrentKeys(message);
  const name = commandName(fields);
  if (name === 'test-connection') return { kind: name, message: conform(ConnectionTest, message) };
  if (name !== undefined) return { kind: 'command', name, ...cacheFlags(fields) };
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
      throw new MessageError('The kind of the message is unknown.', [
        { path: ['tier'], message: `expected one of ${KINDS}, or an id that names it` },
      ]);
  }
}

/**
 * Parses a message whose kind is known beforehand.
 * @throws MessageError if the message does not match the schema
 */
export function readAs<Message>(schema: z.ZodType<Message>, value: unknown): Message {
  return conform(schema, withCurrentKeys(requireFields(value)));
}

function requireFields(value: unknown): Fields {
  if (isFields(value)) return value;
  throw new MessageError('The message is not a JSON object.', [{ path: [], message: 'not an object' }]);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function conform<Message>(schema: z.ZodType<Message>, fields: Fields): Message {
  const read = schema.safeParse(fields);
  if (!read.success) throw new MessageError('The message does not match the schema of its kind.', read.error.issues);
  return read.data;
}

function commandName({ id }: Fields): string | undefined {
  return typeof id === 'string' && id.startsWith(COMMAND_PREFIX) ? id.slice(COMMAND_PREFIX.length) : undefined;
}

function kindOf({ tier, id }: Fields): unknown {
  return tier ?? (typeof id === 'string' ? id.split('_')[1] : undefined);
}

/** Keys of clients before snews_pt 2, with the current names. */
const OLDER_KEYS = [
  ['_id', 'id'],
  ['neutrino_time', 'neutrino_time_utc'],
  ['machine_time', 'machine_time_utc'],
  ['sent_time', 'sent_time_utc'],
] as const;

const FLAGS = ['is_test', 'is_firedrill', 'is_pre_sn'] as const;

/** @returns a copy of the message in which older keys have their current names and flags are booleans */
function withCurrentKeys(fields: Fields): Record<string, unknown> {
  const current: Record<string, unknown> = { ...fields };
  for (const [older, name] of OLDER_KEYS) current[name] ??= fields[older];
  const meta = isFields(fields['meta']) ? fields['meta'] : {};
  for (const flag of FLAGS) current[flag] = either(asBoolean(fields[flag]), asBoolean(meta[flag]));
  return current;
}

/** Older clients write "True". Other values are returned unchanged; the schema rejects them. */
function asBoolean(flag: unknown): unknown {
  const text = typeof flag === 'string' ? flag.toLowerCase() : flag;
  return text === 'true' ? true : text === 'false' ? false : flag;
}

/** A flag that is set in the message or in its `meta` is set: a test must never count as a real observation. */
function either(flag: unknown, inMeta: unknown): unknown {
  return flag === true || inMeta === undefined || inMeta === null || inMeta === false ? (flag ?? inMeta) : inMeta;
}

function cacheFlags(fields: Fields): { isTest: boolean; isFiredrill: boolean } {
  for (const flag of ['is_test', 'is_firedrill']) {
    if (fields[flag] === undefined || fields[flag] === null || typeof fields[flag] === 'boolean') continue;
    throw new MessageError('The flags of the command are invalid.', [{ path: [flag], message: 'not a boolean' }]);
  }
  return { isTest: fields['is_test'] === true, isFiredrill: fields['is_firedrill'] === true };
}
