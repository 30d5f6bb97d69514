import { randomUUID } from 'node:crypto';
import { expect, inject, test, vi } from 'vitest';
import { makeTopics, permit, send, VISITOR } from '../support/kafka/index.js';
import { kafkaSiteForEachTest } from '../support/kafka-service.js';
import { observation } from '../support/load.js';

const brokers = inject('kafkaBrokers') ?? '';
const sasl = inject('kafkaSasl');
const soon = { timeout: 60_000, interval: 100 };

const site = kafkaSiteForEachTest();

function tier(): { readonly uuid: string; readonly value: string } {
  const uuid = randomUUID();
  return { uuid, value: JSON.stringify({ ...observation('JUNO'), uuid, tier: 'CoincidenceTier' }) };
}

async function stored(): Promise<readonly string[]> {
  return (await site.query('SELECT uuid::text FROM observation')).rows.map(({ uuid }) => uuid);
}

test.skipIf(sasl === undefined)(
  'a topic that its first producer makes is read from its first record, one that was hidden from its end',
  async () => {
    const { firedrillObservations: hidden, observations: _, ...others } = site.topics;
    const missing = `${site.topics.observations}.later`;
    const group = site.topics.observations;
    const ids = ['live', 'firedrill', 'test'].map((cache) => `${group}-alerts-${cache}`);
    const seen = [missing, ...Object.values(others)];
    const rights = { write: seen, read: seen, groups: [group], transactionalIds: ids };
    await permit(brokers, rights);
    const [before, first, after] = [tier(), tier(), tier()];
    await send(brokers, hidden, [before]);
    const service = await site.start(
      {
        KAFKA_BROKERS: sasl?.brokers,
        KAFKA_SASL_USERNAME: VISITOR.username,
        KAFKA_SASL_PASSWORD: VISITOR.password,
        KAFKA_START: 'latest',
        OBSERVATION_TOPIC: missing,
      },
      false,
    );
    await vi.waitFor(() => {
      for (const topic of [missing, hidden]) {
        expect(service.output).toMatch(new RegExp(`"topic":"${topic}".*kafka:not-ready`));
      }
    }, soon);
    await makeTopics(brokers, [missing]);
    await send(brokers, missing, [first]);
    await vi.waitFor(async () => expect(await stored()).toEqual([first.uuid]), soon);

    const all = [...seen, hidden];
    await permit(brokers, { ...rights, write: all, read: all });
    const isKnown = async () =>
      (await site.query('SELECT FROM stream_position WHERE topic = $1 AND position = 1', [hidden])).rowCount === 1;
    await vi.waitFor(async () => expect(await isKnown()).toBe(true), soon);
    await send(brokers, hidden, [after]);
    await vi.waitFor(async () => expect(new Set(await stored())).toEqual(new Set([first.uuid, after.uuid])), soon);
  },
  300_000,
);
