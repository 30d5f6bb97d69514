import { randomUUID } from 'node:crypto';
import type { ObserveCommand } from '../src/domain/commands.js';
import { silentLog } from '../test/support/logs.js';
import { compiled } from './compiled.js';
import { detector, observation, randomNumbers, spanSeconds } from './workload.js';

/** Commands under way at a time: two full batches, so that one waits while the other commits. */
const AT_ONCE = 1_000;
const REPORT_EVERY = 50_000;

/**
 * Fills the test cache of a database with observations of a density: through the cache service itself, in process,
 * in order of time, so that the tables, alerts and messages are as if they had been posted.
 */
export async function fill(
  databaseUrl: string,
  count: number,
  density: number,
  progress: (done: number) => void,
): Promise<void> {
  const [{ createPool }, { openReads }, { createCacheService }, time] = await Promise.all([
    compiled.pool(),
    compiled.reads(),
    compiled.service(),
    compiled.time(),
  ]);
  const pool = createPool(databaseUrl, silentLog);
  const { reads, close } = openReads(databaseUrl, silentLog);
  const settings = { expiration: time.seconds(86_400), detectorQuota: 0, serverTag: 'bench' };
  const service = createCacheService({ pool, answers: reads.answers, settings, log: silentLog });
  const random = randomNumbers(count);
  const span = spanSeconds(count, density);
  const command = (index: number): ObserveCommand => {
    const message = observation(detector(Math.floor(random() * 1_000)), ((index + random()) * span) / count);
    return {
      kind: 'observe',
      uuid: randomUUID(),
      cache: 'test',
      detectorName: message.detector_name,
      receivedTime: time.fromPosixMilliseconds(Date.now()),
      source: 'bench',
      body: JSON.stringify(message),
      id: `${message.detector_name}_CoincidenceTier`,
      neutrinoTime: time.parseUtc(String(message['neutrino_time_utc'])),
      pVal: 0.02,
      isPreSn: false,
      machineTime: null,
      sentTime: null,
      schemaVersion: null,
      meta: null,
    };
  };
  try {
    for (let done = 0; done < count; ) {
      const next = Math.min(count, done + AT_ONCE);
      const commands = Array.from({ length: next - done }, (_, i) => command(done + i));
      await Promise.all(commands.map((one) => service.observe(one)));
      done = next;
      if (done % REPORT_EVERY === 0) progress(done);
    }
  } finally {
    await service.stop();
    await Promise.all([pool.end(), close()]);
  }
}
