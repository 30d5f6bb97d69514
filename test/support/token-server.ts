import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** How a token server answers a client that it knows: with a token, a status, or not at all. */
export type TokenAnswer = 'token' | 'hang' | number;

/** A token endpoint as RFC 6749, section 4.4, has it: the client credentials grant. Its tokens are unsigned. */
export interface TokenServer {
  readonly url: URL;
  /** Tokens given. */
  readonly given: number;
  answer: TokenAnswer;
  /** Of the tokens to come, in seconds; below 0: they are over when they come. */
  lifetime: number;
  stop(): Promise<void>;
}

export async function startTokenServer(clientId: string, clientSecret: string): Promise<TokenServer> {
  const login = `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString('base64')}`;
  const state = { answer: 'token' as TokenAnswer, lifetime: 3_600, given: 0 };

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await text(request));
    const say = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (state.answer === 'hang') return;
    if (request.method !== 'POST' || request.url !== '/oauth2/token') say(404, {});
    else if (typeof state.answer === 'number') say(state.answer, {});
    else if (request.headers.authorization !== login) say(401, { error: 'invalid_client' });
    else if (form.get('grant_type') !== 'client_credentials') say(400, { error: 'unsupported_grant_type' });
    else {
      state.given++;
      say(200, {
        access_token: unsigned(clientId, state.lifetime),
        token_type: 'Bearer',
        expires_in: Math.max(0, state.lifetime),
      });
    }
  }

  const server = createServer((request, response) => void respond(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    url: new URL(`http://127.0.0.1:${port}/oauth2/token`),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

/** A JWT without signature (RFC 7519, section 6). */
function unsigned(subject: string, lifetime: number): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ sub: subject, iat: now - 120, exp: now + lifetime })}.`;
}
