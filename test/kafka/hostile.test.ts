import { randomUUID } from 'node:crypto';
import { access } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { IHeaders } from 'kafkajs';
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import { expectCleanAudits } from '../support/acknowledged.js';
import { type Sent, send } from '../support/kafka/index.js';
import { type KafkaSite, kafkaSite } from '../support/kafka-service.js';
import type { ServiceProcess } from '../support/service-process.js';
import { mutated } from '../support/wire-mutations.js';

const RECORDS = Number(process.env.KAFKA_HOSTILE_RECORDS ?? 3_000);
/** Records per request. */
const PORTION = 500;

let site: KafkaSite;
let service: ServiceProcess;

beforeEach(async () => {
  const brokers = inject('kafkaBrokers');
  if (brokers === undefined) return;
  site = await kafkaSite(brokers);
  service = await site.start({ LOG_LEVEL: 'error' });
});
afterEach(async () => {
  await site?.cleanUp();
});

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
    const hostile: Sent[] = fc
      .sample(mutated, RECORDS - 1)
      .map(({ headers, value }) => ({ value: value ?? '', headers: headers as IHeaders }));
    hostile.push(command(file));
    const goods = hostile.map((_, i) => good(i));
    const records = hostile.flatMap((bad, i) => [bad, goods[i] as Sent]);
    for (let i = 0; i < records.length; i += PORTION) {
      await send(brokers, site.topics.observations, records.slice(i, i + PORTION));
    }

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
    expect(service.output).not.toContain('kafka:record-put-aside');
    await expectCleanAudits(site.databaseUrl);
  },
  600_000,
);
