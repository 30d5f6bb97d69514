import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTokens } from '../../../../../../src/delivery/people/sinks/gcn/token.js';
import { startTokenServer, type TokenServer } from '../../../../../support/token-server.js';

const SECRET = 'secret0of0the0client';
let server: TokenServer;

beforeEach(async () => {
  server = await startTokenServer('snews', SECRET);
});
afterEach(() => server.stop());

const tokens = (clientSecret = SECRET) => createTokens({ clientId: 'snews', clientSecret, tokenUrl: server.url });

test('a token is used until it is about to expire, or was rejected', async () => {
  const issued = tokens();
  const first = await issued.current();
  expect(await issued.current()).toBe(first);
  expect(server.given).toBe(1);
  issued.forget();
  await issued.current();
  expect(server.given).toBe(2);
});

test('one that expires within a minute is not used twice', async () => {
  server.lifetime = 50;
  const issued = tokens();
  await issued.current();
  await issued.current();
  expect(server.given).toBe(2);
});

test('credentials that are rejected are a permanent failure, whose text has no secret', async () => {
  const error = await tokens('anotherSecret')
    .current()
    .catch((thrown) => thrown);
  expect(error).toMatchObject({ kind: 'permanent', message: expect.stringContaining('401') });
  expect(error.message).toContain('check GCN_CLIENT_ID');
  expect(error.message).not.toContain('anotherSecret');
});

test('a server in trouble is a transient failure, with its status', async () => {
  server.answer = 503;
  await expect(tokens().current()).rejects.toMatchObject({
    kind: 'transient',
    message: expect.stringContaining('503'),
  });
});

test('a server that is not there is a transient failure, with its cause', async () => {
  const absent = tokens();
  await server.stop();
  await expect(absent.current()).rejects.toMatchObject({
    kind: 'transient',
    message: expect.stringContaining('ECONNREFUSED'),
  });
  server = await startTokenServer('snews', SECRET);
});
