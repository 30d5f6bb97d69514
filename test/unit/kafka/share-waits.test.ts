import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { expect, test } from 'vitest';
import { createKafka } from '../../../src/kafka/client.js';
import { silentLog } from '../../support/logs.js';

/** A connection's requests, one of which is under way. */
function queue() {
  // Alters what kafkajs does inside.
  createKafka({ brokers: ['127.0.0.1:9092'], ssl: false, sasl: undefined }, silentLog);
  const requests = new RequestQueue({
    maxInFlightRequests: 1,
    requestTimeout: 1_000,
    enforceRequestTimeout: false,
    clientId: 'test',
    broker: 'test',
    logger: { namespace: () => undefined, debug: () => undefined },
  });
  const failures: Error[] = [];
  requests.inflight.set(1, { correlationId: 1, rejected: (error: Error) => failures.push(error) });
  return { requests, failures };
}

test('all who wait for the requests of a connection wait together: in a long outage no listeners gather', async () => {
  const { requests } = queue();
  const waits = Array.from({ length: 20 }, () => requests.waitForPendingRequests());
  expect(requests.listenerCount('requestQueueEmpty')).toBe(1);
  requests.rejectAll(new Error('broken'));
  await Promise.all(waits);
  expect(requests.listenerCount('requestQueueEmpty')).toBe(0);
});

test('they are told when the connection breaks, and later ones wait anew', async () => {
  const { requests, failures } = queue();
  const wait = requests.waitForPendingRequests();
  const broken = new Error('broken');
  requests.rejectAll(broken);
  await wait;
  expect(failures).toEqual([broken]);
  await requests.waitForPendingRequests();
  requests.inflight.set(2, {});
  void requests.waitForPendingRequests();
  expect(requests.listenerCount('requestQueueEmpty')).toBe(1);
});
