import { randomUUID } from 'node:crypto';
import { access } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { IHeaders } from 'kafkajs';
import { beforeEach, expect, inject, test, vi } from 'vitest';
import { expectCleanAudits } from '../support/acknowledged.js';
import { type Sent, send } from '../support/kafka/index.js';
import { kafkaSiteForEachTest } from '../support/kafka-service.js';
import type { ServiceProcess } from '../support/service-process.js';
import { hostile as anyHostile } from '../support/wire-mutations.js';

const RECORDS = Number(process.env.KAFKA_HOSTILE_RECORDS ?? 3_000);
const QUOTA = 20;
/** Records per request. */
const PORTION = 500;
const MOST_BYTES = 600_000;

const site = kafkaSiteForEachTest();
let service: ServiceProcess;

beforeEach(async () => {
  if (inject('kafkaBrokers') === undefined) return;
  service = await site.start({ LOG_LEVEL: 'error', DETECTOR_QUOTA: '0' });
});

/** As many records as may be sent at once: what a client sends together is one batch to the broker, which takes 1 MB. */
function portions(records: readonly Sent[]): Sent[][] {
  const all: Sent[][] = [[]];
  let bytes = 0;
  for (const record of records) {
    const { value, key, headers = {} } = record;
    const size = [value, key, ...Object.entries(headers).flat(2)].reduce(
      (sum: number, one) => sum + 8 + (one?.length ?? 0),
      0,
    );
    if (bytes + size > MOST_BYTES || all.at(-1)?.length === PORTION) {
      all.push([]);
      bytes = 0;
    }
    bytes += size;
    all.at(-1)?.push(record);
  }
  return all;
}

/** A pickle that makes a file when Python loads it. */
function command(file: string): Sent {
  const shell = Buffer.from(`touch ${file}`);
  const pieces = [
    Buffer.from('\x80\x03cposix\nsystem\nU', 'latin1'),
    Buffer.of(shell.length),
    shell,
    Buffer.from('\x85R.', 'latin1'),
  ];
  return { value: Buffer.concat(pieces), headers: { _format: 'blob' } };
}

function good(i: number): Sent & { readonly uuid: string } {
  const uuid = randomUUID();
  const neutrino_time_utc = new Date(Date.UTC(2030, 0, 1) + i * 100_000).toISOString();
  const message = { tier: 'CoincidenceTier', uuid, detector_name: 'JUNO', neutrino_time_utc, is_test: true };
  return { uuid, value: JSON.stringify(message) };
}

test.skipIf(inject('kafkaBrokers') === undefined)(
  `of ${RECORDS} hostile records none is executed, none stops the stream, and the good one behind each takes effect`,
  async () => {
    const brokers = inject('kafkaBrokers') ?? '';
    const file = join(tmpdir(), `snews-test-${randomUUID()}`);
    const hostile: Sent[] = fc.sample(anyHostile, RECORDS - 3).map(({ headers, value, key, timestamp }) => ({
      value: value ?? '',
      headers: headers as IHeaders,
      key,
      ...(timestamp === undefined ? {} : { timestamp }),
    }));
    const headers = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`\0${i}`, '']));
    hostile.push(
      { value: 'no JSON', headers },
      { value: 'x'.repeat(900_000), key: Buffer.alloc(50_000) },
      command(file),
    );
    const goods = hostile.map((_, i) => good(i));
    const records = hostile.flatMap((bad, i) => [bad, goods[i] as Sent]);
    for (const portion of portions(records)) await send(brokers, site.topics.observations, portion);

    const position = async () => (await site.query('SELECT max(position)::int AS position FROM stream_position')).rows;
    const patience = 60_000 + RECORDS * 5;
    await vi.waitFor(async () => expect(await position()).toEqual([{ position: records.length }]), {
      timeout: patience,
      interval: 200,
    });
    const uuids = goods.map(({ uuid }) => uuid);
    const { rows } = await site.query('SELECT count(*)::int AS stored FROM observation WHERE uuid = ANY($1)', [uuids]);
    expect(rows).toEqual([{ stored: RECORDS }]);
    const [refused] = (await site.query('SELECT reason FROM dead_letter ORDER BY position DESC LIMIT 1')).rows;
    expect(refused).toEqual({ reason: 'refused' });
    expect(await access(file).catch(({ code }) => code)).toBe('ENOENT');
    expect(service.isRunning).toBe(true);
    expect(service.output).not.toContain('kafka:record-dead-lettered');
    await expectCleanAudits(site.databaseUrl);
  },
  600_000,
);

test.skipIf(inject('kafkaBrokers') === undefined)(
  'observations of a time to come raise no alert, whatever their records are stamped with, nor does a stamp evade the quota',
  async () => {
    const brokers = inject('kafkaBrokers') ?? '';
    service.send('SIGTERM');
    await service.ended;
    service = await site.start({ LOG_LEVEL: 'error', DETECTOR_QUOTA: String(QUOTA) });
    const ahead = Date.now() + 2 * 86_400_000;
    const observation = (detector_name: string, neutrino_time_utc: string) => {
      return JSON.stringify({ tier: 'CoincidenceTier', uuid: randomUUID(), detector_name, neutrino_time_utc });
    };
    const stamps = [ahead, ahead * 1_000, ahead * 1_000_000, Date.UTC(2500, 0), 253_402_300_800_000];
    const future = stamps.flatMap((stamp) =>
      ['JUNO', 'Super-K'].map((name) => ({
        value: observation(name, new Date(ahead).toISOString()),
        timestamp: BigInt(stamp).toString(),
      })),
    );
    const flood = Array.from({ length: 60 }, (_, i) => ({
      value: observation('DUNE', new Date(Date.now() - 1_000 * i).toISOString()),
      timestamp: String(ahead + 60_000 * i),
    }));
    await send(brokers, site.topics.observations, [...future, ...flood, good(0)]);
    await vi.waitFor(
      async () => {
        const { rows } = await site.query(`SELECT FROM observation WHERE cache = 'test'`);
        expect(rows).toHaveLength(1);
      },
      { timeout: 60_000, interval: 100 },
    );
    const counts = await site.query('SELECT reason, count(*)::int FROM dead_letter GROUP BY reason ORDER BY reason');
    expect(counts.rows).toEqual([
      { reason: 'quota', count: expect.any(Number) },
      { reason: 'unprocessable', count: future.length },
    ]);
    // The minute may end while they come.
    expect(counts.rows[0].count).toBeGreaterThanOrEqual(flood.length - 2 * QUOTA);
    expect((await site.query('SELECT FROM alert')).rowCount).toBe(0);
    const { rows } = await site.query(`SELECT FROM observation WHERE received_ns > $1`, [
      (BigInt(Date.now()) + 60_000n) * 1_000_000n,
    ]);
    expect(rows).toEqual([]);
    await expectCleanAudits(site.databaseUrl);
  },
  120_000,
);
