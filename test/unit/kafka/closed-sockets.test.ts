import { once } from 'node:events';
import { connect } from 'node:net';
import Connection from 'kafkajs/src/network/connection.js';
import { expect, test } from 'vitest';
import '../../../src/kafka/client.js';

test('a connection whose socket is closed is ended any number of times, and nothing is left on the socket', async () => {
  const socket = connect({ host: '127.0.0.1', port: 1 });
  await once(socket, 'error');
  expect(socket.destroyed).toBe(true);
  const nothing = () => undefined;
  const connection = Object.assign(Object.create(Connection.prototype) as Connection, {
    socket,
    logDebug: nothing,
    requestQueue: { waitForPendingRequests: async () => undefined, destroy: nothing },
  });
  for (let i = 0; i < 20; i++) expect(await connection.disconnect()).toBe(true);
  expect(socket.listenerCount('connect')).toBe(0);
});
