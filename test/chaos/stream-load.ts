import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { CompressionTypes, type IHeaders, Kafka, logLevel, type Message, Partitioners } from 'kafkajs';
import { parse } from 'uuid';
import { ADMIN_PASSWORD } from '../support/kafka/index.js';
import type { Random } from '../support/random.js';
import { letKafkajsStore } from './storing-codecs.js';

const DETECTORS = ['JUNO', 'DUNE', 'IceCube', 'Super-K', 'SNO+', 'KM3NeT'];
const PACE_MILLISECONDS = 15;
const STRETCH_MILLISECONDS = 7_200_000;
const CODECS = [CompressionTypes.GZIP, CompressionTypes.Snappy, CompressionTypes.LZ4, CompressionTypes.ZSTD];
const YEAR_10000 = 253_402_300_800_000;

/** A record with hop's identity, and what the service must make of it. */
interface Record {
  readonly uuid: string;
  readonly message: Message;
}

export interface StreamLoad {
  /** Observations that the brokers have, whatever odd things stand beside them: each must be stored once. */
  readonly good: ReadonlySet<string>;
  /** Records that are wrong: each must be a dead letter once. */
  readonly wrong: ReadonlySet<string>;
  /** Resets of the test cache: each must be carried out once, though it comes twice. */
  readonly resets: ReadonlySet<string>;
  /** How many partitions are written to. */
  readonly partitions: number;
  /** Partitions that were added meanwhile are written to from now on. */
  use(partitions: number): void;
  stop(): Promise<void>;
}

/**
 * Writes to the observation topic what detectors, mirrors, old clients and strangers write: observations, some again,
 * some under absurd names and stamps, some compressed; records that are none; and resets of the test cache.
 */
export async function startStreamLoad(
  brokers: string,
  topic: string,
  partitions: number,
  random: Random,
): Promise<StreamLoad> {
  letKafkajsStore();
  const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING, retry: { retries: 2 } });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, metadataMaxAge: 1_000 });
  const good = new Set<string>();
  const wrong = new Set<string>();
  const resets = new Set<string>();
  const written: Record[] = [];
  let width = partitions;
  let isStopping = false;

  /** Until the brokers say that they have it: it may stand there twice then, which is no harm either. */
  async function write({ message }: Record, compression = CompressionTypes.None): Promise<void> {
    const partition = random.whole(width);
    for (;;) {
      try {
        const messages = [{ ...message, partition }];
        const written = await producer.send({ topic, compression, acks: -1, timeout: 5_000, messages });
        // A partition that the client doesn't know yet it passes over, without a word.
        if (written.length === 1) return;
      } catch {
        // No majority, no leader yet, a broker that stands still: the next try may do.
        await producer.connect().catch(() => undefined);
      }
      await pause(200);
    }
  }

  async function produceOne(): Promise<void> {
    const dice = random.whole(100);
    if (dice < 4) {
      const record = wrongRecord(random);
      await write(record);
      wrong.add(record.uuid);
    } else if (dice < 5) {
      const record = reset();
      await write(record);
      resets.add(record.uuid);
      written.push(record);
    } else if (dice < 13 && written.length > 0) {
      await write(random.pick(written));
    } else {
      const record = observation(random, dice < 25 ? odd(random) : {});
      await write(record, dice < 37 ? random.pick(CODECS) : CompressionTypes.None);
      good.add(record.uuid);
      written.push(record);
    }
  }

  async function produce(): Promise<void> {
    while (!isStopping) {
      await produceOne();
      await pause(PACE_MILLISECONDS);
    }
  }

  await producer.connect();
  const producing = produce();
  return {
    good,
    wrong,
    resets,
    get partitions() {
      return width;
    },
    use: (count) => {
      width = count;
    },
    async stop() {
      isStopping = true;
      await producing;
      await producer.disconnect();
    },
  };
}

function observation(random: Random, oddities: Partial<Message>): Record {
  const uuid = randomUUID();
  const time = new Date(Date.now() - random.whole(STRETCH_MILLISECONDS)).toISOString();
  const flags = random.pick([{}, { is_test: true }, { is_firedrill: true }]);
  const value = {
    tier: 'CoincidenceTier',
    uuid,
    detector_name: random.pick(DETECTORS),
    neutrino_time_utc: time,
    ...flags,
  };
  return {
    uuid,
    message: { value: JSON.stringify(value), ...oddities, headers: { ...oddities.headers, ...hop(uuid) } },
  };
}

/** What stands beside a good observation, and must not harm it. */
function odd(random: Random): Partial<Message> {
  const headers: IHeaders = random.pick([{}, { 'a\0b': 'c' }, { '\ud800': '\udfff' }, { ['x'.repeat(5_000)]: '' }]);
  const now = Date.now();
  const timestamp = random.pick([now * 1_000, now * 1_000_000, YEAR_10000, now + 2 * 86_400_000, 1, now]);
  return { headers, timestamp: String(timestamp), key: random.pick(['', 'k', '\0', 'k'.repeat(10_000)]) };
}

function wrongRecord(random: Random): Record {
  const uuid = randomUUID();
  const value = random.pick([
    '{"tier":',
    '\0\0\0',
    JSON.stringify({ tier: 'CoincidenceTier', uuid, detector_name: 'Nobody\0', neutrino_time_utc: '2026-01-01' }),
    JSON.stringify({ tier: 'CoincidenceTier', uuid, detector_name: 'JUNO', neutrino_time_utc: 'yesterday' }),
    JSON.stringify({ _id: '0_hard-reset', pass: 'guessed', detector_name: 'JUNO', is_test: true }),
  ]);
  return { uuid, message: { value, headers: hop(uuid) } };
}

function reset(): Record {
  const uuid = randomUUID();
  const value = { _id: '0_hard-reset', pass: ADMIN_PASSWORD, detector_name: 'Super-K', is_test: true, meta: {} };
  return { uuid, message: { value: JSON.stringify(value), headers: hop(uuid) } };
}

function hop(uuid: string): IHeaders {
  return { _id: Buffer.from(parse(uuid)), _sender: 'chaos', _format: 'json' };
}
