import { isFitText } from '../../domain/messages/fit-text.js';

/**
 * Record headers as hop-client (0.13) writes and reads them: `_id` is a UUID as 16 bytes, `_sender` the user's name,
 * `_format` the format of the value, and `_test`, with any value, marks a test.
 */

/** A header as kafkajs gives it: several headers of one name are an array. */
type HeaderValue = Buffer | string | null | (Buffer | string | null)[] | undefined;

export type RecordHeaders = Readonly<Record<string, HeaderValue>>;

export interface ReadHopHeaders {
  /** 36 lower-case characters; undefined unless the header is 16 bytes. */
  readonly id: string | undefined;
  /** Undefined if there is none that can be stored as text. */
  readonly sender: string | undefined;
  /** In lower case; undefined if the record has no such header. */
  readonly format: string | undefined;
  readonly isTest: boolean;
}

export function readHopHeaders(headers: RecordHeaders | undefined): ReadHopHeaders {
  return {
    id: uuidText(first(headers, '_id')),
    sender: senderName(first(headers, '_sender')),
    format: first(headers, '_format')?.toString('utf8').toLowerCase(),
    isTest: headers !== undefined && Object.hasOwn(headers, '_test'),
  };
}

/** The first header of a name, as hop-client takes it. */
function first(headers: RecordHeaders | undefined, name: string): Buffer | undefined {
  const value = headers !== undefined && Object.hasOwn(headers, name) ? headers[name] : undefined;
  const one = Array.isArray(value) ? value[0] : value;
  return typeof one === 'string' ? Buffer.from(one) : (one ?? undefined);
}

function uuidText(bytes: Buffer | undefined): string | undefined {
  if (bytes?.length !== 16) return undefined;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const LONGEST_NAME = 256;

function senderName(bytes: Buffer | undefined): string | undefined {
  const name = bytes?.toString('utf8', 0, LONGEST_NAME);
  return name !== undefined && name !== '' && isFitText(name) ? name : undefined;
}
