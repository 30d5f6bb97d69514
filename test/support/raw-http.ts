import { connect } from 'node:net';

export interface RawAnswer {
  /** Undefined if the connection was closed without an answer. */
  readonly status: number | undefined;
  readonly headers: string;
  readonly body: string;
}

export interface RawOptions {
  /** The sender ends its side of the connection after the last byte. */
  readonly breaksOff?: boolean;
  readonly silenceMs?: number;
}

/** Sends bytes to a server as they are, and gives what comes back until the connection ends or falls silent. */
export function sendRaw(
  url: string,
  bytes: string | Uint8Array,
  { breaksOff = false, silenceMs = 1_000 }: RawOptions = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    const chunks: Buffer[] = [];
    const finish = () => {
      socket.destroy();
      resolve(readAnswer(Buffer.concat(chunks).toString('utf8')));
    };
    socket.setTimeout(silenceMs, finish);
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      if (isComplete(Buffer.concat(chunks).toString('latin1'))) finish();
    });
    socket.on('error', finish);
    socket.on('close', finish);
    if (breaksOff) socket.end(bytes);
    else socket.write(bytes);
  });
}

function isComplete(text: string): boolean {
  const length = /content-length: (\d+)/i.exec(text)?.[1];
  const head = text.indexOf('\r\n\r\n');
  return head !== -1 && length !== undefined && text.length - head - 4 >= Number(length);
}

function readAnswer(text: string): RawAnswer {
  const [headers = '', ...body] = text.split('\r\n\r\n');
  const status = /^HTTP\/1\.1 (\d{3})/.exec(headers)?.[1];
  return { status: status === undefined ? undefined : Number(status), headers, body: body.join('\r\n\r\n') };
}
