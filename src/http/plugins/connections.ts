import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConnectionError, FastifyInstance } from 'fastify';
import { wrongMethod } from '../methods.js';
import { problem } from '../problem.js';

const STATUSES: Record<string, readonly [status: number, detail: string]> = {
  HPE_HEADER_OVERFLOW: [431, 'The headers are larger than the server takes.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The chunk extensions are larger than the server takes.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long to come.'],
};
const MALFORMED = [400, 'This is not a request in HTTP/1.1.'] as const;

/** Answers what isn't HTTP at all, or has a method that Node.js doesn't know, and closes the connection. */
export function answerMalformed(this: FastifyInstance, error: ConnectionError, socket: Socket): void {
  // The other side went away: there is nobody to answer.
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const wrong = error.code === 'HPE_INVALID_METHOD' ? unknownMethod(this, error) : undefined;
  if (wrong !== undefined) {
    endWith(socket, 405, wrong.detail, [`allow: ${wrong.allowed.join(', ')}`]);
    return;
  }
  const [status, detail] = STATUSES[error.code ?? ''] ?? MALFORMED;
  endWith(socket, status, detail);
}

function endWith(socket: Duplex, status: number, detail: string, headers: readonly string[] = []): void {
  const body = JSON.stringify(problem(status, detail));
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...headers,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** The first line of a request: a method (a token of RFC 9110, 5.6.2) and the path. */
const REQUEST_LINE = /^([\w!#$%&'*+.^`|~-]{1,64}) (\/[^\s?]*)(?:\?\S*)? HTTP\/1\.[01]\r?\n/;

/** Undefined: the path answers to nothing, or this is no request. */
function unknownMethod(app: FastifyInstance, { rawPacket }: ConnectionError) {
  // Fastify's types give it as JSON would show it.
  const packet = rawPacket as unknown as Buffer | undefined;
  const [, method = '', path = ''] = REQUEST_LINE.exec(packet?.toString('latin1') ?? '') ?? [];
  const allowed = app.methodsOf(path);
  const detail = wrongMethod(method, allowed);
  return detail === undefined ? undefined : { detail, allowed };
}

/** Nothing is tunnelled here; Node.js would close such a connection without a word. */
export function registerTunnels(app: FastifyInstance): void {
  app.server.on('connect', (_request, socket) => {
    socket.on('error', () => socket.destroy());
    endWith(socket, 405, 'CONNECT is not for this server.', ['allow: GET, HEAD, POST, PATCH, DELETE']);
  });
}

/** An expectation other than 100-continue (RFC 9110, 10.1.1). */
export function registerExpectations(app: FastifyInstance): void {
  app.server.on('checkExpectation', (_request, response) => {
    const body = JSON.stringify(problem(417, 'The server meets no expectation but 100-continue.'));
    const headers = { 'content-type': 'application/problem+json', 'content-length': Buffer.byteLength(body) };
    response.writeHead(417, { ...headers, connection: 'close' }).end(body);
  });
}
