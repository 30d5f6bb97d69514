import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConnectionError, FastifyInstance } from 'fastify';
import { wrongMethod } from '../methods.js';
import { problem } from '../problem.js';

const STATUSES: Record<string, readonly [status: number, detail: string]> = {
  HPE_HEADER_OVERFLOW: [431, 'The headers are too large.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The chunk extensions are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request was not received in time.'],
};
const MALFORMED = [400, 'This is not an HTTP/1.1 request.'] as const;

/** Answers a request that is not HTTP, or has a method unknown to Node.js, and closes the connection. */
export function answerMalformed(this: FastifyInstance, error: ConnectionError, socket: Socket): void {
  // The client has closed the connection.
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

/** The first line of a request with its method (a token of RFC 9110, 5.6.2) and its path. */
const REQUEST_LINE = /^([\w!#$%&'*+.^`|~-]{1,64}) (\/[^\s?]*)(?:\?\S*)? HTTP\/1\.[01]\r?\n/;

/** Undefined: the path does not exist, or this is not a request. */
function unknownMethod(app: FastifyInstance, { rawPacket }: ConnectionError) {
  // Fastify declares it as it would look in JSON.
  const packet = rawPacket as unknown as Buffer | undefined;
  const [, method = '', path = ''] = REQUEST_LINE.exec(packet?.toString('latin1') ?? '') ?? [];
  const allowed = app.methodsOf(path);
  const detail = wrongMethod(method, allowed);
  return detail === undefined ? undefined : { detail, allowed };
}

/** CONNECT is answered with 405; Node.js would close the connection without an answer. */
export function registerTunnels(app: FastifyInstance): void {
  app.server.on('connect', (_request, socket) => {
    socket.on('error', () => socket.destroy());
    endWith(socket, 405, 'The server does not support CONNECT.', ['allow: GET, HEAD, POST, PATCH, DELETE']);
  });
}

/** An expectation other than 100-continue (RFC 9110, 10.1.1). */
export function registerExpectations(app: FastifyInstance): void {
  app.server.on('checkExpectation', (_request, response) => {
    const body = JSON.stringify(problem(417, 'The server supports no expectation but 100-continue.'));
    const headers = { 'content-type': 'application/problem+json', 'content-length': Buffer.byteLength(body) };
    response.writeHead(417, { ...headers, connection: 'close' }).end(body);
  });
}
