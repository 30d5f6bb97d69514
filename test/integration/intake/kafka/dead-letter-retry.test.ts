import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createPool } from '../../../../src/database/pool.js';
import { createDeadLetterRetry } from '../../../../src/intake/kafka/dead-letter-retry.js';
import { UNREADABLE_BATCH } from '../../../../src/intake/kafka/interpret.js';
import { createPasswordGuard } from '../../../../src/intake/kafka/remote-commands.js';
import { checkedCachesForEachTest, poolForEachTest } from '../../../support/caches.js';
import { silentLog } from '../../../support/logs.js';
import { noRemoteEffects, readerDefaults } from '../../../support/scripted-kafka.js';

const PASSWORD = 'the-password-of-the-tests';
const caches = checkedCachesForEachTest();
const pool = poolForEachTest(caches, silentLog);

const time = (secondsAgo: number) => new Date(Date.now() - secondsAgo * 1_000).toISOString();
const observation = (fields: object = {}) => ({
  tier: 'CoincidenceTier',
  uuid: randomUUID(),
  detector_name: 'JUNO',
  neutrino_time_utc: time(60),
  ...fields,
});

function retrying(remote = noRemoteEffects, from = pool) {
  return createDeadLetterRetry({
    pool: from,
    cacheService: caches.service,
    firedrillTopic: 'drills',
    guard: createPasswordGuard(PASSWORD, silentLog),
    remote,
    allowedBrokers: readerDefaults.allowedBrokers,
    commandMaxAge: readerDefaults.commandMaxAge,
    log: silentLog,
  });
}

/** Stores a dead letter of a message. @returns its id */
async function letter(message: object | string, { topic = 'observations', reason = 'malformed', uuid = true } = {}) {
  const value = Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
  const { rows } = await pool.query(
    `INSERT INTO dead_letter (cluster, topic, partition, position, record_uuid, received_at, headers, value, reason, detail,
      created_at) VALUES ('c', $1, 0, 7, $2, now(), '[]', $3, $4, 'as it was', now()) RETURNING id`,
    [topic, uuid ? randomUUID() : null, value, reason],
  );
  return Number(rows[0].id);
}

async function stored(): Promise<unknown[]> {
  const { rows } = await caches.query(`SELECT cache, state FROM observation ORDER BY cache, command`);
  return rows.map(({ cache, state }) => `${cache} ${state}`);
}

const isRetried = async (id: number) =>
  (await pool.query('SELECT FROM dead_letter WHERE id = $1 AND replayed_at IS NOT NULL', [id])).rowCount === 1;

describe('a dead letter that is retried', () => {
  it('takes effect as its record would have, once', async () => {
    const id = await letter(observation());
    expect(await retrying()(id)).toEqual({ kind: 'taken' });
    expect(await retrying()(id)).toEqual({ kind: 'taken' });
    expect(await stored()).toEqual(['live active']);
    expect(await isRetried(id)).toBe(true);
  });

  it('is of a fire drill if its topic is', async () => {
    await retrying()(await letter(observation(), { topic: 'drills' }));
    expect(await stored()).toEqual(['firedrill active']);
  });

  it('may be a retraction or a reset, if the letter has the password', async () => {
    const seen = observation();
    await retrying()(await letter(seen));
    const retraction = {
      tier: 'Retraction',
      uuid: randomUUID(),
      detector_name: 'JUNO',
      retract_message_uuid: seen.uuid,
    };
    expect(await retrying()(await letter(retraction))).toEqual({ kind: 'taken' });
    await retrying()(await letter(observation({ neutrino_time_utc: time(30) })));
    const reset = { _id: '0_hard-reset', pass: PASSWORD, detector_name: 'JUNO', meta: {} };
    expect(await retrying()(await letter(reset))).toEqual({ kind: 'taken' });
    expect(await stored()).toEqual(['live retracted', 'live reset']);
  });

  it('has the effect of a command outside the caches once', async () => {
    const echoed: string[] = [];
    const retry = retrying({ ...noRemoteEffects, echo: (message: string) => void echoed.push(message) } as never);
    const id = await letter({ _id: '0_test-connection', detector_name: 'JUNO', meta: { status: 'sending' } });
    expect([await retry(id), await retry(id)]).toEqual([{ kind: 'taken' }, { kind: 'taken' }]);
    expect(echoed).toHaveLength(1);
  });

  it('of an earlier release, without a uuid, has one that is the same each time', async () => {
    const heartbeat = { tier: 'Heartbeat', detector_name: 'JUNO', detector_status: 'ON' };
    const id = await letter(heartbeat, { uuid: false });
    await retrying()(id);
    await retrying()(id);
    const { rows } = await caches.query(`SELECT count(*)::int AS count FROM message WHERE kind = 'Heartbeat'`);
    expect(rows).toEqual([{ count: 1 }]);
  });
});

describe('a dead letter that can not be retried', () => {
  it('says why, and stays', async () => {
    const masked = { _id: '0_hard-reset', pass: '***', detector_name: 'JUNO', meta: {} };
    const notKept = { reason: 'forbidden', detail: expect.stringContaining('its password is not kept') };
    for (const [message, reason, error] of [
      ['{"detector_name":', 'malformed', { reason: 'malformed' }],
      ['', UNREADABLE_BATCH, { reason: UNREADABLE_BATCH, detail: 'as it was' }],
      [masked, 'forbidden', notKept],
    ] as const) {
      const id = await letter(message, { reason });
      expect(await retrying()(id)).toMatchObject({ kind: 'rejected', error });
      expect(await isRetried(id)).toBe(false);
    }
  });

  it('is not there, or can not be read as the database is away', async () => {
    expect(await retrying()(4_711)).toBeUndefined();
    const away = createPool('postgresql://postgres@127.0.0.1:1/nowhere', silentLog);
    await expect(retrying(noRemoteEffects, away)(1)).rejects.toMatchObject({ name: 'DatabaseAway' });
    await away.end();
  });
});
