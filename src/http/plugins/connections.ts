import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { problem } from '../problem.js';

const STATUSES: Record<string, readonly [status: number, detail: string]> = {
  HPE_HEADER_OVERFLOW: [431, 'The headers are larger than the server takes.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The chunk extensions are larger than the server takes.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long to come.'],
};
const MALFORMED = [400, 'This is not a request in HTTP/1.1.'] as const;

/** Answers what isn't HTTP at all, and closes the connection. */
export function answerMalformed(error: Error & { code?: string }, socket: Socket): void {
  // The other side went away: there is nobody to answer.
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, detail] = STATUSES[error.code ?? ''] ?? MALFORMED;
  const body = JSON.stringify(problem(status, detail));
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/problem+json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

/** An expectation other than 100-continue (RFC 9110, 10.1.1). */
export function registerExpectations(app: FastifyInstance): void {
  app.server.on('checkExpectation', (_request, response) => {
    const body = JSON.stringify(problem(417, 'The server meets no expectation but 100-continue.'));
    const headers = { 'content-type': 'application/problem+json', 'content-length': Buffer.byteLength(body) };
    response.writeHead(417, { ...headers, connection: 'close' }).end(body);
  });
}
