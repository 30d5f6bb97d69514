import { expect, test, vi } from 'vitest';
import { createAlertPublisher } from '../../../../src/delivery/kafka/alert-publisher.js';
import type { Publications } from '../../../../src/delivery/kafka/publications.js';
import { createKafka } from '../../../../src/kafka/client.js';
import { silentLog } from '../../../support/logs.js';

test('who no longer leads does not say that alerts can not be sent: whoever leads then does', async () => {
  // Nobody listens there.
  const kafka = createKafka({ brokers: ['127.0.0.1:1'], ssl: false, sasl: undefined }, silentLog);
  const publisher = createAlertPublisher({
    kafka,
    cache: 'live',
    topic: 't',
    transactionalId: 'x',
    reconcileGroup: 'g',
    sender: 's',
    publications: {} as Publications,
    log: silentLog,
  });
  expect(publisher.isDelivering()).toBe(true);
  for (let term = 0; term < 2; term++) {
    const over = new AbortController();
    const leading = publisher.lead(over.signal);
    await vi.waitFor(() => expect(publisher.isDelivering()).toBe(false), { timeout: 60_000, interval: 20 });
    over.abort();
    expect(publisher.isDelivering()).toBe(true);
    await leading;
    expect(publisher.isDelivering()).toBe(true);
  }
}, 90_000);
