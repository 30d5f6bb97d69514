/** Headers of a record as hop-client (0.13) writes and reads them. */
export interface WrittenHopHeaders {
  readonly [name: string]: Buffer;
}

/**
 * Headers of a message whose value is JSON.
 * @param id the message's UUID as 36 characters
 * @param sender the user's name on the broker
 */
export function hopHeaders({ id, sender, isTest }: { id: string; sender: string; isTest: boolean }): WrittenHopHeaders {
  return {
    _id: uuidBytes(id),
    _sender: Buffer.from(sender),
    ...(isTest ? { _test: Buffer.from('true') } : {}),
    _format: Buffer.from('json'),
  };
}

function uuidBytes(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  if (text.length !== 36 || bytes.length !== 16) throw new TypeError(`${JSON.stringify(text)} is no UUID`);
  return bytes;
}
