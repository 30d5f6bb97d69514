import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, inject, it } from 'vitest';
import type { CommittedAlert } from '../../src/cache/contract.js';
import { createAlertPublisher } from '../../src/delivery/kafka/alert-publisher.js';
import { createPublications } from '../../src/delivery/kafka/publications.js';
import { createKafka } from '../../src/kafka/client.js';
import { at, cachesForEachTest, observation, poolForEachTest } from '../support/caches.js';
import { eventually } from '../support/eventually.js';
import { makeTopics, receive } from '../support/kafka/index.js';
import { captureLog } from '../support/logs.js';

const brokers = inject('kafkaBrokers');

describe.skipIf(brokers === undefined)('alerts are published', () => {
  const broker = brokers ?? '';
  const { log, messages, clear } = captureLog();
  const caches = cachesForEachTest();
  const pool = poolForEachTest(caches, log);
  /** What ends those who lead. */
  const over: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const end of over.splice(0)) await end();
    clear();
  });

  /** A topic and its publishers: each that is started leads until it is ended. */
  async function topicOf(name: string = randomUUID()) {
    await makeTopics(broker, [name]);
    const publications = createPublications(pool);
    await publications.begin();
    const delivered: string[] = [];
    function start() {
      const publisher = createAlertPublisher({
        kafka: createKafka({ brokers: [broker], ssl: false, sasl: undefined }, log),
        cache: 'live',
        topic: name,
        transactionalId: name,
        reconcileGroup: `${name}-reconcile`,
        sender: 'snews',
        publications,
        observer: {
          onDelivered: ({ alerts }) => delivered.push(...alerts),
          onFailed: () => undefined,
        },
        log,
      });
      const ending = new AbortController();
      const leading = publisher.lead(ending.signal);
      const end = async () => {
        ending.abort();
        await leading;
      };
      over.push(end);
      return { ...publisher, end };
    }
    const received = async (least: number) =>
      (await receive(broker, name, least)).map(({ value }) => JSON.parse(String(value)).sequence);
    return { start, publications, received, delivered };
  }

  let second = 0;
  async function coincide(): Promise<CommittedAlert[]> {
    second += 100;
    await caches.service.observe(observation('JUNO', at(second)));
    const { alerts } = await caches.service.observe(observation('DUNE', at(second + 1)));
    return alerts.map(({ id, sequence, payload }) => ({ id, sequence, payload: JSON.stringify(payload) }));
  }

  it('from the database, and as they are handed over, each once and in order', async () => {
    const { start, received, delivered, publications } = await topicOf();
    await coincide();
    const publisher = start();
    expect(await received(1)).toEqual([1]);
    publisher.wake(await coincide());
    expect(await received(2)).toEqual([1, 2]);
    await coincide();
    publisher.wake();
    expect(await received(3)).toEqual([1, 2, 3]);
    await eventually(async () => expect((await publications.of('live')).sequence).toBe(3));
    expect(delivered).toHaveLength(3);
    expect(publisher.isDelivering()).toBe(true);
  });

  it('not again where they stand already, also if the database has forgotten it', async () => {
    const { start, received, publications } = await topicOf();
    const first = start();
    await coincide();
    await coincide();
    first.wake();
    expect(await received(2)).toEqual([1, 2]);
    await first.end();
    await pool.query('UPDATE alert_publication SET sequence = 0, cluster = NULL, topic = NULL, position = NULL');
    await coincide();
    start();
    expect(await received(3)).toEqual([1, 2, 3]);
    await eventually(async () => expect((await publications.of('live')).sequence).toBe(3));
    expect(messages('info')).toContain('kafka:alerts-found-published');
  });

  it('in portions that the broker takes', async () => {
    const { start, received } = await topicOf();
    for (let i = 0; i < 3; i++) await coincide();
    await pool.query(
      `UPDATE alert SET payload = (payload::jsonb || jsonb_build_object('long', repeat('x', 400000)))::json`,
    );
    start();
    expect(await received(3)).toEqual([1, 2, 3]);
    expect(messages('warn')).not.toContain('kafka:alerts-wait');
  });

  it('by the one who came last: who was before is fenced off, says so, and fences in turn', async () => {
    const { start, received } = await topicOf();
    const first = start();
    await coincide();
    first.wake();
    expect(await received(1)).toEqual([1]);
    const second = start();
    await coincide();
    second.wake();
    expect(await received(2)).toEqual([1, 2]);
    await first.end();
    await coincide();
    second.wake();
    expect(await received(3)).toEqual([1, 2, 3]);
  });
});
